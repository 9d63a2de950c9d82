"""Adoptions: how far the past of a room has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from appservice.domain.ids import RoomId

BEGIN: Final = """
    INSERT INTO adoptions (room_id, start, is_exact, next)
    VALUES ($1, $2, $3, $2)
        ON CONFLICT (room_id) DO NOTHING
"""

PROGRESS: Final = """
    SELECT start, is_exact, next, as_admin, events, oldest, began_at, finished_at
      FROM adoptions
     WHERE room_id = $1
"""

ADVANCE: Final = """
    UPDATE adoptions
       SET next = $2::text,
           as_admin = coalesce(as_admin, true) AND $3,
           events = events + $4,
           oldest = coalesce($5, oldest),
           finished_at = CASE WHEN $2::text IS NULL THEN now() END
     WHERE room_id = $1
 RETURNING start, is_exact, next, as_admin, events, oldest, began_at, finished_at
"""

BEGIN_AGAIN: Final = """
    UPDATE adoptions
       SET next = start,
           as_admin = NULL,
           finished_at = NULL
     WHERE room_id = $1
"""

KEPT_SINCE: Final = "SELECT added_at FROM rooms WHERE room_id = $1"

# Two people who call for the same past would both write down where it goes on.
ALONE: Final = "SELECT pg_try_advisory_lock(1752132966, hashtext($1))"
DONE: Final = "SELECT pg_advisory_unlock(1752132966, hashtext($1))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the past of a room has been read."""

    start: str
    """Where it begins, at the newest end."""
    is_exact: bool
    """Whether that is where the room was adopted; else it is later."""
    next: str | None
    """Where the next, older page begins; None: it is read to its beginning."""
    as_admin: bool | None
    """Whether all of it was read as an administrator; None: nothing was read yet."""
    events: int
    """How many were recorded."""
    oldest: datetime | None
    """When the oldest one read was sent, as its sender's server says."""
    began_at: datetime
    finished_at: datetime | None


async def begin(
    connection: Any, room_id: RoomId, start: str, *, is_exact: bool
) -> None:
    """Note where the past of a room begins; where that is known it stays."""
    await connection.execute(BEGIN, room_id, start, is_exact)


async def begin_again(connection: Any, room_id: RoomId) -> None:
    """Let it be read from its newest end once more; what is known comes once."""
    await connection.execute(BEGIN_AGAIN, room_id)


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
    as_admin: bool,
    events: int,
    oldest: datetime | None,
) -> Progress:
    """Note that a page has been recorded; ``next_`` None: it was the last."""
    row = await connection.fetchrow(ADVANCE, room_id, next_, as_admin, events, oldest)
    return Progress(**dict(row))


async def take(connection: Any, room_id: RoomId) -> bool:
    """Be the only one to read a room's past, as long as this connection lasts."""
    return bool(await connection.fetchval(ALONE, room_id))


async def give_back(connection: Any, room_id: RoomId) -> None:
    """Let others read it."""
    await connection.execute(DONE, room_id)
