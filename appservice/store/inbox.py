"""The inbox: events that came in and wait to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.rooms import Mode, Room, RoomClass

# One statement, so that an event is seen, stored and waiting, or none of it.
_STORE: Final = """
    WITH incoming AS (
        SELECT *
          FROM unnest(
                   $1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
                   $6::bigint[], $7::text[], $8::bytea[]
               ) WITH ORDINALITY AS i (
                   event_id, room_id, sender, type, state_key,
                   sent_ms, retention, raw, place
               )
    ), fresh AS (
        INSERT INTO seen (event_id, received_at, retention)
        SELECT event_id, now(), retention
          FROM incoming
         ORDER BY place
            ON CONFLICT (event_id) DO NOTHING
        RETURNING event_id, seq
    ), stored AS (
        INSERT INTO events (
                   seq, received_at, retention, event_id, room_id, sender, type,
                   state_key, sent_at, source, raw
               )
        SELECT f.seq, now(), i.retention, i.event_id, i.room_id, i.sender, i.type,
               i.state_key, to_timestamp(i.sent_ms / 1000.0), $9, i.raw
          FROM fresh AS f
          JOIN incoming AS i USING (event_id)
    )
"""

_WAIT: Final = """
    INSERT INTO inbox (room_id, seq, received_at, retention)
    SELECT i.room_id, f.seq, now(), i.retention
      FROM fresh AS f
      JOIN incoming AS i USING (event_id)
    RETURNING room_id
"""

ARRIVE: Final = _STORE + _WAIT

# The past of a room waits for nothing: it is recorded and never judged.
_DO_NOT: Final = "SELECT event_id FROM fresh"

ARRIVE_PAST: Final = _STORE + _DO_NOT

PARK_RAW: Final = """
    INSERT INTO parked (digest, room_id, because, raw)
    VALUES (sha256($1), $2, $3, $1)
        ON CONFLICT (digest) DO NOTHING
"""

# The room that has waited longest and that nobody else is judging.
#
# Not waiting for the disk at the commit is safe here: should Postgres crash, the inbox
# rows of what was lost are there again, and nothing was sent, because claiming a row of
# the outbox flushes everything before it.
CLAIM: Final = """
    WITH turn AS MATERIALIZED (
        SELECT t.room_id, t.judged_seq, t.state_reads, t.state_at
          FROM turns AS t
         CROSS JOIN LATERAL (
                   SELECT i.seq
                     FROM inbox AS i
                    WHERE i.room_id = t.room_id
                    ORDER BY i.seq
                    LIMIT 1
               ) AS oldest
         WHERE $1::text IS NULL
            OR t.room_id = $1
         ORDER BY oldest.seq
         LIMIT 1
           FOR UPDATE OF t SKIP LOCKED
    )
    SELECT set_config('synchronous_commit', 'off', true),
           turn.room_id, turn.judged_seq, turn.state_reads, turn.state_at, r.class,
           r.kind, r.name, r.scope, r.mode, r.successor, s.mode AS school_mode,
           (SELECT max(version) FROM roster_versions) AS roster_version
      FROM turn
      JOIN rooms AS r USING (room_id)
     CROSS JOIN school AS s
"""

# Any room, whether something waits in it or not; whoever judges it is waited for.
HOLD: Final = """
    SELECT t.room_id, t.judged_seq, t.state_reads, t.state_at, r.class, r.kind, r.name,
           r.scope, r.mode, r.successor, s.mode AS school_mode,
           (SELECT max(version) FROM roster_versions) AS roster_version
      FROM turns AS t
      JOIN rooms AS r USING (room_id)
     CROSS JOIN school AS s
     WHERE t.room_id = $1
       FOR UPDATE OF t
"""

WAITING: Final = """
    SELECT e.seq, e.event_id, e.sender, e.type, e.state_key, e.sent_at,
           e.received_at, e.source, e.raw, i.tries
      FROM inbox AS i
      JOIN events AS e
        ON e.seq = i.seq
       AND e.received_at = i.received_at
       AND e.retention = i.retention
     WHERE i.room_id = $1
     ORDER BY i.seq
     LIMIT $2
"""

FINISH: Final = """
    WITH gone AS (
        DELETE FROM inbox
         WHERE room_id = $1
           AND seq = ANY ($2::bigint[])
    )
    UPDATE turns
       SET judged_seq = greatest(judged_seq, $3)
     WHERE room_id = $1
