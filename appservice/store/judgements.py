"""Judgements: which rule was broken by which event, under which policy."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

WRITE: Final = """
    INSERT INTO judgements (
               event_id, room_id, sender, role, policy, outcome, violations
           )
    SELECT j.event_id, $1, j.sender, j.role, $2, j.outcome, j.violations::json
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
           WITH ORDINALITY
           AS j (event_id, sender, role, outcome, violations, place)
     ORDER BY place
    RETURNING id, event_id
"""


FOUND_IN: Final = """
    SELECT event_id, violations
      FROM judgements
     WHERE event_id = ANY ($1::text[])
"""


async def found_in(
    connection: Any, event_ids: Sequence[str]
) -> dict[str, frozenset[str]]:
    """List what sorts of violations were found in events, by event id."""
    return {
        row["event_id"]: frozenset(
            each["category"] for each in msgspec.json.decode(row["violations"])
        )
        for row in await connection.fetch(FOUND_IN, event_ids)
    }


async def write(
    connection: Any,
    room_id: str,
    policy: str,
    rows: Sequence[tuple[str, str, str, str, str]],
) -> dict[str, int]:
    """
    Keep judgements.

    Args:
        policy: Kind and version of the policy they were made by.
        rows: (event id, sender, role, outcome, violations as JSON).

    Returns:
        The number of each judgement, by event id.
    """
    columns = zip(*rows, strict=True)
    kept = await connection.fetch(WRITE, room_id, policy, *columns)
    return {row["event_id"]: row["id"] for row in kept}
