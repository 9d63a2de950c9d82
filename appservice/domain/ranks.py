"""Whether a text or a table compares pupils by their marks; see ``marks.py``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.likely_names import NAME, is_likely
from appservice.domain.marks import Marked, is_counting, marked, may_be_marks
from appservice.domain.marks_english import (
    listed_by_rank,
    marked_in_english,
    said_of_one,
)
from appservice.domain.pupils import PupilFinder
from appservice.domain.reading import fold_once
from appservice.domain.rule import Outcome
from appservice.domain.tables import Row, folded_rows, mark_table, rows_of
from appservice.domain.text import fold

_HAN: Final = "\u3400-\u9fff"
_MAY_BE: Final = re.compile(
    r"[0-9]|第[一二三]|名|分|等|考|最[高低好差]|比|优|良|及格|倒数|垫底|最后|十|rank"
    r"|fail|class|grade|bottom"
    r"|lowest|highest|成绩|top "
    r"|(?<![a-z])[a-d](?![a-z])"
)
_CERTAIN: Final = re.compile(
    r"成绩|分数|得分|总分|均分|排名|名次|排行|满分|及格|考了|考得|考出|等第|正确率"
    r"|准确率|score|exam|test"
    r"|quiz|grade|marks\b|rank|midterm|\bfinals?\b"
)
_EXAM: Final = re.compile(
    r"考试|测[验试评]|小测|单元(?=测|考|卷|练)|期中|期末|月考|周考|联考|模考|一模|二模"
    r"|语文|数学"
    r"|英语|物理|化学|生物|历史|地理|政治|道法|科学|听写|默写|口算|计算|试卷|卷子|作文"
)
_OTHER_NUMBERS: Final = re.compile(
    r"座位|座号|考场|准考证|电话|手机|号码|联系方式|学号|尺码|鞋码|身高|体重|体温|血压"
    r"|值日|值周"
    r"|路线|宿舍|寝室|床位|床号|报名|捐|缴费|交费|书费|班费|票|年龄|岁|房号|门牌|取件"
    r"|借阅|借书"
    r"|出场|顺序|跳绳|仰卧|俯卧|跳远|铅球|步数|阅读量|页|打卡|车牌|尺寸|seat|phone|room"
    r"|shoe"
    r"|height|weight|size|locker"
)
_POINTS: Final = re.compile(
    r"加分|扣分|积分|加\d|扣\d|红花|星星|小组分|表现分|卫生分|纪律分"
)
_CONTEST: Final = re.compile(
    r"运动会|田径|跳远|跳高|铅球|接力|[1-8][05]0米|\d ?米|长跑|短跑|赛|演讲|朗诵|书法"
    r"|绘画|合唱|棋|杯|荣获|获奖|[一二三特]等奖|race|match|contest|competition|sports"
    r"|relay"
    r"|jump"
)
_OF_OWN: Final = re.compile(
    r"我家|我们家|我儿子|我女儿|我孩子|我娃|我闺女|俺家"
    r"|my (?:son|daughter|child|kid|boy|girl)"
)
_ASKED: Final = re.compile(r"多少|几分|谁|平均每|how many|how much|average of")
"""What sums ask for: «小明考了90分,小红考了80分,平均多少分?»."""

_NUMERAL: Final = r"(?:\d{1,3}|[一二三四五六七八九十两]{1,3})"
_REACHED: Final = (
    rf"(?:前|后|倒数前?)第?\ ?{_NUMERAL}\ ?(?:名(?!单))?",
    rf"第\ ?{_NUMERAL}\ ?名(?!单)",
    rf"倒数第?{_NUMERAL}?名?",
    r"(?:班级|年级|全班|全校|班里)第[一二三]",
    r"不及格|没及格|未及格|不合格|满分|最高分|最低分",
    r"\d{2,3}(?:\.5)?\ ?分?(?:及?以上|及?以下|\+)",
    r"\d{2,3}\ ?[-~到至]\ ?\d{2,3}分?|\d{2,3}分",
    r"[一二三四五六七八九]十五?分?(?:以上|以下)",
    r"(?:成绩|考试|班级|年级|总分)[^\n:]{0,4}(?:排名|名次|排行榜?|排序)",
    r"[一二三四]等(?=\ ?:)",
    r"[a-d]\+?等|[a-d]\+?(?=\ ?:)|优秀?(?=\ ?:)|良好?(?=\ ?:)",
)
_GROUP: Final = re.compile(
    "(?:" + "|".join(_REACHED) + ")"
    r"(?:\([^)\n]{0,10}\))?(?:的?(?:同学|学生|孩子|名单|人员|小朋友|有|是|为|还有|分别"
    r"|如下){1,2}){0,2}的?"
    r"[ ]?[:是有为(\n ]?[:\d. \n]{0,4}"
    rf"(?P<names>(?:[{_HAN}]{{2,4}}[、, /和\d.\n]{{1,5}}){{0,12}}[{_HAN}]{{2,4}})"
)
_SAID: Final = (
    (
        r"(?:考|得|拿)(?:了|到|个)?个?\ ?\d{1,3}(?:\.5)?"
        r"(?:\ ?分(?!钟)|(?![\d.年月日号点个本页次元]))"
    ),
    r"(?:只|才|仅|竟)(?:有|考|得)?了?\ ?\d{1,3}\ ?分(?!钟)",
    (
        r"(?:成绩|分数|总分|得分|语文|数学|英语|物理|化学|生物|历史|地理|政治|科学)"
        r"[是为: ]{0,2}\d{1,3}(?:\.5)?\ ?分?(?![\d.年月日号点个本页次元楼室])"
    ),
    rf"第\ ?{_NUMERAL}\ ?名|倒数(?!计)|垫底|最后一名|没及格|不及格|最低分|全班最低",
    (
        r"(?:班级|年级|全班|全年级|班里|年段|考了?|排名?|位列|名列)(?:了|在)?"
        rf"(?:前|第)\ ?{_NUMERAL}"
    ),
    r"排名?\ ?\d{1,3}|(?:年级|班级)\d{1,3}名",
    r"(?:总分|成绩|分数|得分)[^\n。!?;\d]{0,6}\d{2,3}\ ?分?(?:以上|以下|多分|左右)",
    r"(?:成绩|分数|总分|考)[^\n。!?;]{0,6}(?:最高|最低|最好|最差|垫底|第一|倒数)",
    r"排名[^\n。!?;]{0,8}[升降掉进退跌滑][^\n。!?;]{0,4}\d{1,3}",
    rf"(?:分数|成绩|总分|考)[^\n。!?;]{{0,4}}比[{_HAN}]{{2,6}}[高低多少好差强]",
    r"[语数英]\ ?:?\d{2,3}[分 ,、]{0,2}[语数英物科]\ ?:?\d{2,3}",
    r"(?:进步|退步|上升|下降|前进|后退|提高|倒退)了?\d{1,3}[名位]",
)
_SAID_OF: Final = re.compile(r"[^\n。!?;]{0,18}?(?:" + "|".join(_SAID) + ")")
_ONE: Final = re.compile(f"(?P<name>{NAME}){_SAID_OF.pattern}")
_ORDERED: Final = re.compile(rf"{NAME}(?:\ ?>{{1,2}}\ ?{NAME}){{1,20}}")
_HAN_CHARACTER: Final = re.compile(f"[{_HAN}]")
_BEFORE_ONE: Final = frozenset(
    "就仅说是有和与班的喜扬评叫们像看让对比给把被诉听只连祝学试次考末中天月期里家"
)
_BY_NUMBER: Final = re.compile(
    r"(?<!\d)\d{1,2}\ ?号\ ?:?\ ?\d{1,3}(?:\.5)?(?:分|(?![\d楼室月日年点]))"
    r"|学号\ ?:?\d{1,8}\ ?[:, ]\ ?\d{1,3}(?:\.5)?分"
)
_HIGHEST_TOTAL: Final = 750
"""Points of the examination for senior high school and university."""

_MEAN: Final = re.compile(r"(?:平均分|最高分|最低分)(?:是|为|:|只有)?\ ?\d")
_IS_GRADE: Final = re.compile("优|良|[一二三四]等")
_PADDED: Final = re.compile(rf"(?<![{_HAN}])([{_HAN}])[ ]{{1,3}}([{_HAN}])(?![{_HAN}])")
"""A name of two characters set as wide as one of three, as tables do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Marks that were found, and the gravest they can lead to."""

    found: str
    at_most: Outcome
    names: tuple[str, ...] = ()
    ids: tuple[frozenset[PersonId], ...] = ()
    """By the roster; an empty set for a name it does not have."""
    of_own: bool = False
    """Whether it speaks of one child as the author's own."""