"""

TRIED: Final = """
    UPDATE inbox
       SET tries = tries + 1
     WHERE room_id = $1
       AND seq = $2
    RETURNING tries
"""

PARK: Final = """
    WITH gone AS (
        DELETE FROM inbox
         WHERE room_id = $1
           AND seq = $2
        RETURNING seq, room_id
    )
    INSERT INTO parked (seq, room_id, because)
    SELECT seq, room_id, $3
      FROM gone
"""

OLDEST: Final = """
    SELECT (SELECT count(*) FROM inbox) AS waiting,
           (SELECT extract(epoch FROM now() - min(received_at)) FROM inbox)
               AS inbox_age,
           (SELECT count(*) FROM outbox) AS outbox_waiting,
           (SELECT extract(epoch FROM now() - min(written_at)) FROM outbox)
               AS outbox_age,
           (SELECT count(*) FROM parked) AS parked
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A room that is ours to judge until the transaction ends."""

    room: Room
    judged_seq: int
    """Up to here everything in this room had been judged when we took it."""
    state_reads: int
    """How often the room's state was read whole."""
    state_at: datetime | None
    """When it was last; None: never."""
    school_observes: bool
    """Whether the breaker of the whole school is open."""
    roster_version: int
    """0 while there is no roster."""

    @property
    def observes(self) -> bool:
        """Whether verdicts here are recorded and nothing is done."""
        return self.school_observes or self.room.mode is Mode.OBSERVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One stored event."""

    seq: int
    event_id: EventId
    sender: UserId
    type: str
    state_key: str | None
    sent_at: datetime
    received_at: datetime
    source: str
    """``road``, ``reconcile`` or ``inspection``."""
    raw: bytes
    tries: int


async def arrive(
    connection: Any, columns: Sequence[Any], *, source: str, waits: bool = True
) -> int:
    """
    Store events that are new, and queue them.

    Args:
        columns: Eight equally long lists, see ``ARRIVE``; no event id twice.
        source: How they came to us.
        waits: Whether they are to be judged; else they are only recorded.

    Returns:
        How many were new.
    """
    sql = ARRIVE if waits else ARRIVE_PAST
    return len(await connection.fetch(sql, *columns, source))


async def park_raw(
    connection: Any, raw: bytes, *, room_id: str | None, because: str
) -> None:
    """Set aside something that could not be stored as an event. Once, however often."""
    await connection.execute(PARK_RAW, raw, room_id, because)


async def claim(connection: Any, *, only: RoomId | None = None) -> Turn | None:
    """Take the room that has waited longest; None where nothing waits for us."""
    row = await connection.fetchrow(CLAIM, only)
    return None if row is None else _turn(row)


async def hold(connection: Any, room_id: RoomId) -> Turn | None:
    """Take a room as if to judge it, and wait for whoever has it; None: not ours."""
    row = await connection.fetchrow(HOLD, room_id)
    return None if row is None else _turn(row)


def _turn(row: Any) -> Turn:
    return Turn(
        room=Room(
            room_id=RoomId(row["room_id"]),
            room_class=RoomClass(row["class"]),
            kind=KindName(row["kind"]),
            name=row["name"],
            scope=row["scope"],
            mode=Mode(row["mode"]),
            successor=row["successor"],
        ),
        judged_seq=row["judged_seq"],
        state_reads=row["state_reads"],
        state_at=row["state_at"],
        school_observes=row["school_mode"] == Mode.OBSERVE.value,
        roster_version=row["roster_version"] or 0,
    )


async def waiting(connection: Any, room_id: RoomId, *, limit: int) -> list[Waiting]:
    """List a room's waiting events in their order, at most ``limit``."""
    rows = await connection.fetch(WAITING, room_id, limit)
    return [Waiting(**dict(row)) for row in rows]


async def finish(connection: Any, room_id: RoomId, seqs: Sequence[int]) -> None:
    """Take judged events out of the queue."""
    await connection.execute(FINISH, room_id, seqs, max(seqs))


async def tried(connection: Any, room_id: RoomId, seq: int) -> int:
    """Count a failed attempt to judge an event; return how many there were."""
    return int(await connection.fetchval(TRIED, room_id, seq) or 0)


async def park(connection: Any, room_id: RoomId, seq: int, *, because: str) -> None:
    """Set aside a stored event that cannot be judged; it stays on record."""
    await connection.execute(PARK, room_id, seq, because)
