"""
The same in several rooms: what was shared here is not to be carried on unasked.

B1-46: «群内共享信息不经本人同意,请勿私自转发»; B2-11. It cannot be prevented, so the
author is told; where it is in many rooms, a person looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appservice.domain.events import Message, RoomEvent
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
from appservice.domain.text import compact


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """A hint from ``rooms`` other rooms on, ``outcome`` from ``many`` on."""

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-46"),)
    rooms: int = 1
    many: int = 3
    shortest: int = 20
    """Letters; «收到» is the same in every room."""

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if not 1 <= self.rooms <= self.many:
            raise ValueError("rooms must be at least 1, and many no less than rooms")


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Count the other rooms in which the same was posted lately."""
    elsewhere = context.copies_elsewhere
    if elsewhere < settings.rooms or not isinstance(event, Message):
        return ()
    is_short = all(len(compact(t.value)) < settings.shortest for t in event.texts)
    if is_short and event.media is None:
        return ()
    is_many = elsewhere >= settings.many
    violation = settings.broken(
        Category.COPY,
        Evidence(count=elsewhere),
        at_most=Outcome.REFUSE if is_many else Outcome.HINT,
    )
    return (violation,)


RULE = Rule(name="copy", settings=Settings, check=check)
