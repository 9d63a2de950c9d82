"""Rooms: which there are, of what kind, and whether verdicts lead to anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.rooms import Mode, Room, RoomClass

CLOCKS_DIFFER: Final = timedelta(minutes=1)
"""How far a homeserver's clock may be behind ours."""

STATE_LASTS: Final = timedelta(days=1)
"""How long a state read whole is good where no gap was found since."""

ADD: Final = """
    WITH room AS (
        INSERT INTO rooms (room_id, class, kind, name, scope, mode, direct_with)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
        RETURNING room_id
    ), turn AS (
        INSERT INTO turns (room_id)
        SELECT room_id FROM room
    )
    INSERT INTO watermarks (room_id, event_id)
    SELECT room_id, $8 FROM room
        ON CONFLICT (room_id) DO NOTHING
    RETURNING room_id
"""

ALL: Final = """
    SELECT room_id, class, kind, name, scope, mode, successor
      FROM rooms
     ORDER BY class, kind, name, room_id
"""

CHANGE: Final = """
    UPDATE rooms
       SET kind = coalesce($2, kind),
           name = coalesce($3, name),
           scope = nullif(coalesce($4, scope), '')
     WHERE room_id = $1
       AND class = 'managed'
    RETURNING room_id
"""

# What was decided about the old room holds in the new one: by hand, and by command;
# unless something newer was decided there, while people were still coming over.
SUCCEED: Final = """
    WITH old AS (
        UPDATE rooms
           SET successor = $2
         WHERE room_id = $1
           AND successor IS NULL
        RETURNING room_id
    ), muted AS (
        UPDATE mutes AS m
           SET room_id = $2
         WHERE m.room_id = $1
           AND m.ended_at IS NULL
           AND EXISTS (SELECT FROM old)
           AND NOT EXISTS (
                   SELECT
                     FROM mutes AS newer
                    WHERE newer.room_id = $2
                      AND newer.user_id = m.user_id
                      AND newer.ended_at IS NULL
               )
    ), switched AS (
        UPDATE switches AS s
           SET room_id = $2
         WHERE s.room_id = $1
           AND EXISTS (SELECT FROM old)
           AND NOT EXISTS (
                   SELECT
                     FROM switches AS newer
                    WHERE newer.room_id = $2
                      AND newer.name = s.name
               )
    ), chosen AS (
        INSERT INTO kept_state (room_id, type, content, by_user)
        SELECT $2, k.type, k.content, k.by_user
          FROM kept_state AS k
         WHERE k.room_id = $1
           AND k.type IN ('m.room.name', 'm.room.topic', 'm.room.avatar')
           AND EXISTS (SELECT FROM old)
            ON CONFLICT DO NOTHING
    )
    SELECT true
      FROM old
"""

PREDECESSORS: Final = """
    WITH RECURSIVE earlier AS (
        SELECT room_id, 1 AS age
          FROM rooms
         WHERE successor = $1
         UNION
        SELECT r.room_id, e.age + 1
          FROM rooms AS r
          JOIN earlier AS e ON r.successor = e.room_id
         WHERE e.age < 100
    )
    SELECT room_id
      FROM earlier
     ORDER BY age DESC
"""

SET_MODE: Final = """
    UPDATE rooms
       SET mode = $2,
           mode_because = $3,
           mode_since = now()
     WHERE room_id = $1
       AND class = 'managed'
       AND mode <> $2
    RETURNING room_id
"""

SET_SCHOOL_MODE: Final = """
    UPDATE school
       SET mode = $1,
           mode_because = $2,
           since = now()
     WHERE mode <> $1
    RETURNING true
"""

SCHOOL_MODE: Final = "SELECT mode, mode_because, since FROM school"

# Since a person let us go on, if that is later: else the next hide would stop us again.
# What a person decided to hide is no mistake of ours.
HIDES_SINCE: Final = """
    SELECT count(*) FILTER (WHERE a.room_id = $1 AND a.decided_at > r.mode_since)
               AS in_room,
           count(*) FILTER (WHERE a.decided_at > s.since) AS in_school
      FROM actions AS a
      JOIN rooms AS r ON r.room_id = $1
     CROSS JOIN school AS s
     WHERE a.kind = 'redact'
       AND coalesce(a.rule, '') NOT IN ('command', 'review')
       AND a.status <> 'observed'
       AND a.decided_at > now() - $2::interval
"""

DIRECT_ROOM: Final = "SELECT room_id FROM rooms WHERE direct_with = $1"