def marks_in_text(text: str, pupils: PupilFinder) -> Finding | None:
    """Find in a text what lets pupils be compared by their marks."""
    folded = fold_once(text)
    if not _MAY_BE.search(folded):
        return None
    joined = _PADDED.sub(r"\1\2", folded)
    found = marked(joined, pupils)
    return (
        _several(found, joined)
        or _several(marked_in_english(text, folded), folded)
        or _in_rows(joined, pupils)
        or _grouped(joined, pupils)
        or _one(joined, pupils)
        or _one_marked(found, joined)
        or _ordered(joined)
        or _one_in_english(text)
        or _listed_in_english(text)
        or _numbered(joined)
    )


def marks_in_rows(
    rows: Sequence[Row], pupils: PupilFinder, *, said: str = ""
) -> Finding | None:
    """Find marks in the table of a file."""
    folded = folded_rows(rows)
    words = said or "\n".join(" ".join(row) for row in folded[:3])
    return _of_table(folded, pupils, words)


def _several(found: list[Marked], folded: str) -> Finding | None:
    if len(found) < 2:
        return None
    at_most = _weigh(found, folded)
    if at_most is Outcome.ALLOW:
        return None
    start = found[0].start
    return Finding(
        found=folded[start : min(found[-1].end, start + 100)],
        at_most=at_most,
        names=tuple(each.name for each in found),
        ids=tuple(each.ids for each in found),
    )


