"""
Photos of pupils: who publishes one is reminded of consent (B1-23, B3-25).

Whom a picture shows nobody here can see, and nobody's face is ever recognised. So
staff are reminded once in a while; where a caption names pupils, every time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """Not again within ``every`` of the last picture of the same sender."""

    outcome: Outcome = Outcome.HINT
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-23"),)
    every: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome.hides:
            raise ValueError("a photo is never hidden for consent; write hint or flag")


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Look at pictures of staff only; families answer for their own."""
    if not isinstance(event, Message) or event.msgtype not in ("m.image", "m.video"):
        return ()
    if not context.author.is_staff:
        return ()
    caption = words_in(event, (Place.CAPTION, Place.FILE_NAME), at_most=2000)
    named = [each for each in context.pupils.find(caption) if each.is_full]
    since = event.sent_at - settings.every
    is_told = any(
        past.sender == event.sender and past.is_picture and past.sent_at > since
        for past in context.recent
    )
    if is_told and not named:
        return ()
    found = "、".join(caption[each.start : each.end] for each in named)[:100]
    evidence = Evidence(found=found or None, count=len(named))
    return (settings.broken(Category.PHOTO, evidence),)


RULE = Rule(name="photo", settings=Settings, check=check)