WATERMARK: Final = """
    SELECT w.event_id, r.added_at,
           coalesce(t.state_at > now() - $2::interval, false) AS has_state
      FROM watermarks AS w
      JOIN rooms AS r USING (room_id)
      JOIN turns AS t USING (room_id)
     WHERE w.room_id = $1
"""

SET_WATERMARK: Final = """
    INSERT INTO watermarks (room_id, event_id, walked_at)
    VALUES ($1, $2, now())
        ON CONFLICT (room_id) DO UPDATE
       SET event_id = coalesce(excluded.event_id, watermarks.event_id),
           walked_at = now()
"""


async def add(
    connection: Any,
    room: Room,
    *,
    direct_with: UserId | None = None,
    watermark: EventId | None = None,
) -> bool:
    """
    Take a room under our care.

    Args:
        direct_with: Whose direct room it is.
        watermark: The newest event that need not be read any more; None: what was
            written before now is not.

    Returns:
        False if it, or a direct room with this person, was known already.
    """
    return bool(
        await connection.fetchval(
            ADD,
            room.room_id,
            room.room_class.value,
            room.kind,
            room.name,
            room.scope,
            room.mode.value,
            direct_with,
            watermark,
        )
    )


async def all_rooms(connection: Any) -> list[Room]:
    """List all managed and service rooms."""
    return [
        Room(
            room_id=RoomId(row["room_id"]),
            room_class=RoomClass(row["class"]),
            kind=KindName(row["kind"]),
            name=row["name"],
            scope=row["scope"],
            mode=Mode(row["mode"]),
            successor=row["successor"],
        )
        for row in await connection.fetch(ALL)
    ]


async def change(
    connection: Any,
    room_id: RoomId,
    *,
    kind: KindName | None = None,
    name: str | None = None,
    scope: str | None = None,
) -> bool:
    """
    Change what a managed room is; None leaves it as it is.

    Args:
        scope: Empty: it is for no class in particular.

    Returns:
        False if there is no such room.
    """
    return bool(await connection.fetchval(CHANGE, room_id, kind, name, scope))


async def succeed(connection: Any, room_id: RoomId, successor: RoomId) -> bool:
    """
    Let a room, which is known already, take the place of another.

    Returns:
        False where the old one had a successor before.
    """
    return bool(await connection.fetchval(SUCCEED, room_id, successor))


async def predecessors(connection: Any, room_id: RoomId) -> list[RoomId]:
    """List the rooms whose place a room has taken, oldest first."""
    rows = await connection.fetch(PREDECESSORS, room_id)
    return [row["room_id"] for row in rows]


async def set_mode(
    connection: Any, room_id: RoomId, mode: Mode, *, because: str
) -> bool:
    """Let a managed room be observed or enforced; False where it was so before."""
    return bool(await connection.fetchval(SET_MODE, room_id, mode.value, because))


async def set_school_mode(connection: Any, mode: Mode, *, because: str) -> bool:
    """Open or close the breaker of the whole school; False where it was so before."""
    return bool(await connection.fetchval(SET_SCHOOL_MODE, mode.value, because))


async def hides_since(connection: Any, room_id: RoomId, window: Any) -> tuple[int, int]:
    """Count what we hid within ``window``: in this room, in the school."""
    row = await connection.fetchrow(HIDES_SINCE, room_id, window)
    return row["in_room"], row["in_school"]


async def direct_room(connection: Any, user_id: UserId) -> RoomId | None:
    """Find the direct room with somebody."""
    return await connection.fetchval(DIRECT_ROOM, user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """Up to where a room is known without a gap."""

    event_id: EventId | None
    """None: nothing was read yet; then everything since ``added_at`` is missing."""
    added_at: datetime
    """Since when the room is ours: what was written before is not judged."""
    has_state: bool
    """Whether the room's state was read whole not too long ago."""

    def is_at(self, event_id: object) -> bool:
        """Whether this is the very event up to which the room is known."""
        return self.event_id is not None and event_id == self.event_id

    def is_before_us(self, sent_at_ms: object) -> bool:
        """Whether an event says that it is older than our keeping the room."""
        earliest = (self.added_at - CLOCKS_DIFFER).timestamp() * 1000
        return isinstance(sent_at_ms, int) and sent_at_ms < earliest


async def watermark(connection: Any, room_id: RoomId) -> Watermark | None:
    """Say up to where a room is known; None: we do not keep it."""
    row = await connection.fetchrow(WATERMARK, room_id, STATE_LASTS)
    return None if row is None else Watermark(**dict(row))


async def set_watermark(
    connection: Any, room_id: RoomId, event_id: EventId | None
) -> None:
    """Move a room's watermark; None leaves it and only notes that we walked."""
    await connection.execute(SET_WATERMARK, room_id, event_id)
