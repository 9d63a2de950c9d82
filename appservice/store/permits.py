"""Permits: one-time leave for one text of one member (A43)."""

from datetime import timedelta
from typing import Any, Final

from appservice.domain.ids import EventId, RoomId, UserId

GRANT: Final = """
    INSERT INTO permits (question, room_id, user_id, likeness, expires_at)
    VALUES ($1, $2, $3, $4, now() + $5::interval)
        ON CONFLICT DO NOTHING
"""

OPEN: Final = """
    SELECT user_id, likeness
      FROM permits
     WHERE room_id = $1
       AND user_id = ANY ($2::text[])
       AND used_by IS NULL
       AND expires_at > now()
"""

# One, even where the same text was permitted twice.
USE: Final = """
    UPDATE permits
       SET used_by = $4
     WHERE question = (
               SELECT question
                 FROM permits
                WHERE room_id = $1
                  AND user_id = $2
                  AND likeness = $3
                  AND used_by IS NULL
                  AND expires_at > now()
                ORDER BY question
                LIMIT 1
                  FOR UPDATE
           )
"""


async def grant(
    connection: Any,
    question: int,
    *,
    room_id: RoomId,
    user_id: UserId,
    likeness: str,
    valid: timedelta,
) -> None:
    """Let somebody post one text, see ``text.likeness``, once."""
    await connection.execute(GRANT, question, room_id, user_id, likeness, valid)


async def open_to(
    connection: Any, room_id: RoomId, senders: list[UserId]
) -> set[tuple[UserId, str]]:
    """List who may post what: (user, likeness)."""
    rows = await connection.fetch(OPEN, room_id, senders)
    return {(UserId(row["user_id"]), row["likeness"]) for row in rows}


async def use(
    connection: Any,
    room_id: RoomId,
    user_id: UserId,
    likeness: str,
    *,
    event_id: EventId,
) -> None:
    """Use a permit up by the message it was for."""
    await connection.execute(USE, room_id, user_id, likeness, event_id)
