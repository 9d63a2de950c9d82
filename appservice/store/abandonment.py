"""Giving up an action, with what would be said as if it had been done."""

from typing import Any, Final
from uuid import UUID

# What could not be hidden was not: whoever would be told that it was is told nothing,
# and nobody is asked to decide on it.
# By way of the outbox, because it alone knows judgements by an index.
ABANDON: Final = """
    WITH ended AS (
        UPDATE actions
           SET status = 'abandoned',
               result = $2::text,
               ended_at = now()
         WHERE id = $1
           AND status = 'waiting'
        RETURNING kind, judgement
    ), untrue AS (
        UPDATE actions AS a
           SET status = 'abandoned',
               result = 'not hidden: ' || $2::text,
               ended_at = now()
          FROM ended AS e
          JOIN outbox AS o ON o.judgement = e.judgement
         WHERE e.kind = 'redact'
           AND a.id = o.id
           AND a.kind IN ('tell', 'call', 'ask')
           AND a.status = 'waiting'
        RETURNING a.id, a.kind, a.subject
    ), moot AS (
        UPDATE questions
           SET choice = 'moot',
               decided_at = now()
         WHERE choice IS NULL
           AND id IN (SELECT subject::bigint FROM untrue WHERE kind = 'ask')
    ), gone AS (
        DELETE FROM outbox
         WHERE id = $1
            OR id IN (SELECT id FROM untrue)
    )
    SELECT kind
      FROM ended
     UNION ALL
    SELECT kind
      FROM untrue
"""


async def abandon(connection: Any, id_: UUID, *, because: str) -> list[str]:
    """
    Give up an action, and what would be said as if it had been done.

    Returns:
        The kinds of those that ended now.
    """
    rows = await connection.fetch(ABANDON, id_, because)
    return [row["kind"] for row in rows]
