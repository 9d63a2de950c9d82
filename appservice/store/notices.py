"""What was said lately, so that nobody is told the same again and again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from appservice.domain.ids import RoomId

ANSWERED: Final = """
    SELECT DISTINCT subject
      FROM actions
     WHERE kind = 'redirect'
       AND subject = ANY ($1::text[])
       AND decided_at > now() - $2::interval
"""

TOLD_SINCE: Final = """
    SELECT kind, subject, rule
      FROM actions
     WHERE room_id = $1
       AND kind IN ('tell', 'call')
       AND status <> 'observed'
       AND decided_at > now() - $2::interval
"""


async def answered_since(
    connection: Any, user_ids: Sequence[str], window: timedelta
) -> frozenset[str]:
    """Say to whom of these an invitation was answered lately."""
    rows = await connection.fetch(ANSWERED, user_ids, window)
    return frozenset(row["subject"] for row in rows)


async def told_since(
    connection: Any, room_id: RoomId, window: timedelta
) -> list[tuple[str, str | None, str | None]]:
    """List (kind, user, rule) of the notices decided lately because of this room."""
    rows = await connection.fetch(TOLD_SINCE, room_id, window)
    return [(row["kind"], row["subject"], row["rule"]) for row in rows]
