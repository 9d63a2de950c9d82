"""Mutes: who may only read in which room, and until when."""

from datetime import datetime
from typing import Any, Final

from appservice.domain.ids import EventId, RoomId, UserId

END: Final = """
    UPDATE mutes
       SET ended_at = now(),
           ended_by = $3
     WHERE room_id = $1
       AND user_id = $2
       AND ended_at IS NULL
    RETURNING until > now()
"""

MUTE: Final = """
    INSERT INTO mutes (room_id, user_id, until, by_user, because, reason)
    VALUES ($1, $2, $3, $4, $5, $6)
"""


async def mute(
    connection: Any,
    room_id: RoomId,
    user_id: UserId,
    *,
    until: datetime,
    by: UserId,
    because: EventId,
    reason: str | None,
) -> bool:
    """
    Let somebody only read until a time; a mute that runs is replaced.

    Args:
        because: The command, or what else led to it.

    Returns:
        Whether one was running.
    """
    ran = await end(connection, room_id, user_id, by=by)
    await connection.execute(MUTE, room_id, user_id, until, by, because, reason)
    return ran


async def end(
    connection: Any, room_id: RoomId, user_id: UserId, *, by: UserId | None
) -> bool:
    """End somebody's mute; False: none was running."""
    return bool(await connection.fetchval(END, room_id, user_id, by))
