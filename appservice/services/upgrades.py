"""
Upgrades: a room is replaced by a newer one, and everything goes on there.

Safe to begin again at any point: it ends with the old room naming its successor.
"""

import contextlib
import logging
from datetime import timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid4, uuid5

from appservice.domain.actions import Action, Call, Send
from appservice.domain.desired import REPLACEMENT, TOMBSTONE
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.people import Right
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room, RoomClass
from appservice.matrix.client import ANNOUNCEMENT, Client
from appservice.matrix.decode import decode
from appservice.matrix.errors import Refused
from appservice.services.bell import Tower
from appservice.services.post import post
from appservice.services.reconcile import state_row
from appservice.services.room_check import PINS, pinned
from appservice.services.school import School
from appservice.store import announcements, desired, notices, records, rooms, timers
from appservice.store.outbox import Decided

log = logging.getLogger(__name__)

SAY_EVERY: Final = timedelta(days=1)
"""The tombstone stays, and is looked at with the room again and again."""

CARRIED: Final = 5
"""Pinned messages that are posted again: a pin cannot point to another room."""


class Upgrades:
    """Follows rooms to where they have gone."""

    def __init__(self, pool: Any, client: Client, school: School, tower: Tower) -> None:
        self._pool = pool
        self._client = client
        self._school = school
        self._tower = tower

    async def follow(self, room_id: RoomId) -> None:
        """
        Keep the room that took this one's place.

        Raises:
            Unavailable: Try again later.
        """
        room = self._school.rooms.get(room_id)
        if room is None or room.successor is not None:
            return
        try:
            new, state = await self._enter(room)
        except Refused as refused:
            await self._say(room, "not_followed", why=refused.errcode or str(refused))
            return
        if new is None:
            await self._say(room, "not_followed", why="?")
            return
        await self._keep(room, new)
        # Before anything is posted there: history is for those who were there.
        await self._gather(room, new, state)
        await self._succeed(room, new)
        log.info("room followed", extra={"room_id": room_id, "successor": new})

    async def _enter(self, room: Room) -> tuple[RoomId | None, RoomState]:
        """Join the new room, and see that it is really this one's."""
        tombstone = await self._client.state_event(room.room_id, TOMBSTONE, "")
        content = tombstone.get("content") if tombstone else None
        named = content.get(REPLACEMENT) if isinstance(content, dict) else None
        if tombstone is None or not isinstance(named, str) or not named:
            return None, RoomState()
        new, sender = RoomId(named), UserId(str(tombstone.get("sender")))
        await self._join(new, sender)
        events = await self._client.state(new)
        state = RoomState.read(map(state_row, events))
        create = state.content("m.room.create") or {}
        predecessor = create.get("predecessor")
        came_from = (
            predecessor.get("room_id") if isinstance(predecessor, dict) else None
        )
        if came_from != room.room_id or state.sender("m.room.create") != sender:
            # Whoever writes a tombstone could else name any room of the school.
            if new not in self._school.rooms:
                await self._client.leave(new)
            return None, state
        return new, state

    async def _join(self, new: RoomId, sender: UserId) -> None:
        if sender in self._school.accounts:
            return
        try:
            await self._client.join(new)
        except Refused:
            if not self._school.reaches(sender):
                raise
            await self._client.invite(new, self._school.bot, as_member=sender)
            await self._client.join(new)

    async def _keep(self, room: Room, new: RoomId) -> None:
        """Let the new room be ours, as the old one is."""
        successor = Room(
            room_id=new,
            room_class=RoomClass.MANAGED,
            kind=room.kind,
            name=room.name,
            scope=room.scope,
            mode=room.mode,
        )
        async with self._pool.acquire() as connection, connection.transaction():
            await rooms.add(connection, successor)
            await self._school.load_rooms(connection)

    async def _succeed(self, room: Room, new: RoomId) -> None:
        """Let all that was decided about the old room be about the new one."""
        async with self._pool.acquire() as connection, connection.transaction():
            standing = await desired.standing(connection, room.room_id)
            pins = pinned(standing.kept.get(PINS))[-CARRIED:]
            if await rooms.succeed(connection, room.room_id, new):
                await self._carry(connection, room, new, pins)
            await timers.hurry(connection, "reconcile")
            await self._school.load_rooms(connection)
        for bell in ("outbox", "timers"):
            self._tower.bell(bell).ring()

    async def _carry(
        self, connection: Any, room: Room, new: RoomId, pins: list[str]
    ) -> None:
        """Post pinned messages again, the newest last, so that it is on top."""
        rows = []
        for event_id in pins:
            raw = await records.raw(connection, EventId(event_id), room.room_id)
            content = _text_of(raw)
            if content is None:
                continue
            row = Decided(
                id=uuid5(NAMESPACE_URL, f"carried {new} {event_id}"),
                room_id=new,
                action=Send(type="m.room.message", content=content),
                rule="announce",
            )
            await announcements.announce(
                connection,
                row.id,
                new,
                by=self._school.bot,
                because=EventId(event_id),
            )
            rows.append(row)
        await post(connection, rows)
        await self._post(connection, room, "upgraded")

    async def _gather(self, room: Room, new: RoomId, state: RoomState) -> None:
        """Bring over who was in the old room; whom the roster knows."""
        old = RoomState.read(map(state_row, await self._client.state(room.room_id)))
        for user_id, member in old.members.items():
            is_known = self._school.person(user_id) is not None
            if member.membership == "join" and is_known:
                await self._bring(user_id, new, state)

    async def _bring(self, user_id: UserId, new: RoomId, state: RoomState) -> None:
        member = state.members.get(user_id)
        membership = member.membership if member else None
        if membership in ("join", "ban"):
            return
        with contextlib.suppress(Refused):
            if membership != "invite":
                await self._client.invite(new, user_id)
            if self._school.reaches(user_id):
                await self._client.join(new, as_member=user_id)

    async def _say(self, room: Room, name: str, **values: str) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            told = await notices.told_since(connection, room.room_id, SAY_EVERY)
            if any(rule == name for _, _, rule in told):
                return
            await self._post(connection, room, name, **values)
        self._tower.ring("outbox")

    async def _post(
        self, connection: Any, room: Room, name: str, **values: str
    ) -> None:
        notice = self._school.notice(name, room, bot=self._school.bot, **values)
        action: Action = Call(right=Right.OWN, notice=notice)
        row = Decided(id=uuid4(), room_id=room.room_id, action=action, rule=name)
        await post(connection, [row])


def _text_of(raw: bytes | None) -> dict[str, Any] | None:
    """Make a message to be pinned of one that was; None: it had no text."""
    event = decode(raw) if raw else {}
    content = event.get("content") if isinstance(event, dict) else None
    body = content.get("body") if isinstance(content, dict) else None
    if not isinstance(body, str):
        return None
    return {"msgtype": "m.text", "body": body[:20_000], ANNOUNCEMENT: True}
