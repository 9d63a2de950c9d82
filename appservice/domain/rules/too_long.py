"""Brevity: «发言要言简意赅», a hint and nothing else (B1-39)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from appservice.domain.events import Message, Place, RoomEvent
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """
    More than ``characters``, or ``row`` crumbs of at most ``crumb`` characters.

    A row is of one sender, nobody else between, within ``window``; 0: rows are fine.
    """

    outcome: Outcome = Outcome.HINT
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-39"),)
    characters: int = 800
    row: int = 15
    crumb: int = 6
    window: timedelta = timedelta(minutes=1)

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome.hides:
            raise ValueError("what is long is never hidden; write hint or flag")
        if self.characters < 50:
            raise ValueError("characters must be at least 50")


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Measure what is shown, or count the crumbs."""
    if not isinstance(event, Message) or context.author.is_staff:
        return ()
    length = max(
        (len(t.value) for t in event.texts if t.place in (Place.BODY, Place.CAPTION)),
        default=0,
    )
    if length > settings.characters:
        return (settings.broken(Category.LENGTH, _many(length), rule=RULE.name),)
    if length > settings.crumb or not settings.row:
        return ()
    crumbs = _crumbs(event, settings, context)
    if crumbs < settings.row:
        return ()
    evidence = Evidence(count=crumbs, window=settings.window)
    return (settings.broken(Category.LENGTH, evidence, rule=RULE.name),)


def _many(length: int) -> Evidence:
    return Evidence(place=Place.BODY.value, count=length)


def _crumbs(event: Message, settings: Settings, context: Context) -> int:
    """Count this crumb and those right before it; none after a hint was given."""
    since = event.sent_at - settings.window
    count = 1
    for past in reversed(context.recent):
        if past.sender != event.sender or past.sent_at < since:
            break
        if Category.LENGTH in past.categories:
            return 0
        if len(past.words) <= settings.crumb and not past.is_picture:
            count += 1
    return count


RULE = Rule(name="too_long", settings=Settings, check=check)
