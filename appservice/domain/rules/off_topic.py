"""
Off topic: what members mark as not belonging here.

A24, B1-03, B1-09: whether something belongs here is for people to say. Enough different
members with the same sign call a person; one alone does nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from appservice.domain.events import Reacted, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import (
    MARK_AT_MOST,
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Step,
    Violation,
)
from appservice.domain.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """``members`` different people with one of ``signs``."""

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-03"), ClauseId("A24"))
    members: int = 3
    signs: tuple[str, ...] = ("🚩", "离题", "跑题", "无关", "off-topic", "off topic")

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome is not Outcome.FLAG:
            raise ValueError("the outcome must be flag: a person looks")
        if self.members < 2:
            raise ValueError("members must be at least 2: one alone does nothing")


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Flag with the member that makes them enough, and not again."""
    if not isinstance(event, Reacted) or event.target is None or not event.texts:
        return ()
    signs = {fold(sign) for sign in settings.signs}
    if fold(event.texts[0].value[:MARK_AT_MOST]).strip() not in signs:
        return ()
    before = {
        mark.sender
        for mark in context.marks
        if mark.target == event.target and mark.key.strip() in signs
    }
    if event.sender in before or len(before) + 1 != settings.members:
        return ()
    violation = settings.broken(Category.OFF_TOPIC, Evidence(count=settings.members))
    return (replace(violation, about=event.target),)


RULE = Rule(name="off_topic", settings=Settings, check=check)
