"""
Quiet hours: announcements at night can mostly wait until the morning (X23).

A hint to the staff who announce; nothing is ever kept from the room, and what concerns
somebody's safety is not even remarked upon (A26).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from appservice.domain.events import Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.reading import words_in
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Step,
    Violation,
)

_SAFETY: Final = re.compile(
    r"紧急|安全|停课|停学|暴雨|暴雪|台风|预警|地震|火灾|着火|疏散|走失|失踪|医院|急救"
    r"|受伤|疫情|传染"
    r"|中毒|事故|改线|推迟到校|emergency|urgent|safety|evacuat|typhoon|storm|earthquake"
    r"|missing"
)
_ANNOUNCES: Final = re.compile(
    r"通知|请各位|各位家长|各位同学|各位老师|家长们|同学们|请.{0,12}(?:明天|明早"
    r"|周[一二三四五六日天])"
    r"|作业|会议|@ ?(?:所有人|全体)|reminder|announcement|dear (?:parents|students|all)"
    r"|please"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """From ``start`` o'clock until ``end`` o'clock; the same hour twice: never."""

    outcome: Outcome = Outcome.HINT
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B3-21"),)
    start: int = 22
    end: int = 7
    letters: int = 30
    """From how many on a message of staff is one to be read at leisure."""

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome is not Outcome.HINT:
            raise ValueError("the outcome must be hint: quiet hours block nobody")
        if not (0 <= self.start <= 24 and 0 <= self.end <= 24):
            raise ValueError("start and end must lie between 0 and 24")

    def holds_at(self, hour: int) -> bool:
        """Whether an hour of the day is a quiet one."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Remark upon what staff announce at night."""
    if context.at is None or not context.author.is_staff:
        return ()
    if not isinstance(event, Message) or not settings.holds_at(context.at.hour):
        return ()
    words = words_in(event, (Place.BODY, Place.CAPTION), at_most=2000)
    announces = (
        event.mentions_room
        or len(words) >= settings.letters
        or _ANNOUNCES.search(words)
    )
    if not announces or _SAFETY.search(words):
        return ()
    return (settings.broken(Category.QUIET_HOURS, Evidence(count=context.at.hour)),)


RULE = Rule(name="quiet_hours", settings=Settings, check=check)
