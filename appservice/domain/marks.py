"""
Marks and ranks that stand next to names, in Chinese.

What is looked for is a construction, not a word: a name and a number that can be a
mark; a rank and those who hold it. Every expression is linear: repetitions are bounded
and stand side by side, never in one another.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.likely_names import HAN, NAME, is_likely
from appservice.domain.pupils import PupilFinder

MARKED_AT_MOST: Final = 400
"""Names with marks that are read in one text; two would do."""

_SUBJECT: Final = (
    "(?:语文|数学|英语|物理|化学|生物|历史|地理|政治|道法|科学|信息|理综|文综|总分|"
    r"作文|口算|听写|默写|计算|阅读|成绩|分数|得分|总成绩|单科|平均"
    r"|[语数英物化](?=\ ?:?\ ?\d))"
)
_UNIT: Final = (
    "年月日号点时元块角岁页章课节楼室层栋班排桌座位米秒次个本人票天周钟小颗朵面支张"
    "件套盒瓶包双只条篇字句题道遍步圈斤克升厘公毫k千万亿届期组队间站级度"
)
_NUMERAL: Final = "[一二三四五六七八九]?十[一二三四五六七八九]?"
_NUMBER: Final = (
    rf"(?:(?P<number>\d{{1,3}}(?:\.\d{{1,2}})?)(?![\d.]*\d)(?!\ ?[{_UNIT}]|:\d)"
    r"(?!\ ?分[钟之公部工享别类析批期支米队店])(?P<fen>\ ?分)?"
    rf"|(?P<spoken>一百|{_NUMERAL}|[二三四五六七八九]十)分(?!钟)"
    rf"|(?P<read>[一二三四五六七八九]十[一二三四五六七八九])(?![{HAN}]))"
)
_RANK: Final = (
    rf"(?:第\ ?(?P<rank>\d{{1,3}}|{_NUMERAL}|[一二三四五六七八九])\ ?名"
    r"|(?P<place>\d{1,3})名(?![家师校单同学])|(?P<bottom>倒数|垫底|最后一名)"
    rf"|第(?P<bare>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?![\d{HAN}]))"
)
_GRADE: Final = (
    rf"(?P<grade>[a-d][+-]?(?![a-z0-9{HAN}])"
    rf"|(?:优秀?[+-]?|良好?[+-]?|不?及格|不?合格|待[及合提]高?格?|满分)(?![{HAN}]))"
)
_MARK: Final = f"(?:{_RANK}|{_NUMBER}|{_GRADE})"
_SIGNS: Final = r"[ \t]{0,8}[::=|,、.\-~—–·•*()\[\]【】<《_/]{0,3}[ \t]{0,8}"
_LINK: Final = (
    rf"(?:同学|小朋友|的)?{_SIGNS}(?:{_SUBJECT}{_SIGNS})?"
    r"(?:(?:优秀|良好|合格|及格|待提高)[ \t:]{0,3}(?=\d))?"
    r"(?:考了?|得了?|拿了?|是|为|共|才|只有|排|位列|获得?)?[ \t]{0,2}"
)
_AFTER: Final = re.compile(_LINK + _MARK)
_ENTRY: Final = re.compile(rf"(?<![{HAN}])(?P<name>{NAME}){_LINK}{_MARK}")
_BEFORE: Final = re.compile(
    rf"(?<![\d.]){_MARK}(?:的?(?:同学|是|有|为)){{0,2}}{_SIGNS}"
    rf"(?P<name>{NAME})(?:同学)?(?![{HAN}])"
)
_NUMERALS: Final = {c: n for n, c in enumerate("零一二三四五六七八九十")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A name and the mark or rank beside it."""

    name: str
    ids: frozenset[PersonId] = frozenset()
    """Who that is by the roster; nobody, where it only looks like a name."""
    value: float | None = None
    """None for a grade, such as ``a+``."""
    is_rank: bool = False
    is_points: bool = False
    """Whether it says «分»."""
    start: int = 0
    end: int = 0


def marked(folded: str, pupils: PupilFinder) -> list[Marked]:
    """Find names with a mark after them; failing that, with one before them."""
    after = _unique([*_rostered(folded, pupils), *_likely(folded)])
    if len({each.name for each in after}) > 1:
        return after
    before = _unique(_preceding(folded, pupils))
    return before if len(before) > len(after) else after


def _rostered(folded: str, pupils: PupilFinder) -> Iterator[Marked]:
    for named in pupils.find(folded)[:MARKED_AT_MOST]:
        match = _AFTER.match(folded, named.end)
        if match is not None:
            name = folded[named.start : named.end]
            yield _of(match, name=name, ids=named.ids, start=named.start)


def _likely(folded: str) -> Iterator[Marked]:
    for number, match in enumerate(_ENTRY.finditer(folded)):
        if number == MARKED_AT_MOST:
            return
        if is_likely(match["name"]):
            yield _of(match, name=match["name"], start=match.start())


def _preceding(folded: str, pupils: PupilFinder) -> Iterator[Marked]:
    for number, match in enumerate(_BEFORE.finditer(folded)):
        if number == MARKED_AT_MOST:
            return
        known = [each for each in pupils.find(match["name"]) if each.start == 0]
        if known or is_likely(match["name"]):
            ids = known[0].ids if known else frozenset()
            yield _of(match, name=match["name"], ids=ids, start=match.start())


def _of(
    match: re.Match[str],
    *,
    name: str,
    start: int,
    ids: frozenset[PersonId] = frozenset(),
) -> Marked:
    rank = match["rank"] or match["place"] or match["bare"]
    number = match["number"] or match["spoken"] or match["read"]
    return Marked(
        name=name,
        ids=ids,
        value=_value(rank or number or ""),
        is_rank=bool(rank or match["bottom"]),
        is_points=bool(match["fen"] or match["spoken"]),
        start=start,
        end=match.end(),
    )


def _value(written: str) -> float | None:
    """Read digits, or numerals up to a hundred."""
    if not written:
        return None
    if written[0].isdigit():
        return float(written)
    if written == "一百":
        return 100.0
    tens, ten, ones = written.partition("十")
    if not ten:
        return float(_NUMERALS.get(written, 0))
    return 10.0 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0)


def _unique(found: Iterable[Marked]) -> list[Marked]:
    """Keep one of each name; those of the roster come first."""
    names: dict[str, Marked] = {}
    for each in found:
        names.setdefault(each.name, each)
    return sorted(names.values(), key=lambda each: each.start)


def is_counting(values: list[float]) -> bool:
    """Whether numbers only count or number people: 1, 2, 3 … or seats in a row."""
    steps = {later - earlier for earlier, later in pairwise(values)}
    return steps in ({1.0}, {-1.0}) and not 60 <= min(values) <= 150


def may_be_marks(values: list[float]) -> bool:
    """
    Whether bare numbers look like marks, where nothing says what they are.

    Not ages, sizes of shoes and clothes, temperatures, or sums of money.
    """
    if not values or max(values) > 150 or min(values) < 0:
        return False
    if sum(values) / len(values) < 50:
        return False
    is_round = all(value % 10 == 0 for value in values)
    return not (is_round and max(values) != 100)
