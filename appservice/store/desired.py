"""What the desired state of a room depends on, and what was put right already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from appservice.domain.corrections import Correction
from appservice.domain.false_names import FalseName
from appservice.domain.ids import EventId, RoomId, UserId

STATE: Final = """
    SELECT type, state_key, event_id, sender, content
      FROM room_state
     WHERE room_id = $1
       AND (state_key = '' OR type = 'm.room.member')
"""

OUTLINES: Final = """
    SELECT room_id, type, state_key, event_id, sender, content
      FROM room_state
     WHERE type IN ('m.room.create', 'm.room.power_levels', 'm.room.encryption')
       AND state_key = ''
        OR type = 'm.room.member'
       AND state_key = $1
"""

CONTENTS: Final = """
    SELECT state_key, event_id, content
      FROM room_state
     WHERE room_id = $1
       AND type = 'm.room.member'
       AND state_key = ANY ($2::text[])
"""

# One round trip for everything that runs, was chosen or is being corrected in a room.
STANDING: Final = """
    SELECT 'mute' AS what, user_id AS name, until AS at, NULL::bytea AS content,
           NULL::text AS status, 0 AS times, now() AS last_at,
           NULL::boolean AS is_false, NULL::timestamptz[] AS put_right,
           NULL::timestamptz AS reminded_at
      FROM mutes
     WHERE room_id = $1
       AND ended_at IS NULL
       AND until > now()
     UNION ALL
    SELECT 'switch', name, until, NULL, NULL, 0, now(), NULL, NULL, NULL
      FROM switches
     WHERE room_id = $1
       AND (until IS NULL OR until > now())
     UNION ALL
    SELECT 'kept', type, NULL, content, event_id, 0, now(), NULL, NULL, NULL
      FROM kept_state
     WHERE room_id = $1
     UNION ALL
    SELECT 'correction', c.slot, c.since, c.digest, a.status, c.times, c.last_at,
           NULL, NULL, NULL
      FROM corrections AS c
      JOIN actions AS a ON a.id = c.action
     WHERE c.room_id = $1
     UNION ALL
    SELECT 'false_name', user_id, since, NULL, NULL, 0, last_at, is_false, put_right,
           reminded_at
      FROM false_names
     WHERE room_id = $1
"""

# By command, no event is named: the one looked at last is not looked at again.
KEEP: Final = """
    INSERT INTO kept_state AS k (room_id, type, content, by_user, event_id)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (room_id, type) DO UPDATE
       SET content = excluded.content,
           event_id = coalesce(excluded.event_id, k.event_id),
           by_user = excluded.by_user,
           kept_at = now()
"""

CORRECT: Final = """
    INSERT INTO corrections AS c (room_id, slot, digest, action, times)
    VALUES ($1, $2, $3, $4, $5::integer)
        ON CONFLICT (room_id, slot) DO UPDATE
       SET digest = excluded.digest,
           action = excluded.action,
           times = CASE WHEN c.since < now() - $6::interval THEN excluded.times
                        ELSE c.times + excluded.times END,
           since = CASE WHEN c.since < now() - $6::interval THEN now()
                        ELSE c.since END,
           last_at = now()
"""

NOTE_NAME: Final = """
    INSERT INTO false_names (
               room_id, user_id, is_false, since, last_at, put_right, reminded_at
           )
    VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (room_id, user_id) DO UPDATE
       SET is_false = excluded.is_false,
           since = excluded.since,
           last_at = excluded.last_at,
           put_right = excluded.put_right,
           reminded_at = excluded.reminded_at
"""

FORGET_NAMES: Final = """
    DELETE FROM false_names
     WHERE room_id = $1
       AND user_id = ANY ($2::text[])
"""


@dataclass(slots=True)
class Standing:
    """What stands for a room besides its state."""

    mutes: dict[UserId, datetime] = field(default_factory=dict)
    """Until when."""
    switches: dict[str, datetime | None] = field(default_factory=dict)
    """Those that are on; until when, None: until switched off."""
    kept: dict[str, bytes] = field(default_factory=dict)
    kept_of: dict[str, EventId | None] = field(default_factory=dict)
    """The state event that was last looked at for it."""
    corrections: dict[str, Correction] = field(default_factory=dict)
    """By slot, see ``actions.slot``."""
    false_names: dict[UserId, FalseName] = field(default_factory=dict)


async def state(
    connection: Any, room_id: RoomId
) -> list[tuple[str, str, str, str, bytes]]:
    """List (type, state key, event id, sender, content) of a room as folded."""
    return await connection.fetch(STATE, room_id)


async def outlines(
    connection: Any, account: UserId
) -> dict[RoomId, list[tuple[str, str, str, str, bytes]]]:
    """Read of every room what says whether an account can work there; as ``state``."""
    found: dict[RoomId, list[tuple[str, str, str, str, bytes]]] = {}
    for room_id, *row in await connection.fetch(OUTLINES, account):
        found.setdefault(room_id, []).append(tuple(row))
    return found


async def contents(
    connection: Any, room_id: RoomId, users: Collection[UserId]
) -> dict[UserId, tuple[EventId, bytes]]:
    """Read the member events of some people as they were folded."""
    rows = await connection.fetch(CONTENTS, room_id, list(users))
    return {row["state_key"]: (row["event_id"], row["content"]) for row in rows}


async def standing(connection: Any, room_id: RoomId) -> Standing:
    """Read what stands for a room besides its state."""
    found = Standing()
    for row in await connection.fetch(STANDING, room_id):
        name = row["name"]
        match row["what"]:
            case "mute":
                found.mutes[name] = row["at"]
            case "switch":
                found.switches[name] = row["at"]
            case "kept":
                found.kept[name] = row["content"]
                found.kept_of[name] = row["status"]
            case "false_name":
                found.false_names[name] = FalseName(
                    user_id=name,
                    is_false=row["is_false"],
                    since=row["at"],
                    last_at=row["last_at"],
                    put_right=tuple(row["put_right"]),
                    reminded_at=row["reminded_at"],
                )
            case _:
                found.corrections[name] = Correction(
                    digest=row["content"],
                    status=row["status"],
                    times=row["times"],
                    since=row["at"],
                    last_at=row["last_at"],
                )
    return found


async def keep(
    connection: Any,
    room_id: RoomId,
    type_: str,
    content: bytes,
    *,
    by: UserId | None = None,
    of: EventId | None = None,
) -> None:
    """
    Remember a setting as the one to put back.

    Args:
        by: Who chose it; None: it was found so.
        of: The state event it was read from; None: it was commanded.
    """
    await connection.execute(KEEP, room_id, type_, content, by, of)


async def correct(
    connection: Any,
    room_id: RoomId,
    corrections: Iterable[tuple[str, bytes, UUID, bool]],
    *,
    window: Any,
) -> None:
    """
    Note what is put right: (slot, digest of the new content, action, does it count).

    What counts is what others had changed.
    """
    rows = [
        (room_id, slot, digest, action, int(counts), window)
        for slot, digest, action, counts in corrections
    ]
    if rows:
        await connection.executemany(CORRECT, rows)


async def note_names(
    connection: Any,
    room_id: RoomId,
    rows: Sequence[FalseName],
    forget: Collection[UserId] = (),
) -> None:
    """Remember false names as they are now, and forget those of long ago."""
    if rows:
        await connection.executemany(
            NOTE_NAME,
            [
                (
                    *(room_id, row.user_id, row.is_false, row.since, row.last_at),
                    *(list(row.put_right), row.reminded_at),
                )
                for row in rows
            ],
        )
    if forget:
        await connection.execute(FORGET_NAMES, room_id, list(forget))
