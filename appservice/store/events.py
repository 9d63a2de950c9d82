"""What is kept of events: lookups in the record, and what is folded from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from appservice.domain.ids import EventId, RoomId

# For History, after a restart or when another process judged in between.
RECENT: Final = """
    SELECT e.event_id, e.sender, e.sent_at, e.type, e.state_key, e.raw
      FROM events AS e
     WHERE e.retention = 'managed'
       AND e.room_id = $1
       AND e.seq <= $2
       AND e.received_at > now() - $3::interval
       AND e.source <> 'adoption'
     ORDER BY e.seq DESC
     LIMIT $4
"""

FOLD_STATE: Final = """
    INSERT INTO room_state (room_id, type, state_key, event_id, sender, content)
    SELECT $1, s.*
      FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[]) AS s
        ON CONFLICT (room_id, type, state_key) DO UPDATE
       SET event_id = excluded.event_id,
           sender = excluded.sender,
           content = excluded.content
"""

REMEMBER_ANEW: Final = """
    UPDATE turns
       SET state_reads = state_reads + 1
     WHERE room_id = $1
"""

# A statement of its own: in one with the next, it would be done after it.
READ_STATE: Final = """
    UPDATE turns
       SET state_reads = state_reads + 1,
           state_at = $2
     WHERE room_id = $1
"""

FORGET_STATE: Final = """
    DELETE FROM room_state
     WHERE room_id = $1
"""

STATE_OF: Final = """
    SELECT content, sender
      FROM room_state
     WHERE room_id = $1
       AND type = $2
       AND state_key = $3
"""

FOLD_EDITS: Final = """
    INSERT INTO edits (target, event_id, room_id)
    SELECT e.target, e.event_id, $1
      FROM unnest($2::text[], $3::text[]) AS e (target, event_id)
        ON CONFLICT DO NOTHING
"""

# Of a redacted member event only the membership is left (Matrix spec, Redactions).
FOLD_REDACTIONS: Final = """
    WITH emptied AS (
        UPDATE room_state
           SET content = convert_to(
                   json_build_object(
                       'membership',
                       convert_from(content, 'UTF8')::json ->> 'membership'
                   )::text,
                   'UTF8'
               )
         WHERE room_id = $1
           AND type = 'm.room.member'
           AND event_id = ANY ($3::text[])
    )
    INSERT INTO redactions (event_id, target, room_id, sender, reason, at)
    SELECT r.event_id, r.target, $1, r.sender, r.reason, r.at
      FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
           AS r (event_id, target, sender, reason, at)
        ON CONFLICT DO NOTHING
"""

# All that a batch needs to know of events before it, in one round trip.
GATHER: Final = """
    SELECT 'edit' AS what, target AS event_id, event_id AS other
      FROM edits
     WHERE target = ANY ($2::text[])
     UNION ALL
    SELECT 'hidden', subject, NULL
      FROM actions
     WHERE subject = ANY ($3::text[])
       AND kind = 'redact'
       AND status IN ('waiting', 'done')
     UNION ALL
    SELECT DISTINCT 'pass', sender, NULL
      FROM passes
     WHERE room_id = $1
       AND sender = ANY ($4::text[])
       AND used_by IS NULL
     UNION ALL
    SELECT 'announced', event_id, NULL
      FROM announcements
     WHERE room_id = $1
       AND event_id IS NOT NULL
       AND unpinned_at IS NULL
"""

ORIGINAL: Final = """
    INSERT INTO originals (event_id, room_id, raw, because)
    VALUES ($1, $2, $3, $4)
        ON CONFLICT (event_id) DO NOTHING
"""

STRANGER: Final = """
    INSERT INTO strangers (room_id, user_id)
    VALUES ($1, $2)
        ON CONFLICT DO NOTHING
    RETURNING true
