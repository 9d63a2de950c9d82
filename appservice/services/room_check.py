"""When rooms are compared with what they should be: on news, by the clock, at start."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.power_levels import POWER_LEVELS
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import RoomClass
from appservice.matrix.canonical import canonical
from appservice.services.batch import Batch
from appservice.services.bell import Tower
from appservice.services.breaker import observed
from appservice.services.desired import look
from appservice.services.post import post
from appservice.services.school import School
from appservice.services.scope import EVERYTHING, Scope
from appservice.store import desired, inbox, timers
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided

PINS = "m.room.pinned_events"


async def put_right(
    connection: Any,
    turn: Turn,
    school: School,
    batch: Batch,
    *,
    because_of_command: bool,
) -> list[Decided]:
    """Look at what a batch of events has changed in its room."""
    scope = _changed(batch.folds.state)
    if school.bot in scope.names:
        us = (await batch.room_state(connection)).members.get(school.bot)
        if us is None or us.membership != "join":
            # Perhaps invited again: the walk through the rooms accepts.
            await timers.hurry(connection, "reconcile")
    published = await batch.folds.published(connection)
    if published:
        await pin(connection, turn.room.room_id, published)
        scope.types.add(PINS)
    if because_of_command:
        scope.types |= {POWER_LEVELS, PINS}
    if not (scope.types or scope.names) or not turn.roster_version:
        # Without a roster nobody has a right, and everybody would lose theirs.
        return []
    state = await batch.room_state(connection)
    found = await look(
        connection,
        turn,
        school,
        state,
        at=datetime.now(tz=UTC),
        scope=Scope(
            types=scope.types,
            names=scope.names,
            fresh=scope.fresh,
            is_commanded=because_of_command,
        ),
    )
    return found.decided


class _Changed:
    """What a batch has changed."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.names: set[UserId] = set()
        self.fresh: set[EventId] = set()


def _changed(rows: list[tuple[str, str, str, str, bytes]]) -> _Changed:
    changed = _Changed()
    for type_, key, event_id, _sender, _content in rows:
        changed.fresh.add(EventId(event_id))
        if type_ == "m.room.member":
            # Who comes or goes may have a level here.
            changed.names.add(UserId(key))
            changed.types.add(POWER_LEVELS)
        elif key == "":
            changed.types.add(type_)
    return changed


async def pin(connection: Any, room_id: RoomId, event_ids: list[EventId]) -> None:
    """Let announcements be pinned, the newest last; the room is put right after."""
    standing = await desired.standing(connection, room_id)
    kept = pinned(standing.kept.get(PINS))
    new = [*(e for e in kept if e not in event_ids), *event_ids]
    await desired.keep(connection, room_id, PINS, canonical({"pinned": new}))


def pinned(content: bytes | None) -> list[str]:
    """Read the pinned events of a kept or folded content."""
    fields = msgspec.json.decode(content) if content else {}
    found = fields.get("pinned") if isinstance(fields, dict) else None
    return [e for e in found if isinstance(e, str)] if isinstance(found, list) else []


class RoomChecks:
    """Compares rooms with what they should be, where no event does."""

    def __init__(self, pool: Any, school: School, tower: Tower) -> None:
        self._pool = pool
        self._school = school
        self._tower = tower

    async def all(self) -> int:
        """Compare all managed rooms; return how many things are to be done."""
        total = 0
        for room in self._school.managed:
            if room.successor is None:
                total += await self.room(room.room_id)
        return total

    async def room(self, room_id: RoomId) -> int:
        """Compare one room; return how many things are to be done."""
        async with self._pool.acquire() as connection, connection.transaction():
            decided = await self.within(connection, room_id)
        # Who came to judge meanwhile has found the room taken, and passed it over.
        self._tower.bell("inbox").ring()
        if decided:
            self._tower.ring("outbox")
        return decided

    async def within(
        self, connection: Any, room_id: RoomId, *, scope: Scope = EVERYTHING
    ) -> int:
        """The same, in the caller's transaction."""
        turn = await inbox.hold(connection, room_id)
        if turn is None or turn.room.room_class is not RoomClass.MANAGED:
            return 0
        if not turn.roster_version:
            return 0
        if turn.roster_version != self._school.roster_version:
            await self._school.load_people(connection)
        state = RoomState.read(await desired.state(connection, room_id))
        found = await look(
            connection,
            turn,
            self._school,
            state,
            at=datetime.now(tz=UTC),
            scope=scope,
        )
        rows = (
            [observed(row) for row in found.decided]
            if turn.observes
            else (found.decided)
        )
        await post(connection, rows)
        return len(rows)
