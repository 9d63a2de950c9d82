"""
Calling everybody is for those who announce.

B1-13, B1-33: «重要通知群主发群公告@所有人». Who may not announce can write «@所有人»,
but it rings for nobody: a hint. Calling many people one by one does ring.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from appservice.domain.events import Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.people import Right
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

_EVERYBODY: Final = re.compile(
    r"(?<![\w.])@ ?(?:所有人|全体成员|全体家长|全体同学|全体老师|全员|大家|everyone"
    r"|everybody|all"
    r"|room|channel|here)"
    r"(?![a-z])"
)
_SOMEBODY: Final = re.compile(r"(?<![\w.])@[^\s@,。:;!?]{1,30}")
_MAY: Final = frozenset({Right.ANNOUNCE, Right.MODERATE, Right.OWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """Calling ``people`` and more at once is for those who announce."""

    outcome: Outcome = Outcome.HOLD
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-13"),)
    people: int = 8
    everybody: Outcome = Outcome.HINT

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.people < 2:
            raise ValueError("people must be at least 2: one is called to be answered")


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Count whom a message calls."""
    if not isinstance(event, Message) or not _MAY.isdisjoint(context.author.rights):
        return ()
    if context.author.is_staff:
        return ()
    body = next((t.value for t in event.texts if t.place is Place.BODY), "")
    written = fold(body[:4000]) if "@" in body or "\uff20" in body else ""
    if not (written or event.mentions or event.mentions_room):
        return ()
    called = max(len(event.mentions), len(set(_SOMEBODY.findall(written))))
    everybody = _EVERYBODY.search(written)
    if called < settings.people and not everybody and not event.mentions_room:
        return ()
    violation = settings.broken(
        Category.MASS_MENTIONS,
        Evidence(found=everybody[0] if everybody else None, count=called),
        at_most=Outcome.REFUSE if called >= settings.people else settings.everybody,
    )
    return (violation,)


RULE = Rule(name="mass_mentions", settings=Settings, check=check)
