"""Acceptances: who accepted the rules, in which version, and consented for whom."""

from collections.abc import Collection
from typing import Any, Final

from appservice.domain.ids import EventId, KindName, PersonId, UserId

ACCEPTED: Final = """
    SELECT by_user
      FROM acceptances
     WHERE what = 'rules'
       AND kind = $1
       AND version = $2
       AND by_user = ANY ($3::text[])
       AND accepted_at IS NOT NULL
       AND withdrawn_at IS NULL
"""

# Everybody is asked once for each version.
ASK: Final = """
    INSERT INTO acceptances (what, kind, version, by_user)
    SELECT 'rules', $1, $2, u
      FROM unnest($3::text[]) AS u
        ON CONFLICT DO NOTHING
    RETURNING by_user
"""

ACCEPT: Final = """
    INSERT INTO acceptances AS a (
               what, kind, version, by_user, for_person, event_id, accepted_at
           )
    VALUES ($1, $2, $3, $4, $5, $6, now())
        ON CONFLICT (what, kind, version, by_user, coalesce(for_person, ''))
        DO UPDATE
       SET accepted_at = coalesce(a.accepted_at, excluded.accepted_at),
           event_id = coalesce(a.event_id, excluded.event_id),
           withdrawn_at = NULL
"""

CONSENTED: Final = """
    SELECT DISTINCT for_person
      FROM acceptances
     WHERE what = 'consent'
       AND kind = $1
       AND for_person = ANY ($2::text[])
       AND accepted_at IS NOT NULL
       AND withdrawn_at IS NULL
"""

WITHDRAW: Final = """
    UPDATE acceptances
       SET withdrawn_at = now()
     WHERE what = 'consent'
       AND by_user = $1
       AND for_person = $2
       AND withdrawn_at IS NULL
    RETURNING kind
"""


async def missing(
    connection: Any, kind: KindName, version: str, users: Collection[UserId]
) -> frozenset[UserId]:
    """List who of these has not accepted the rules of a kind in this version."""
    rows = await connection.fetch(ACCEPTED, kind, version, list(users))
    return frozenset(users) - {UserId(row["by_user"]) for row in rows}


async def ask(
    connection: Any, kind: KindName, version: str, users: Collection[UserId]
) -> list[UserId]:
    """Note that people are asked; return those who were not before."""
    rows = await connection.fetch(ASK, kind, version, sorted(users))
    return sorted(UserId(row["by_user"]) for row in rows)


async def accept(
    connection: Any,
    kind: KindName,
    version: str,
    user_id: UserId,
    *,
    event_id: EventId,
    for_person: PersonId | None = None,
) -> None:
    """Note that somebody accepted the rules; ``for_person``: consented for a child."""
    what = "rules" if for_person is None else "consent"
    await connection.execute(ACCEPT, what, kind, version, user_id, for_person, event_id)


async def without_consent(
    connection: Any, kind: KindName, pupils: Collection[PersonId]
) -> frozenset[PersonId]:
    """List for which of these pupils no guardian has consented."""
    rows = await connection.fetch(CONSENTED, kind, list(pupils))
    return frozenset(pupils) - {PersonId(row["for_person"]) for row in rows}


async def withdraw(connection: Any, user_id: UserId, pupil: PersonId) -> bool:
    """Take a consent back; False where there was none."""
    return bool(await connection.fetch(WITHDRAW, user_id, pupil))
