"""The record of a room: everything that came, and everything we did about it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from appservice.domain.ids import EventId, RoomId, UserId

# In pages and by key, so that a long record costs no more memory than a short one.
PAGE: Final = 1000

LAST: Final = 2**63 - 1

_OF_ROOM: Final = """
    SELECT e.seq, e.event_id, e.room_id, e.sender, e.type, e.state_key, e.sent_at,
           e.received_at, e.source, e.raw,
           o.raw AS original, o.because AS original_because,
           r.target, r.reason, r.sender AS redacted_by
      FROM events AS e
      LEFT JOIN originals AS o USING (event_id)
      LEFT JOIN redactions AS r USING (event_id)
     WHERE e.room_id = $1
       AND e.retention = 'managed'
"""

EVENTS: Final = f"""{_OF_ROOM}
       AND e.source <> 'adoption'
       AND e.seq > $4
       AND ($2::timestamptz IS NULL OR e.received_at >= $2)
       AND ($3::timestamptz IS NULL OR e.received_at < $3)
     ORDER BY e.seq
     LIMIT $5
"""

# What was written before the room was adopted came to us newest first.
PAST: Final = f"""{_OF_ROOM}
       AND e.source = 'adoption'
       AND e.seq < $4
       AND ($2::timestamptz IS NULL OR e.sent_at >= $2)
       AND ($3::timestamptz IS NULL OR e.sent_at < $3)
     ORDER BY e.seq DESC
     LIMIT $5
"""

# By their ids, wherever in the record they stand.
FOUND: Final = """
    SELECT s.event_id, e.sender, e.raw
      FROM seen AS s
      JOIN events AS e
        ON e.seq = s.seq
       AND e.received_at = s.received_at
       AND e.retention = s.retention
     WHERE s.event_id = ANY ($1::text[])
       AND e.room_id = $2
"""

JUDGEMENTS: Final = """
    SELECT event_id, sender, role, policy, outcome, violations, judged_at
      FROM judgements
     WHERE event_id = ANY ($1::text[])
     ORDER BY id
"""

ACTIONS: Final = """
    SELECT a.id, a.kind, a.subject, a.rule, a.clauses, a.status, a.decided_at,
           a.ended_at, a.result, a.body,
           coalesce(j.event_id, a.because) AS because_of
      FROM actions AS a
      LEFT JOIN judgements AS j ON j.id = a.judgement
     WHERE a.room_id = $1
       AND ($2::timestamptz IS NULL OR a.decided_at >= $2)
       AND ($3::timestamptz IS NULL OR a.decided_at < $3)
     ORDER BY a.decided_at, a.seq
"""


COMMANDS: Final = """
    SELECT event_id, written_in, sender, name, subject, result, answer, commanded_at
      FROM commands
     WHERE room_id = $1
       AND ($2::timestamptz IS NULL OR commanded_at >= $2)
       AND ($3::timestamptz IS NULL OR commanded_at < $3)
     ORDER BY commanded_at
"""


COUNT: Final = """
    SELECT count(*)
      FROM events
     WHERE room_id = $1
       AND retention = 'managed'
       AND ($2::timestamptz IS NULL
            OR CASE source WHEN 'adoption' THEN sent_at ELSE received_at END >= $2)
       AND ($3::timestamptz IS NULL
            OR CASE source WHEN 'adoption' THEN sent_at ELSE received_at END < $3)
"""


async def raw(connection: Any, event_id: EventId, room_id: RoomId) -> bytes | None:
    """Read one event as it came; None: it is not on record."""
    row = await connection.fetchrow(FOUND, [event_id], room_id)
    return None if row is None else row["raw"]


async def sender_of(
    connection: Any, event_id: EventId, room_id: RoomId
) -> UserId | None:
    """Say who sent an event of a room; None: it is not on record."""
    row = await connection.fetchrow(FOUND, [event_id], room_id)
    return None if row is None else row["sender"]


async def count(
    connection: Any, room_id: RoomId, *, since: datetime | None, until: datetime | None
) -> int:
    """Count the events of a room in a span."""
    return await connection.fetchval(COUNT, room_id, since, until)


async def events(
    connection: Any,
    room_id: RoomId,
    *,
    since: datetime | None,
    until: datetime | None,
) -> AsyncIterator[tuple[Any, list[Any], bytes | None]]:
    """
    Go through the record of a room in the order in which it came.

    What was written before the room was adopted comes first, in its order.

    Args:
        since: From this time of arrival; None: from the beginning. Of what is older
            than the adoption, the time at which it was sent.
        until: Up to, and not including, this one; None: to the end.

    Yields:
        An event's row, its judgements, and for a redaction what it took away.
    """
    for sql, first in ((PAST, LAST), (EVENTS, 0)):
        async for row in _pages(connection, sql, room_id, since, until, first):
            yield row


async def _pages(  # noqa: PLR0917 - a statement and what it takes
    connection: Any,
    sql: str,
    room_id: RoomId,
    since: datetime | None,
    until: datetime | None,
    last: int,
) -> AsyncIterator[tuple[Any, list[Any], bytes | None]]:
    while True:
        rows = await connection.fetch(sql, room_id, since, until, last, PAGE)
        if not rows:
            return
        judged: dict[str, list[Any]] = {}
        for row in await connection.fetch(JUDGEMENTS, [r["event_id"] for r in rows]):
            judged.setdefault(row["event_id"], []).append(row)
        wanted = [row["target"] for row in rows if row["target"]]
        taken = {
            row["event_id"]: row["raw"]
            for row in await connection.fetch(FOUND, wanted, room_id)
        }
        for row in rows:
            yield row, judged.get(row["event_id"], []), taken.get(row["target"])
        last = rows[-1]["seq"]


async def actions(
    connection: Any,
    room_id: RoomId,
    *,
    since: datetime | None,
    until: datetime | None,
) -> AsyncIterator[Any]:
    """Go through what we did, or would have done, because of a room."""
    async for row in _through(connection, ACTIONS, room_id, since, until):
        yield row


async def commands(
    connection: Any,
    room_id: RoomId,
    *,
    since: datetime | None,
    until: datetime | None,
) -> AsyncIterator[Any]:
    """Go through what was asked for about a room, in it or in private."""
    async for row in _through(connection, COMMANDS, room_id, since, until):
        yield row


async def _through(connection: Any, sql: str, *args: Any) -> AsyncIterator[Any]:
    """Go through an answer of any length, in a transaction that a cursor needs."""
    async with connection.transaction():
        async for row in connection.cursor(sql, *args):
            yield row