"""


async def recent(
    connection: Any,
    room_id: RoomId,
    *,
    up_to: int,
    window: timedelta,
    limit: int,
) -> list[Any]:
    """List what was judged last in a room, oldest first, at most ``limit``."""
    rows = await connection.fetch(RECENT, room_id, up_to, window, limit)
    return list(reversed(rows))


async def fold_state(
    connection: Any, room_id: RoomId, rows: Sequence[tuple[str, str, str, str, bytes]]
) -> None:
    """
    Remember the newest state events.

    Args:
        rows: (type, state key, event id, sender, content as JSON); a later one wins.
    """
    newest = {(row[0], row[1]): row for row in rows}
    columns = list(zip(*newest.values(), strict=True))
    await connection.execute(FOLD_STATE, room_id, *columns)


async def replace_state(
    connection: Any,
    room_id: RoomId,
    rows: Sequence[tuple[str, str, str, str, bytes]],
    *,
    at: datetime,
) -> None:
    """
    Put the whole state of a room in the place of what was folded.

    Waits while the room is judged, and whoever remembers the room reads it anew.

    Args:
        at: When the homeserver was asked, by the database's clock: what had come before
            is in there, and is not folded over it.
    """
    await connection.execute(READ_STATE, room_id, at)
    await connection.execute(FORGET_STATE, room_id)
    if rows:
        await fold_state(connection, room_id, rows)


async def remember_anew(connection: Any, room_id: RoomId) -> None:
    """Let whoever remembers a room read it anew."""
    await connection.execute(REMEMBER_ANEW, room_id)


async def state_of(
    connection: Any, room_id: RoomId, type_: str, state_key: str = ""
) -> tuple[bytes | None, str | None]:
    """Read (content as JSON, sender) of a state event as it was folded, or Nones."""
    row = await connection.fetchrow(STATE_OF, room_id, type_, state_key)
    return (None, None) if row is None else (row["content"], row["sender"])


async def fold_edits(
    connection: Any, room_id: RoomId, pairs: Sequence[tuple[EventId, EventId]]
) -> None:
    """Remember which event edits which: (original, edit)."""
    await connection.execute(FOLD_EDITS, room_id, *_columns(pairs))


async def gather(
    connection: Any,
    room_id: RoomId,
    *,
    messages: Sequence[EventId],
    edited: Sequence[EventId],
    senders: Sequence[str],
) -> tuple[dict[EventId, list[EventId]], set[EventId], set[str], bool]:
    """
    Look up what events of a batch refer to.

    Args:
        messages: Whose edits to list: one may have come before its original.
        edited: Of which to say whether we have hidden them.
        senders: Of whom to say whether an unused pass exists.

    Returns:
        Edits by original; the hidden ones; the holders of passes; whether something
        announced is still pinned, so that confirmations are wanted.
    """
    edits: dict[EventId, list[EventId]] = {}
    found: dict[str, set[Any]] = {"hidden": set(), "pass": set(), "announced": set()}
    for what, event_id, other in await connection.fetch(
        GATHER, room_id, messages, edited, senders
    ):
        if what == "edit":
            edits.setdefault(event_id, []).append(other)
        else:
            found[what].add(event_id)
    return edits, found["hidden"], found["pass"], bool(found["announced"])


async def fold_redactions(
    connection: Any,
    room_id: RoomId,
    rows: Sequence[tuple[EventId, EventId | None, str, str | None, datetime]],
) -> None:
    """Remember who took away what: (redaction, target, sender, reason, when)."""
    await connection.execute(FOLD_REDACTIONS, room_id, *_columns(rows))


async def keep_original(
    connection: Any,
    event_id: EventId,
    room_id: RoomId,
    *,
    raw: bytes | None,
    because: str,
) -> None:
    """Keep what an event said before it was redacted; None: it was not recovered."""
    await connection.execute(ORIGINAL, event_id, room_id, raw, because)


async def is_new_stranger(connection: Any, room_id: RoomId, user_id: str) -> bool:
    """Remember somebody the roster does not know; True the first time in this room."""
    return bool(await connection.fetchval(STRANGER, room_id, user_id))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))
