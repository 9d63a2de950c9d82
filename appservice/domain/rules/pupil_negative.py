"""
What is bad about a pupil is said to the pupil and the guardians alone.

B1-44, B3-29: «不发布学生的负面信息»; of teachers, who criticise what was done and not
who did it, B3-18 asks softly. What guardians tell of their own child is theirs to tell.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from appservice.domain.events import RoomEvent, Text
from appservice.domain.ids import ClauseId
from appservice.domain.lexicon import Lexicon
from appservice.domain.mentioned import Certainty, Mention, mentions
from appservice.domain.reading import Posted, said
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Severity,
    Step,
    Violation,
)
from appservice.domain.text import fold
from appservice.domain.word_rule import WordSettings

_LIST: Final = Category.PUPIL_NEGATIVE.value
_BOUND: Final = 8000
_BEFORE: Final = 16
_AFTER: Final = 28
"""Characters around a name in which something may be said of its bearer."""

_SENTENCE: Final = re.compile(r"[^。!?;\n]+")
_LISTED: Final = re.compile(
    r"(?:名单|如下|同学|学生|人员|:)[ :]{0,3}\n"
    r"(?:[\d.、 ]{0,4}[\u3400-\u9fff]{2,4}[ ]?(?:\n|$)){1,40}"
)
"""Names each on a line of its own, and before them what they have done."""

_STRONG: Final = re.compile(
    r"作弊|偷(?!偷|懒)|打架|斗殴|打人|打了|打(?:我|他|她|别人|同学)(?!电|手|字|印)|骂人"
    r"|骂了|处分|记过|早恋|谈恋爱|抄袭|逃课"
    r"|旷课|逃学"
    r"|抄(?:了|我|他|她|人家|别人|同学|的|作业|答案)|抑郁|自闭|多动症|孤独症|精神(?:病"
    r"|有)|心理(?:有"
    r"|疾|问)"
    r"|霸凌|欺负|撒谎|说谎|违纪|写检讨|做检讨|留校察看|退学|开除|劝退|拖(?:了|班级"
    r"|全班)?后腿"
    r"|倒数|最差|差生|学渣|(?:不|没|未|没有)(?:写|交|完成|做)(?:完)?作业"
    r"|作业(?:又|总|都)?(?:没|不|未)(?:写|交|做|完成)"
    r"|上课(?:又|总|老|一直|经常)?(?:说话|讲话|睡觉|玩手机|捣乱|吃东西|走神|开小差)"
    r"|扰乱课堂|顶撞|顶嘴|尿裤子|抽烟|吸烟|喝酒|网瘾|不听话|捣蛋|孤立|不及格|没及格"
    r"|最笨|太笨|很笨|智商|屡教不改|品行|小偷|坏学生|通报批评|手脚不干净|敲诈|勒索"
    r"|请家长|叫家长|罚站|不听讲|不听课|乱扔|点名批评|捣乱"
    r"|(?:又|总是|经常|多次|老是|屡次)迟到"
    r"|(?:没|未|不)(?:过关|订正|背出|背会)|潦草|错字连篇|屡次|不像话|处罚|不端正"
    r"|态度(?:极其?|很|非常|特别|太)?(?:不好|恶劣|差)|打(?:伤|破|哭)|推(?:倒|伤)|咬人"
    r"|把(?:同学|别人|人家|女生|男生|小朋友)[^,。]{0,6}(?:打|推|撞|弄|咬|抓|踢)"
    r"|踢人|掐人|吐口水|脏话|骂脏|扣了?[一二三四五六七八九十\d]{1,3}分|恶作剧|破坏公物"
    r"|被(?:老师)?(?:批评|罚|没收|点名)|考砸|退步|没带(?:书|作业|课本)|离异|离婚"
    r"|拖拖拉拉|邋遢|不讲卫生|不懂礼貌|没礼貌|没规矩|家教"
    r"|下座位|下位|影响(?:别人|他人|大家|同学|课堂)|作业是抄|打瞌睡|没戴红领巾|踹坏|弄坏"
    r"|砸坏|孤僻|没人(?:愿意|想)(?:跟|和|理)|(?:没|没有|未)按时|不承认|超标|迟到(?:又|了|,|$)"
    r"|总是(?:最后|倒数)|拿了?(?:别人|同学|人家)的"
)
_STRONG_ENGLISH: Final = re.compile(
    r"cheat(?:ed|ing|er)|stole|stealing|thief|suspended|expelled|punished|fought"
    r"|fighting|copied|caught|smoking"
    r"|bull(?:y|ied|ying)|adhd|autis|depress(?:ed|ion)|failed|lazy|stupid|dumb"
    r"|rude to|skip(?:ped|ping)"
    r"|always late|late again|detention|lied|misbehav|disrupt|worst"
    r"|(?:didn't|did not|never|hasn't|forgot to) (?:do|hand|submit|turn|finish)"
)
_NOBODY_IN_PARTICULAR: Final = re.compile(
    r"禁止|不得|严禁|请勿|不要|不准|杜绝|预防|防止|防范|如果|如有|如发现|一旦|凡是|规定"
    r"|班会"
    r"|主题|讲座|教育片|从不|没有打架|没有作弊|表扬|制止|劝阻|劝架|见义勇为|造谣|谁"
    r"|课文|故事|小说|作者|主人公|电影|历史|诗人|don't|do not|never cheat|if you|story"
    r"|novel|chapter"
)
_LEAVE: Final = re.compile(
    r"请假|请个假|请[一两半\d]天假|病假|晚[点些]?到|不能(?:到校|上学|去学校)|day off"
    r"|sick leave"
)
_OF_OWN: Final = re.compile(
    r"我家|我们家|我儿子|我女儿|我孩子|我娃|我闺女|俺家|我弟|我妹|my (?:son|daughter"
    r"|child|kid)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden where the roster knows the name; where it does not, a person looks."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-44"), ClauseId("B3-29"))


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Look for something bad in the sentence in which a pupil is named."""
    if not isinstance(event, Posted):
        return ()
    found = [
        (bad, certainty, text)
        for text in said(event)
        for bad, certainty in _bad(fold(text.value[:_BOUND]), settings.lexicon, context)
    ]
    if not found:
        return ()
    return (_violation(*max(found, key=lambda each: each[1]), settings, context),)


