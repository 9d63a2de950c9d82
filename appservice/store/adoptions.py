"""Adoptions: how far the past of a room has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from appservice.domain.ids import RoomId

BEGIN: Final = """
    INSERT INTO adoptions (room_id, next)
    VALUES ($1, $2)
        ON CONFLICT (room_id) DO NOTHING
"""

PROGRESS: Final = """
    SELECT next, events, oldest, began_at, finished_at
      FROM adoptions
     WHERE room_id = $1
"""

ADVANCE: Final = """
    INSERT INTO adoptions AS a (room_id, next, events, oldest, finished_at)
    VALUES ($1, $2::text, $3, $4, CASE WHEN $2::text IS NULL THEN now() END)
        ON CONFLICT (room_id) DO UPDATE
       SET next = excluded.next,
           events = a.events + excluded.events,
           oldest = coalesce(excluded.oldest, a.oldest),
           finished_at = excluded.finished_at
"""

KEPT_SINCE: Final = "SELECT added_at FROM rooms WHERE room_id = $1"

# Two people who call for the same past would both write down where it goes on.
ALONE: Final = "SELECT pg_try_advisory_lock(1752132966, hashtext($1))"
DONE: Final = "SELECT pg_advisory_unlock(1752132966, hashtext($1))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the past of a room has been read."""

    next: str | None
    """Where the next, older page begins; None: it is read to its beginning."""
    events: int
    """How many were recorded."""
    oldest: datetime | None
    """When the oldest one read was sent, as its sender's server says."""
    began_at: datetime
    finished_at: datetime | None


async def begin(connection: Any, room_id: RoomId, start: str) -> None:
    """Note where the past of a room begins; where that is known it stays."""
    await connection.execute(BEGIN, room_id, start)


async def kept_since(connection: Any, room_id: RoomId) -> datetime:
    """Say since when a room that we keep is kept."""
    since: datetime = await connection.fetchval(KEPT_SINCE, room_id)
    return since


async def progress(connection: Any, room_id: RoomId) -> Progress | None:
    """Say how far the past of a room was read; None: nobody asked for it."""
    row = await connection.fetchrow(PROGRESS, room_id)
    return None if row is None else Progress(**dict(row))


async def advance(
    connection: Any,
    room_id: RoomId,
    *,
    next_: str | None,
    events: int,
    oldest: datetime | None,
) -> None:
    """Note that a page has been recorded; ``next_`` None: it was the last."""
    await connection.execute(ADVANCE, room_id, next_, events, oldest)


async def take(connection: Any, room_id: RoomId) -> bool:
    """Be the only one to read a room's past, as long as this connection lasts."""
    return bool(await connection.fetchval(ALONE, room_id))


async def give_back(connection: Any, room_id: RoomId) -> None:
    """Let others read it."""
    await connection.execute(DONE, room_id)