def _weigh(found: list[Marked], folded: str) -> Outcome:
    """Say how sure it is that numbers beside names are marks."""
    certain = bool(_CERTAIN.search(folded))
    exam = bool(_EXAM.search(folded))
    if _ASKED.search(folded) and not any(each.ids for each in found):
        return Outcome.ALLOW
    if _CONTEST.search(folded) and not (certain and exam):
        return Outcome.HINT if any(each.is_rank for each in found) else Outcome.ALLOW
    if _POINTS.search(folded) and not exam:
        is_said = any(each.is_points for each in found)
        return Outcome.FLAG if is_said else Outcome.ALLOW
    are = sum(each.is_rank for each in found) > 1 or _are_marks(
        found, folded, certain=certain, exam=exam
    )
    return Outcome.REFUSE if are else Outcome.ALLOW


def _are_marks(found: list[Marked], folded: str, *, certain: bool, exam: bool) -> bool:
    """Tell marks from seats, sizes, sums and whatever else stands beside names."""
    is_said = certain or any(each.is_points for each in found)
    if _OTHER_NUMBERS.search(folded) and not is_said:
        return False
    values = [each.value for each in found if each.value is not None]
    if not values:
        return is_said or exam or len(found) > 2
    if is_counting(values) and not certain:
        return False
    if (is_said or exam) and max(values) <= _HIGHEST_TOTAL:
        return True
    return may_be_marks(values)


def _in_rows(folded: str, pupils: PupilFinder) -> Finding | None:
    return _of_table(rows_of(folded), pupils, folded) if "\n" in folded else None


def _of_table(rows: Sequence[Row], pupils: PupilFinder, words: str) -> Finding | None:
    table = mark_table(rows, pupils)
    if table is None or len(table.names) < 2:
        return None
    if _OTHER_NUMBERS.search(words) and not (
        table.says_marks or _CERTAIN.search(words)
    ):
        return None
    return Finding(
        found=" ".join(table.names)[:100],
        at_most=Outcome.REFUSE,
        names=table.names,
        ids=tuple(
            known[0].ids if (known := pupils.find(name)) else frozenset()
            for name in table.names
        ),
    )


