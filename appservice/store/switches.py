"""Switches of a room, such as ``quiet``: on until a time, or until switched off."""

from datetime import datetime
from typing import Any, Final

from appservice.domain.ids import EventId, RoomId, UserId

ON: Final = """
    INSERT INTO switches (room_id, name, until, by_user, because)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (room_id, name) DO UPDATE
       SET until = excluded.until,
           by_user = excluded.by_user,
           because = excluded.because,
           switched_at = now()
"""

OFF: Final = """
    DELETE FROM switches
     WHERE room_id = $1
       AND name = $2
    RETURNING until IS NULL OR until > now()
"""


async def on(
    connection: Any,
    room_id: RoomId,
    name: str,
    *,
    until: datetime | None,
    by: UserId,
    because: EventId,
) -> None:
    """Switch something on; ``until`` None: until it is switched off."""
    await connection.execute(ON, room_id, name, until, by, because)


async def off(connection: Any, room_id: RoomId, name: str) -> bool:
    """Switch something off; False where it was off."""
    return bool(await connection.fetchval(OFF, room_id, name))
