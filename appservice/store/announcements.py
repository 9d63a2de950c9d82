"""Announcements: what was announced in which room, and which event it became."""

from typing import Any, Final
from uuid import UUID

from appservice.domain.ids import EventId, RoomId, UserId

ANNOUNCE: Final = """
    INSERT INTO announcements (action, room_id, by_user, because)
    VALUES ($1, $2, $3, $4)
"""

PUBLISHED: Final = """
    UPDATE announcements
       SET event_id = $2
     WHERE action = $1
       AND room_id = $3
       AND event_id IS NULL
       AND unpinned_at IS NULL
    RETURNING true
"""

UNPIN: Final = """
    UPDATE announcements
       SET unpinned_at = now(),
           unpinned_by = $3
     WHERE room_id = $1
       AND event_id = $2
"""


async def announce(
    connection: Any, action: UUID, room_id: RoomId, *, by: UserId, because: EventId
) -> None:
    """Remember an announcement that is to be posted by ``action``."""
    await connection.execute(ANNOUNCE, action, room_id, by, because)


async def published(
    connection: Any, action: UUID, event_id: EventId, room_id: RoomId
) -> bool:
    """Note which event it became; False: that was known, or it is none."""
    return bool(await connection.fetchval(PUBLISHED, action, event_id, room_id))


async def unpin(
    connection: Any, room_id: RoomId, event_id: EventId, *, by: UserId
) -> None:
    """Note who took an announcement's pin away."""
    await connection.execute(UNPIN, room_id, event_id, by)