def _grouped(folded: str, pupils: PupilFinder) -> Finding | None:
    """Find a rank or a range of marks, and those who reached it: «前三名:…»."""
    for match in _GROUP.finditer(folded):
        names = [
            each
            for each in re.split(r"[、, /和\d.\n]+", match["names"])
            if is_likely(each.removesuffix("同学")) or pupils.find(each)
        ]
        if not names:
            continue
        is_grade = _IS_GRADE.match(match[0]) is not None
        certain = bool(_CERTAIN.search(folded) or _EXAM.search(folded))
        if is_grade and not certain:
            continue
        return Finding(
            found=match[0][:100],
            at_most=Outcome.HINT
            if _CONTEST.search(folded) and not _EXAM.search(folded)
            else Outcome.REFUSE,
            names=tuple(names),
        )
    return None


def _one(folded: str, pupils: PupilFinder) -> Finding | None:
    """Find a sentence that gives the mark or rank of one pupil away."""
    known = {named.start: named for named in pupils.find(folded)}
    for match in _ONE.finditer(folded):
        start = match.start()
        named = known.get(start)
        before = folded[start - 1 : start]
        if named is None and not _is_apart(match["name"], before):
            continue
        return Finding(
            found=match[0][:100],
            at_most=_weigh_one(folded),
            names=(match["name"],),
            ids=(named.ids,) if named else (),
            of_own=bool(_OF_OWN.search(folded)),
        )
    return _one_known(folded, pupils)


def _is_apart(name: str, before: str) -> bool:
    """Whether a likely name begins here, and is not the rest of a word."""
    is_clear = len(name) > 2 or not _HAN_CHARACTER.match(before)
    return (is_clear or before in _BEFORE_ONE) and is_likely(name)


def _one_known(folded: str, pupils: PupilFinder) -> Finding | None:
    """The same of pupils whose names nobody would take for names."""
    for named in pupils.find(folded):
        match = _SAID_OF.match(folded, named.end)
        if match is None:
            continue
        name = folded[named.start : named.end]
        return Finding(
            found=(name + match[0])[:100],
            at_most=_weigh_one(folded),
            names=(name,),
            ids=(named.ids,),
            of_own=bool(_OF_OWN.search(folded)),
        )
    return None


def _one_marked(found: list[Marked], folded: str) -> Finding | None:
    """Find one name with so many points: «张三85分»."""
    for each in found:
        if each.is_points and (each.value or 0) >= 20 and not _ASKED.search(folded):
            return Finding(
                found=folded[each.start : each.end],
                at_most=_weigh_one(folded),
                names=(each.name,),
                ids=(each.ids,) if each.ids else (),
                of_own=bool(_OF_OWN.search(folded)),
            )
    return None


def _weigh_one(folded: str) -> Outcome:
    exam = _EXAM.search(folded)
    if (_CONTEST.search(folded) or _POINTS.search(folded)) and not exam:
        return Outcome.HINT
    return Outcome.REFUSE


def _one_in_english(text: str) -> Finding | None:
    match = said_of_one(text)
    if match is None:
        return None
    folded = fold(match[0])
    contest = _CONTEST.search(folded)
    return Finding(
        found=match[0][:100],
        at_most=Outcome.HINT if contest else Outcome.REFUSE,
        names=(match["name"],),
        of_own=bool(_OF_OWN.search(fold_once(text))),
    )


def _ordered(folded: str) -> Finding | None:
    """Find pupils in the order of their marks: «王浩>李梅»."""
    match = _ORDERED.search(folded)
    if match is None or not (_CERTAIN.search(folded) or _EXAM.search(folded)):
        return None
    return Finding(found=match[0][:100], at_most=Outcome.REFUSE)


def _listed_in_english(text: str) -> Finding | None:
    match = listed_by_rank(text)
    if match is None:
        return None
    contest = _CONTEST.search(fold(text))
    return Finding(
        found=match[0][:100], at_most=Outcome.HINT if contest else Outcome.REFUSE
    )


def _numbered(folded: str) -> Finding | None:
    """Find marks beside pupils' numbers, and what says how a whole class did."""
    numbered = _BY_NUMBER.findall(folded)
    if len(numbered) > 2 and (_CERTAIN.search(folded) or "学号" in folded):
        return Finding(found="、".join(numbered)[:100], at_most=Outcome.HOLD)
    mean = _MEAN.search(folded)
    return Finding(found=mean[0], at_most=Outcome.HINT) if mean else None