def _violation(
    bad: str, certainty: Certainty, text: Text, settings: Settings, context: Context
) -> Violation:
    is_certain = certainty is Certainty.FULL and not context.author.is_staff
    return settings.broken(
        Category.PUPIL_NEGATIVE,
        Evidence(found=bad[:100], place=text.place.value),
        at_most=Outcome.REFUSE if is_certain else Outcome.FLAG,
        tells_author=True,
    )


def _bad(
    folded: str, lexicon: Lexicon, context: Context
) -> Iterator[tuple[str, Certainty]]:
    if len(folded) < 4 or (context.pupils.is_empty and not _is_strong(folded)):
        return
    if _OF_OWN.search(folded) and "你家" not in folded and not context.author.is_staff:
        return
    listed = _LISTED.sub(lambda match: match[0].replace("\n", "、"), folded)
    for number, match in enumerate(_SENTENCE.finditer(listed)):
        if number == 60:
            return
        sentence = match[0]
        if not _NOBODY_IN_PARTICULAR.search(sentence):
            yield from _in_sentence(sentence, lexicon, context)


def _in_sentence(
    sentence: str, lexicon: Lexicon, context: Context
) -> Iterator[tuple[str, Certainty]]:
    if context.pupils.is_empty and not _is_strong(sentence):
        return
    for mention in mentions(sentence, context.pupils)[:20]:
        if mention.ids and mention.ids <= context.own_pupils:
            continue
        bad = _said_of(mention, sentence, lexicon)
        if bad is None:
            continue
        if not mention.ids and not context.author.is_staff and _LEAVE.search(sentence):
            continue
        yield bad, mention.certainty


def _is_strong(text: str) -> bool:
    """Whether something is said that is bad of whoever is meant."""
    return bool(_STRONG.search(text) or _STRONG_ENGLISH.search(text))


def _said_of(mention: Mention, sentence: str, lexicon: Lexicon) -> str | None:
    """Return the name and what is said of its bearer, if that is bad."""
    start = max(0, mention.start - _BEFORE)
    around = sentence[start : mention.end + _AFTER]
    strong = _STRONG.search(around) or _STRONG_ENGLISH.search(around)
    name = sentence[mention.start : mention.end]
    if strong is not None:
        return f"{name}: {strong[0]}"
    if mention.certainty is Certainty.LIKELY:
        return None
    for hit in lexicon.hits(around):
        if hit.list_name == _LIST:
            return f"{name}: {hit.found}"
    return None


RULE = Rule(name=_LIST, settings=Settings, check=check)
