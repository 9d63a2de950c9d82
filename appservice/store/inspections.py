"""Inspections: files that wait to be looked into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec

from appservice.domain.ids import EventId, RoomId, UserId

WANT: Final = """
    INSERT INTO inspections (event_id, room_id, sender, media, declared)
    SELECT i.event_id, $1, i.sender, i.media, i.declared::json
      FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
           AS i (event_id, sender, media, declared)
        ON CONFLICT DO NOTHING
"""

CLAIM: Final = """
    UPDATE inspections
       SET attempts = attempts + 1,
           claimed_until = now() + interval '3 minutes'
     WHERE event_id = (
               SELECT event_id
                 FROM inspections
                WHERE due_at <= now()
                  AND (claimed_until IS NULL OR claimed_until < now())
                ORDER BY due_at
                LIMIT 1
                  FOR UPDATE SKIP LOCKED
           )
    RETURNING event_id, room_id, sender, media, declared, attempts
"""

POSTPONE: Final = """
    UPDATE inspections
       SET due_at = now() + $2::interval,
           claimed_until = NULL
     WHERE event_id = $1
"""

END: Final = "DELETE FROM inspections WHERE event_id = $1"

NEXT_DUE: Final = """
    SELECT extract(epoch FROM min(greatest(due_at, coalesce(claimed_until, due_at)))
                   - now())
      FROM inspections
"""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What the message says of its file."""

    name: str = ""
    media_type: str = ""
    is_locked: bool = False
    """Whether it is encrypted, so that only its size is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to be looked into."""

    event_id: EventId
    """Of the message that carries it."""
    sender: UserId
    media: str
    declared: Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Wanted):
    """One that is ours to look into until the claim runs out."""

    room_id: RoomId
    attempts: int
    """This one included."""


async def want(connection: Any, room_id: RoomId, rows: Sequence[Wanted]) -> None:
    """Queue files; in the transaction that judges the messages."""
    columns = zip(
        *(
            (
                row.event_id,
                row.sender,
                row.media,
                msgspec.json.encode(row.declared).decode(),
            )
            for row in rows
        ),
        strict=True,
    )
    await connection.execute(WANT, room_id, *map(list, columns))


async def claim(connection: Any) -> Claimed | None:
    """Take the file that has waited longest; None: none waits."""
    row = await connection.fetchrow(CLAIM)
    if row is None:
        return None
    declared = msgspec.json.decode(row["declared"], type=Declared)
    return Claimed(**{**dict(row), "declared": declared})


async def postpone(connection: Any, event_id: EventId, *, wait: timedelta) -> None:
    """Let a file be looked into later."""
    await connection.execute(POSTPONE, event_id, wait)


async def end(connection: Any, event_id: EventId) -> None:
    """Take a file that was looked into out of the queue."""
    await connection.execute(END, event_id)


async def next_due(connection: Any) -> float | None:
    """Say in how many seconds a file is due; None: none waits."""
    seconds = await connection.fetchval(NEXT_DUE)
    return None if seconds is None else float(seconds)
