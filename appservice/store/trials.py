"""Trials: what came of observing a room."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from appservice.domain.ids import EventId, RoomId

SPAN: Final = """
    SELECT count(*) AS events, min(received_at) AS since, max(received_at) AS until
      FROM events
     WHERE room_id = $1
       AND retention = 'managed'
       AND source <> 'adoption'
       AND ($2::timestamptz IS NULL OR received_at >= $2)
"""

JUDGED: Final = """
    SELECT event_id, sender, violations
      FROM judgements
     WHERE room_id = $1
       AND ($2::timestamptz IS NULL OR judged_at >= $2)
     ORDER BY id
"""

ACTIONS: Final = """
    SELECT kind, rule, status, count(*) AS times
      FROM actions
     WHERE room_id = $1
       AND ($2::timestamptz IS NULL OR decided_at >= $2)
     GROUP BY kind, rule, status
     ORDER BY kind, rule, status
"""

EXAMPLES: Final = 3
"""Events that are named for each rule and outcome."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """How often a rule was broken, with one outcome."""

    times: int = 0
    senders: set[str] = field(default_factory=set)
    examples: list[EventId] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Trial:
    """What came of observing a room, or of keeping it."""

    events: int
    since: datetime | None
    """When the first of them arrived; None: nothing has."""
    until: datetime | None
    rules: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """By (rule, outcome), the most frequent first."""
    actions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By (kind, rule, status); the status is ``observed`` where nothing was done."""


async def trial(connection: Any, room_id: RoomId, *, since: datetime | None) -> Trial:
    """
    Count what was judged and decided in a room.

    Args:
        since: From this time of arrival on; None: from the beginning.
    """
    span = await connection.fetchrow(SPAN, room_id, since)
    found = Trial(**dict(span))
    tallies: dict[tuple[str, str], Tally] = {}
    async with connection.transaction():
        async for row in connection.cursor(JUDGED, room_id, since):
            for each in msgspec.json.decode(row["violations"]):
                outcome = "tried" if each.get("observed") else each["outcome"]
                tally = tallies.setdefault((each["rule"], outcome), Tally())
                tally.times += 1
                tally.senders.add(row["sender"])
                if len(tally.examples) < EXAMPLES:
                    tally.examples.append(EventId(row["event_id"]))
    found.rules = dict(
        sorted(tallies.items(), key=lambda item: (-item[1].times, item[0]))
    )
    for row in await connection.fetch(ACTIONS, room_id, since):
        key = (row["kind"], row["rule"] or "", row["status"])
        found.actions[key] = row["times"]
    return found
