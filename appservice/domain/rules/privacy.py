"""
Privacy: what belongs to one person is not for all to read.

A46, A68: «不得随意泄露群内信息或他人隐私». Numbers of identity and bank cards, mobile
numbers beside names, homes, and what is known of a pupil's health. Numbers of the
school's offices are for everybody.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from appservice.domain.events import Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.mentioned import Certainty, Mention, mentions
from appservice.domain.numbers import (
    digit_runs,
    is_bank_card,
    is_identity_card,
    mobile_number,
)
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

_BOUND: Final = 10_000
_MAY_BE: Final = re.compile(
    r"\d{3}|(?:\d[ .\-]){6}|[零一二三四五六七八九幺]{8}|[室栋幢户弄]|单元|病|症|心理"
    r"|住院|手术|癫痫"
    r"|哮喘|残疾|低保"
    r"|贫困|离[异婚]|穷|肝|艾滋|抑郁|自闭|领养|怀孕|癌|诊断|过敏|糖尿|单亲|孤儿|lives? "
    r"|street|road|disease|disorder|depress|medic|therap"
)
_OF_CARDS: Final = re.compile(r"卡|账号|账户|银行|转账|汇款|打款|card|account|bank")
_OF_IDENTITY: Final = re.compile(r"身份证|证件号|身份号|户口|id card|id number")
_CARD_NUMBER: Final = re.compile(r"银行卡|卡号|储蓄卡|信用卡|card number")
_OF_SCHOOL: Final = re.compile(
    r"学校|对公|校医|老师|主任|校长|办公室|热线|咨询|值班|客服|食堂|门卫|保安|教务|招生"
    r"|年级组|物业"
    r"|师傅|医院|派出所|司机|导游|office|hotline|help ?line|teacher|mr |ms |mrs "
)
_OWN: Final = re.compile(
    r"我的|本人|我是|联系我|打我|加我|我手机|我电话|我号码|我住|我家住|我们家住"
    r"|my (?:number|phone|"
    r"mobile|address)|i live|call me|reach me"
)
_CONTACT: Final = re.compile(
    r"(?:qq|微信|wechat|vx|抖音)(?:号码?|id)?(?:是|:)?\ ?[a-z0-9_\-]{5,20}"
)
_HOME: Final = re.compile(
    r"(?:[路街道巷弄村苑园庭府湾城邨里坊]|小区|公寓|大厦|宿舍|家园"
    r"|胡同)\ ?\d{0,5}\ ?(?:号|弄|[a-z]区|\d期)?"
    r"\ ?(?:\d{1,4}\ ?(?:号楼|栋|幢|号院|座|支弄"
    r"|号)\ ?)?(?:\d{1,2}\ ?单元\ ?)?\d{1,4}\ ?(?:室|户|单元)"
    r"|\d{1,4}\ ?(?:号楼|栋|幢)\ ?(?:\d{1,2}\ ?单元\ ?)?\d{2,4}(?:室|户)?"
    r"|(?:[路街道巷弄村]|小区)\d{1,5}(?:号|弄)\d{1,4}(?:号|栋|幢)\d{0,4}"
)
_DOOR: Final = re.compile(
    r"(?:住在|住的?是|家住|家在|住址|家庭地址|门牌号?)[^。!?\n,]{0,24}?"
    r"(?:\d{1,4}\ ?(?:号楼|栋|幢|单元|弄|室)|\d{1,3}-\d{1,3}-\d{2,4})"
)
"""A home that is less exact, where it is said to be one."""

_PAPERS: Final = re.compile(
    r"(?:学籍|护照|通行证|医保|社保|户口|出生证|准考证)[^\d\n。]{0,10}?"
    r"(?P<number>[a-z]{0,2}\d{7,20}x?)"
)
_BORN: Final = re.compile(r"(?:19|20)\d{2}[年.\-/]\d{1,2}[月.\-/]\d{1,2}[日号]?出?生")
_LIVES: Final = re.compile(
    r"住(?!院|宿|校)|家在|家是|家庭住址|家庭地址|住址|地址|address"
)
_HOME_ENGLISH: Final = re.compile(
    r"lives? (?:at|in|on) (?:no\.? ?)?\d{1,5}[a-z]? (?:[a-z]{1,15} ){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|drive|dr)\b"
)
_HEALTH: Final = re.compile(
    r"抑郁|焦虑症|自闭|多动症|孤独症|乙肝|艾滋|癫痫|心理(?:咨询|疾病|问题|障碍|测评)"
    r"|白血病|心脏病|哮喘|糖尿病"
    r"|残疾|智力(?:低|障)|低保|贫困生|离异|离婚|家(?:里)?(?:很|特别)?穷|单亲|孤儿|领养"
    r"|确诊|癌|住院|手术|肺结核|传染病"
    r"|精神(?:病|科|分裂)"
    r"|病历|诊断|过敏史|怀孕|autis|adhd|depression|epilep|asthma|diabet|hepatitis"
    r"|disorder"
    r"|therapist|diagnos"
)
_NOT_A_FORM: Final = re.compile(r"请假|作者|诗人|作家|历史|生于|课文|样例|例如|示例")
_NOT_HERE: Final = re.compile(
    r"例如|比如|示例|格式|课文|小说|故事|应用题|地址:学校|学校地址|集合地点|活动地点"
    r"|地点"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """Hidden until a person has looked; the way out is a private message."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("A68"), ClauseId("A46"))


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Judge by the gravest that an event gives away."""
    if not isinstance(event, Posted):
        return ()
    found = [
        (finding, text.place)
        for text in said(event)
        if text.place is not Place.CODE
        for finding in _given_away(fold(text.value[:_BOUND]), context)
    ]
    if not found:
        return ()
    (words, at_most), place = max(found, key=lambda each: each[0][1].rank)
    violation = settings.broken(
        Category.PRIVACY,
        Evidence(found=words[:100], place=place.value),
        at_most=at_most,
        tells_author=at_most is Outcome.FLAG or context.author.is_staff,
    )
    return (violation,)


def _given_away(folded: str, context: Context) -> Iterator[tuple[str, Outcome]]:
    if not _MAY_BE.search(folded):
        return
    people = [
        each
        for each in mentions(folded, context.pupils)
        if not (each.ids and each.ids <= context.own_pupils)
    ]
    yield from _numbers(folded, people, context)
    if people and not _NOT_A_FORM.search(folded):
        yield from _papers(folded)
    yield from _homes(folded, people, context)
    yield from _health(folded, people, context)


def _numbers(
    folded: str, people: list[Mention], context: Context
) -> Iterator[tuple[str, Outcome]]:
    mobiles = set()
    for run in digit_runs(folded):
        mobile = mobile_number(run)
        if is_identity_card(run, is_named=_OF_IDENTITY.search(folded) is not None):
            yield run, Outcome.REFUSE
        elif mobile is not None:
            mobiles.add(mobile)
        elif _CARD_NUMBER.search(folded) and 15 <= len(run) <= 19:
            yield run, Outcome.FLAG if context.author.is_staff else Outcome.REFUSE
        elif is_bank_card(run) and (run.startswith("62") or _OF_CARDS.search(folded)):
            is_schools = context.author.is_staff and _OF_SCHOOL.search(folded)
            yield run, Outcome.HINT if is_schools else Outcome.REFUSE
    if mobiles:
        yield from _mobiles(folded, sorted(mobiles), people, context)
    elif people and (contact := _CONTACT.search(folded)) and not _OWN.search(folded):
        yield contact[0], _of(people, context)


def _papers(folded: str) -> Iterator[tuple[str, Outcome]]:
    """Find numbers of other papers, and when somebody was born."""
    paper = _PAPERS.search(folded)
    if paper is not None:
        yield paper["number"], Outcome.REFUSE
    born = _BORN.search(folded)
    if born is not None:
        yield born[0], Outcome.FLAG


def _mobiles(
    folded: str, mobiles: list[str], people: list[Mention], context: Context
) -> Iterator[tuple[str, Outcome]]:
    """Tell a list of pupils' numbers from one's own, and from an office's."""
    found = "、".join(mobiles)
    is_office = _OF_SCHOOL.search(folded) is not None
    is_known = any(each.certainty is Certainty.FULL for each in people)
    if is_known:
        yield found, Outcome.REFUSE
    elif people and not (is_office and len(mobiles) == 1 and context.author.is_staff):
        yield found, Outcome.HINT if _OWN.search(folded) else Outcome.REFUSE
    elif len(mobiles) > 1 and not is_office:
        yield found, Outcome.HINT if context.author.is_staff else Outcome.REFUSE
    elif not context.author.is_staff and not is_office:
        yield found, Outcome.HINT


