"""Commands: who asked for what, and what came of it."""

from typing import Any, Final

from appservice.domain.ids import EventId, RoomId, UserId

RECORD: Final = """
    INSERT INTO commands (
               event_id, written_in, room_id, sender, name, subject, result, answer
           )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (event_id) DO NOTHING
"""

# What was done because of, or to, somebody in a room: verdicts and commands.
ABOUT: Final = """
    SELECT 'verdict' AS what, j.judged_at AS at, j.outcome AS name, j.event_id,
           j.violations, NULL::text AS answer, NULL::text AS by_user
      FROM judgements AS j
     WHERE j.room_id = $1
       AND j.sender = $2
       AND j.outcome <> 'allow'
     UNION ALL
    SELECT 'command', c.commanded_at, c.name, c.event_id, NULL, c.answer, c.sender
      FROM commands AS c
     WHERE c.room_id = $1
       AND c.subject = $2
       AND c.result = 'done'
     ORDER BY at DESC
     LIMIT $3
"""


async def record(
    connection: Any,
    event_id: EventId,
    *,
    written_in: RoomId,
    room_id: RoomId | None,
    sender: UserId,
    name: str,
    subject: UserId | None,
    result: str,
    answer: str,
) -> None:
    """
    Put a command on record.

    Args:
        written_in: Where it was written, perhaps a direct room.
        room_id: The managed room it is about.
        subject: Whom it is about.
        result: ``done``, ``refused`` or ``answered`` (a question).
    """
    await connection.execute(
        RECORD, event_id, written_in, room_id, sender, name, subject, result, answer
    )


async def about(
    connection: Any, room_id: RoomId, user_id: UserId, *, at_most: int
) -> list[Any]:
    """List what was done because of somebody in a room, newest first."""
    return await connection.fetch(ABOUT, room_id, user_id, at_most)
