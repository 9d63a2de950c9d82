"""Passes: one-time leave for one event that we send as a member."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from appservice.domain.ids import EventId, RoomId, UserId

ISSUE: Final = """
    INSERT INTO passes (action, room_id, sender, type, state_key, content, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, now() + $7::interval)
"""

# One row, even where the same content was allowed twice: a pass is for one event.
USE: Final = """
    UPDATE passes
       SET used_by = $6
     WHERE id = (
               SELECT id
                 FROM passes
                WHERE room_id = $1
                  AND sender = $2
                  AND type = $3
                  AND state_key IS NOT DISTINCT FROM $4
                  AND content = $5
                  AND used_by IS NULL
                  AND expires_at > now()
                ORDER BY id
                LIMIT 1
           )
    RETURNING action
"""

EXPIRE: Final = "DELETE FROM passes WHERE expires_at < now() - interval '1 day'"


async def issue(
    connection: Any,
    action: UUID,
    *,
    room_id: RoomId,
    sender: UserId,
    type_: str,
    state_key: str | None,
    content: bytes,
    valid: timedelta,
) -> None:
    """
    Write a pass; in the same transaction as the action it is for.

    Args:
        content: SHA-256 of the canonical JSON of the event's content.
    """
    await connection.execute(
        ISSUE, action, room_id, sender, type_, state_key, content, valid
    )


async def use(
    connection: Any,
    *,
    room_id: RoomId,
    sender: UserId,
    type_: str,
    state_key: str | None,
    content: bytes,
    event_id: EventId,
) -> UUID | None:
    """Use up the pass that fits an event; the action it was for, or None."""
    return await connection.fetchval(
        USE, room_id, sender, type_, state_key, content, event_id
    )


async def expire(connection: Any) -> None:
    """Throw away passes that can no longer be used."""
    await connection.execute(EXPIRE)
