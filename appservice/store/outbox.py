"""The outbox: actions that are decided and wait to be carried out, and their record."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from appservice.domain import actions
from appservice.domain.actions import Action, Urgency, decode
from appservice.domain.ids import EventId, RoomId
from appservice.store.abandonment import abandon

log = logging.getLogger(__name__)

WRITE: Final = """
    WITH decided AS (
        SELECT *
          FROM unnest(
                   $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[],
                   $6::text[], $7::text[], $8::text[], $9::text[], $10::smallint[],
                   $11::text[], $12::text[]
               ) WITH ORDINALITY AS d (
                   id, judgement, room_id, kind, subject, body, rule, clauses,
                   status, urgency, slot, because, place
               )
    ), recorded AS (
        INSERT INTO actions (
                   id, judgement, room_id, kind, subject, body, rule, clauses, status,
                   slot, because, ended_at
               )
        SELECT id, judgement, room_id, kind, subject, body::json, rule,
               string_to_array(clauses, ','), status, slot, because,
               CASE status WHEN 'observed' THEN now() END
          FROM decided
         ORDER BY place
            ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    INSERT INTO outbox (id, room_id, urgency, judgement, slot)
    SELECT id, room_id, urgency, judgement, slot
      FROM decided
      JOIN recorded USING (id)
     WHERE status = 'waiting'
     ORDER BY place
"""

# A row waits for the earlier rows of its verdict and of its state key, and for nothing
# else. What a crash left claimed becomes due again when the claim runs out.
CLAIM: Final = """
    WITH due AS (
        SELECT row.*
          FROM unnest($1::smallint[]) AS u (urgency)
         CROSS JOIN LATERAL (
                   SELECT o.seq, o.attempted_at, o.urgency
                     FROM outbox AS o
                    WHERE o.urgency = u.urgency
                      AND o.due_at <= now()
                      AND (o.claimed_until IS NULL OR o.claimed_until < now())
                      AND o.room_id <> ALL (
                              CASE u.urgency WHEN 0 THEN $4::text[] ELSE $2::text[] END
                          )
                      AND NOT EXISTS (
                              SELECT
                                FROM outbox AS earlier
                               WHERE earlier.judgement = o.judgement
                                 AND earlier.seq < o.seq
                          )
                      AND NOT EXISTS (
                              SELECT
                                FROM outbox AS earlier
                               WHERE earlier.room_id = o.room_id
                                 AND earlier.slot = o.slot
                                 AND earlier.seq < o.seq
                          )
                    ORDER BY o.due_at, o.seq
                    LIMIT 1
                      FOR UPDATE OF o SKIP LOCKED
               ) AS row
         ORDER BY row.urgency
         LIMIT 1
    )
    UPDATE outbox AS o
       SET attempts = o.attempts + 1,
           attempted_at = coalesce(o.attempted_at, now()),
           claimed_until = now() + $3::interval
      FROM due, actions AS a
     WHERE o.seq = due.seq
       AND a.id = o.id
    RETURNING o.seq, o.id, o.room_id, o.urgency, o.attempts, o.written_at,
              due.attempted_at AS maybe_sent_at, a.body
"""

# Not waiting for the disk is safe: what is lost in a crash of Postgres is then a row
# that was maybe sent, and is looked for before it is sent again.
FINISH: Final = """
    WITH gone AS (
        DELETE FROM outbox
         WHERE id = ANY ($1::uuid[])
    )
    UPDATE actions
       SET status = $2,
           result = $3,
           ended_at = now()
     WHERE id = ANY ($1::uuid[])
       AND status = 'waiting'
    RETURNING kind, set_config('synchronous_commit', 'off', true)
"""

POSTPONE: Final = """
    UPDATE outbox
       SET due_at = now() + $2::interval,
           claimed_until = NULL,
           attempted_at = CASE WHEN $3 THEN attempted_at END,
           attempts = CASE WHEN $4 THEN attempts ELSE attempts - 1 END
     WHERE id = $1
"""

# The whole room, because the homeserver would refuse its other rows as well.
POSTPONE_ROOM: Final = """
    UPDATE outbox
       SET due_at = greatest(due_at, now() + $2::interval)
     WHERE room_id = $1
       AND claimed_until IS NULL
"""

# After a crash of ours: what it had claimed is due now, and maybe sent already.
RELEASE: Final = """
    UPDATE outbox
       SET claimed_until = NULL
     WHERE claimed_until IS NOT NULL
"""

NEXT_DUE: Final = """
    SELECT extract(epoch FROM min(greatest(due_at, coalesce(claimed_until, due_at)))
                   - now())
      FROM outbox
"""

BECAME: Final = """
    SELECT status, result, body
      FROM actions
     WHERE id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An action with all that its record needs."""

    id: UUID
    """Also its Matrix transaction id, and the mark in the content of our events."""
    room_id: RoomId
    action: Action
    judgement: int | None = None
    rule: str | None = None
    clauses: tuple[str, ...] = ()
    observed: bool = False
    """Recorded only: the room is in ``observe``."""
    because: EventId | None = None
    """The event that led to it, where no verdict did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A row of the outbox that is ours to carry out until the claim runs out."""

    seq: int
    id: UUID
    room_id: RoomId
    urgency: Urgency
    action: Action
    attempts: int
    """This one included."""
    written_at: datetime
    maybe_sent_at: datetime | None
    """When the first attempt began whose end nobody knows; None: there was none."""


async def write(connection: Any, rows: Sequence[Decided]) -> None:
    """
    Record actions and queue those that are not merely observed.

    One whose id is known already is left as it is.
    """
    if rows:
        columns = zip(*map(_columns, rows), strict=True)
        await connection.execute(WRITE, *columns)


def _columns(row: Decided) -> tuple[Any, ...]:
    return (
        row.id,
        row.judgement,
        row.room_id,
        actions.kind(row.action),
        actions.subject(row.action),
        actions.encode(row.action).decode(),
        row.rule,
        ",".join(row.clauses),
        "observed" if row.observed else "waiting",
        int(actions.urgency(row.action)),
        actions.slot(row.action),
        row.because,
    )


async def claim(
    connection: Any,
    urgencies: Sequence[Urgency],
    *,
    not_in: Sequence[RoomId],
    lease: timedelta,
    fresh_not_in: Sequence[RoomId] = (),
) -> Due | None:
    """
    Take the most urgent row that is due.

    Args:
        urgencies: Which to look for.
        not_in: Rooms that have enough under way already.
        lease: After this long it is due again if nothing was heard of it.
        fresh_not_in: The same, of what is fresh: the rest does not count there.
    """
    wanted = (list(map(int, urgencies)), not_in, lease, fresh_not_in)
    while (row := await connection.fetchrow(CLAIM, *wanted)) is not None:
        try:
            return _due(row)
        except msgspec.MsgspecError as error:
            # Of another version, or mended by hand; the rows behind it must go out.
            because = f"not understood: {type(error).__name__}"
            await abandon(connection, row["id"], because=because)
            extra = {"action": str(row["id"]), "room_id": row["room_id"]}
            log.error("action not understood, given up", extra=extra)  # noqa: TRY400
    return None


def _due(row: Any) -> Due:
    return Due(
        seq=row["seq"],
        id=row["id"],
        room_id=row["room_id"],
        urgency=Urgency(row["urgency"]),
        action=decode(row["body"]),
        attempts=row["attempts"],
        written_at=row["written_at"],
        maybe_sent_at=row["maybe_sent_at"],
    )


async def finish(
    connection: Any, ids: Sequence[UUID], *, status: str, result: str | None
) -> list[str]:
    """
    End actions that were carried out. Ending twice changes nothing.

    Args:
        result: The event id that came of it.

    Returns:
        The kinds of those that ended now.
    """
    rows = await connection.fetch(FINISH, ids, status, result)
    return [row["kind"] for row in rows]


async def became(connection: Any, id_: UUID) -> tuple[str, str | None, Action] | None:
    """Say what became of an action: (status, result, itself); None: there is none."""
    row = await connection.fetchrow(BECAME, id_)
    return row and (row["status"], row["result"], decode(row["body"]))


async def postpone(
    connection: Any, id_: UUID, *, wait: timedelta, maybe_sent: bool, counts: bool
) -> None:
    """
    Let an action be due again later.

    Args:
        maybe_sent: Whether this or an earlier attempt may have done it, and the answer
            was lost.
        counts: Whether this attempt counts towards giving up.
    """
    await connection.execute(POSTPONE, id_, wait, maybe_sent, counts)


async def postpone_room(connection: Any, room_id: RoomId, *, wait: timedelta) -> None:
    """Let everything that waits for a room be due no earlier than this."""
    await connection.execute(POSTPONE_ROOM, room_id, wait)


async def release(connection: Any) -> None:
    """Make due what a dead process had claimed. Only while no other one runs."""
    await connection.execute(RELEASE)


async def next_due(connection: Any) -> float | None:
    """Say in how many seconds the next row is due; None: the outbox is empty."""
    seconds = await connection.fetchval(NEXT_DUE)
    return None if seconds is None else float(seconds)