def _homes(
    folded: str, people: list[Mention], context: Context
) -> Iterator[tuple[str, Outcome]]:
    home = _HOME.search(folded) or _HOME_ENGLISH.search(folded) or _DOOR.search(folded)
    if home is None or _NOT_HERE.search(folded):
        return
    is_somebodys = bool(people) or _LIVES.search(folded) is not None
    if home.re is _HOME_ENGLISH or people:
        yield home[0], Outcome.HINT if _OWN.search(folded) else Outcome.REFUSE
    elif _OWN.search(folded):
        yield home[0], Outcome.HINT
    elif is_somebodys and not context.author.is_staff:
        yield home[0], Outcome.REFUSE


def _health(
    folded: str, people: list[Mention], context: Context
) -> Iterator[tuple[str, Outcome]]:
    """Find what is known of a pupil's health or family beside the name."""
    for each in people[:50]:
        around = folded[max(0, each.start - 12) : each.end + 24]
        found = _HEALTH.search(around)
        if found is not None and not _OWN_FAMILY.search(folded):
            yield found[0], _of([each], context)


_OWN_FAMILY: Final = re.compile(
    r"我家|我儿子|我女儿|我娃|请假|讲座|课文|故事|小说|my (?:son|daughter)"
)


def _of(people: list[Mention], context: Context) -> Outcome:
    """Say how grave it can be, by how sure it is that a pupil is meant."""
    is_sure = any(each.certainty is Certainty.FULL for each in people)
    return Outcome.REFUSE if is_sure and not context.author.is_staff else Outcome.FLAG


RULE = Rule(name="privacy", settings=Settings, check=check)
