"""
Homework: what a school has decided on setting it in a room (X10).

B1-19, B1-41, B3-26 allow it; 教基厅函〔2021〕3号 lets nobody set it by telephone, or so
that it needs one. In between, guardians are informed of what was set in class: no
hand-in, no 打卡; perhaps not before the pupils could tell it at home (B1-20).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from appservice.domain.events import Edited, Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Step,
    Violation,
)
from appservice.domain.text import fold

_SUBJECT: Final = (
    "(?:语文|数学|英语|物理|化学|生物|历史|地理|政治|道法|科学|信息|音乐|美术|体育)"
)
_SET: Final = re.compile(
    rf"(?:今[天日晚]的?|家庭|回家|课后|周末|假期|寒假|暑假|明天的?|{_SUBJECT}|书面|口头"
    rf"|预习|复习|本周|国庆|实践性?)"
    r"(?:的|书面|口头|家庭|课后|老师)?作业"
    r"|作业[::是]|布置(?:了|的|一下|今天的)?作业|homework (?:for|is|today|tonight)"
    r"|(?:today|tonight)'?s? homework"
    r"|(?:完成|做完|背诵|抄写|默写|朗读|预习|复习|练习)[^\n。!?;]{0,16}"
    r"(?:第?[\d一二三四五六七八九十]{1,3}(?:[-~到至、][\d]{1,3})?[课页题单]|练习册|课文"
    r"|生字|单词|试卷|口算|课时|词语)"
    r"|(?:练习册|课本|课堂作业|一课一练|同步|书本?"
    r"|口算)[^\n。!?;]{0,6}第?\d{1,3}(?:[-~到至、]\d{1,3})?页"
    r"|(?:read|finish|complete|do) (?:the )?(?:pages?|exercises?|worksheets?|workbook"
    r"|unit|chapter)"
)
_BY_TELEPHONE: Final = re.compile(
    r"打卡|接龙|(?:拍照|拍视频|录音|录视频|录像|视频|照片|作业)[^\n。!?]{0,12}(?:上传"
    r"|提交|发(?:到|在|群|至|给我)|传到)"
    r"|(?:上传|提交)[^\n。!?]{0,10}(?:作业|照片|视频|录音|小程序|群里|平台)"
    r"|(?:小程序|作业帮|一起作业|作业盒子|乐教乐学|钉钉)[^\n。!?]{0,10}(?:完成|提交"
    r"|作业|打卡)"
    r"|(?:upload|submit|post|send)[^\n.!?]{0,20}(?:homework|photo|video|recording)"
)
_NOT_SET: Final = re.compile(
    r"没有作业|无作业|不布置|没作业|作业(?:本|情况|质量|认真|完成得|展|反馈|批改|检查"
    r"|讲评|订正|展示)|优秀作业"
    r"|(?:禁止|不得|不要|取消|停止|不用|无需|不再)[^\n。!?]{0,8}(?:打卡|接龙|上传|提交)"
    r"|减负|no homework"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """What may be posted, and from which hour on; None: at any."""

    outcome: Outcome = Outcome.HINT
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-19"),)
    posting: Literal["forbid", "guardian_information", "allow"] = "guardian_information"
    not_before: int | None = None

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome.hides:
            raise ValueError("homework is never hidden; write hint or flag")
        if self.not_before is not None and not 0 <= self.not_before <= 23:
            raise ValueError("not_before must be an hour of the day, 0 to 23")


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Look at what staff post: pupils and guardians may speak of homework."""
    if not isinstance(event, (Message, Edited)) or not context.author.is_staff:
        return ()
    for text in event.texts:
        if text.place in (Place.BODY, Place.CAPTION, Place.FORMATTED):
            found = _unwanted(fold(text.value[:4000]), settings, context)
            if found is not None:
                evidence = Evidence(found=found[:100], place=text.place.value)
                return (settings.broken(Category.HOMEWORK, evidence),)
    return ()


def _unwanted(words: str, settings: Settings, context: Context) -> str | None:
    if _NOT_SET.search(words):
        return None
    by_telephone = _BY_TELEPHONE.search(words)
    if by_telephone is not None and settings.posting != "allow":
        return by_telephone[0]
    is_set = _SET.search(words)
    if is_set is None:
        return None
    is_early = (
        settings.not_before is not None
        and context.at is not None
        and context.at.hour < settings.not_before
    )
    return is_set[0] if is_early or settings.posting == "forbid" else None


RULE = Rule(name="homework", settings=Settings, check=check)
