"""
Replaying: what another policy would have made of what is on record.

Nothing is done and nothing is written. Each event is judged twice, by the policy in
force and by the other one, each with a history of its own; people are taken as they
are in the roster now.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from appservice.domain.decide import Verdict, decide
from appservice.domain.events import Inspected, RoomEvent
from appservice.domain.history import History
from appservice.domain.ids import EventId, KindName
from appservice.domain.policy import Policy
from appservice.domain.rooms import Room
from appservice.domain.rule import Context, Outcome
from appservice.matrix import found, parse
from appservice.services.school import School
from appservice.services.sources import INSPECTION
from appservice.store import records

EXCERPT: Final = 80
"""Characters of a message that are shown as an example."""

EXAMPLES: Final = 3
"""Of each difference, by rule and room."""

Way = tuple[str, str, str]
"""(rule, outcome before, outcome after)."""


@dataclass(slots=True, kw_only=True)
class Change:
    """What another policy would have done differently in a room."""

    room: Room
    judged: int = 0
    ways: Counter[Way] = field(default_factory=Counter)
    examples: dict[Way, list[tuple[EventId, str]]] = field(default_factory=dict)
    """(event, excerpt), at most ``EXAMPLES`` of each."""

    def note(self, way: Way, event: RoomEvent) -> None:
        """Count a difference, and keep it as an example while there are few."""
        self.ways[way] += 1
        kept = self.examples.setdefault(way, [])
        if len(kept) < EXAMPLES:
            words = " ".join(" ".join(t.value for t in event.texts[:2]).split())
            kept.append((event.event_id, words[:EXCERPT]))


async def replay(
    connection: Any,
    school: School,
    other: Mapping[KindName, Policy],
    *,
    since: datetime,
) -> AsyncIterator[Change]:
    """
    Judge the record of the managed rooms of some kinds again.

    Args:
        school: With the policies in force.
        other: The policies to be tried; rooms of other kinds are passed over.

    Yields:
        One a room of these kinds, in the order of their names.
    """
    for room in sorted(school.managed, key=lambda room: (room.name, room.room_id)):
        before, after = school.policy_of(room.kind), other.get(room.kind)
        if before is not None and after is not None:
            yield await _room(connection, school, room, (before, after), since)


async def _room(
    connection: Any,
    school: School,
    room: Room,
    sides: tuple[Policy, Policy],
    since: datetime,
) -> Change:
    change = Change(room=room)
    histories = (History(), History())
    async for row, _, _ in records.events(
        connection, room.room_id, since=since, until=None
    ):
        if row["sender"] in school.accounts:
            continue
        event = _event(row, room)
        change.judged += 1
        before, after = (
            _judge(event, school, room, policy, history)
            for policy, history in zip(sides, histories, strict=True)
        )
        for way in _ways(before, after):
            change.note(way, event)
    return change


def _event(row: Any, room: Room) -> RoomEvent:
    fields = parse.decode(row["original"] or row["raw"])
    fields = fields if isinstance(fields, dict) else {}
    if row["source"] == INSPECTION:
        return found.inspected(
            fields,
            event_id=row["event_id"],
            room_id=room.room_id,
            sender=row["sender"],
            sent_at=row["sent_at"],
        )
    return parse.parse(
        {**fields, "event_id": row["event_id"], "sender": row["sender"]},
        room_id=room.room_id,
        sent_at=row["sent_at"],
    )


def _judge(
    event: RoomEvent, school: School, room: Room, policy: Policy, history: History
) -> Verdict:
    author = school.author(event.sender, room, policy, outranks=False)
    base = Context(
        author=author,
        pupils=school.pupils_in(room),
        own_pupils=school.pupils_of(event.sender),
        at=event.sent_at.astimezone(school.zone),
    )
    verdict = decide(event, policy, history.context_for(event, author, base))
    if not isinstance(event, Inspected):
        history.add(event, author, verdict.categories)
    return verdict


def _ways(before: Verdict, after: Verdict) -> list[Way]:
    """Compare two verdicts rule by rule; what follows from both alike is no news."""
    then, now = _by_rule(before), _by_rule(after)
    allow = Outcome.ALLOW
    return [
        (rule, then.get(rule, allow).value, now.get(rule, allow).value)
        for rule in sorted({*then, *now})
        if then.get(rule, allow) is not now.get(rule, allow)
    ]


def _by_rule(verdict: Verdict) -> dict[str, Outcome]:
    gravest: dict[str, Outcome] = {}
    for violation in verdict.violations:
        known = gravest.get(violation.rule)
        if known is None or violation.outcome.rank > known.rank:
            gravest[violation.rule] = violation.outcome
    return gravest
