"""Direct rooms: one per person, opened by the bot, unencrypted."""

import contextlib
import hashlib
import logging
import re
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from appservice.domain.actions import Notice
from appservice.domain.ids import KindName, RoomId, UserId
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.matrix import perform, render
from appservice.matrix.client import MARK, Client
from appservice.matrix.errors import Refused
from appservice.services.making import make_once
from appservice.services.school import School
from appservice.store import events, rooms
from appservice.store.outbox import Due

log = logging.getLogger(__name__)

KIND: Final = KindName("direct")

HAS_LEFT: Final = re.compile(rb'"membership":\s*"leave"')

PREFIX: Final = "homeroom-direct-"
"""Localpart of the aliases of direct rooms, see the registration's namespaces."""


class DirectRooms:
    """Finds the direct room with somebody, and opens it the first time."""

    def __init__(self, pool: Any, client: Client, school: School) -> None:
        self._pool = pool
        self._client = client
        self._school = school

    async def find(self, user_id: UserId) -> RoomId | None:
        """Return the direct room with somebody; None: there is none yet."""
        async with self._pool.acquire() as connection:
            return await rooms.direct_room(connection, user_id)

    async def open(
        self, user_id: UserId, *, language: str, tried_since: datetime | None = None
    ) -> RoomId:
        """
        Return the direct room with somebody, making it if need be.

        The alias makes it one room, even if we die between making and remembering it.

        Args:
            tried_since: When the first of several attempts began; None: this is it.

        Raises:
            Unavailable: Try again later.
            Refused: The homeserver does not let us, or does not know the person.
        """
        known = await self.find(user_id)
        if known is not None:
            await self._bring_back(known, user_id)
            return known
        settings = _settings(user_id, alias_localpart(user_id))
        domain = self._school.bot.partition(":")[2]
        room_id, was_there = await make_once(
            self._client, settings, domain=domain, tried_since=tried_since
        )
        if was_there:
            await self._bring_in(room_id, user_id)
        await self._remember(room_id, user_id)
        await self._greet(room_id, user_id, language)
        return room_id

    async def _bring_back(self, room_id: RoomId, user_id: UserId) -> None:
        """Invite somebody again who had left: else they would not hear any answer."""
        async with self._pool.acquire() as connection:
            content, _ = await events.state_of(
                connection, room_id, "m.room.member", user_id
            )
        if content is not None and HAS_LEFT.search(content):
            # Perhaps they are back already, and the homeserver says so by refusing.
            with contextlib.suppress(Refused):
                await self._client.invite(room_id, user_id)

    async def _bring_in(self, room_id: RoomId, user_id: UserId) -> None:
        """Invite whose room it is, where an earlier attempt did not come so far."""
        state = await self._client.state(room_id)
        if not any(_is_there(event, user_id) for event in state):
            # Synapse may do it itself at this very moment, and then refuses us.
            with contextlib.suppress(Refused):
                await self._client.invite(room_id, user_id)

    async def _remember(self, room_id: RoomId, user_id: UserId) -> None:
        room = Room(
            room_id=room_id,
            room_class=RoomClass.SERVICE,
            kind=KIND,
            mode=Mode.ENFORCE,
        )
        async with self._pool.acquire() as connection:
            await rooms.add(connection, room, direct_with=user_id)
            await self._school.load_rooms(connection)

    async def _greet(self, room_id: RoomId, user_id: UserId, language: str) -> None:
        greeting = render.message(Notice(name="greeting", language=language))
        id_ = uuid5(NAMESPACE_URL, f"greeting {user_id}")
        await self._client.send(room_id, "m.room.message", greeting, txn=id_)

    async def redirect(self, due: Due, user_id: UserId) -> RoomId:
        """
        Answer an invitation: come, say where we can be reached, and leave.

        Safe to begin again after any of these.
        """
        notice = Notice(name="encrypted", language=self._school.language)
        language = self._school.in_language_of(user_id, notice).language
        since = due.maybe_sent_at
        room = await self.open(user_id, language=language, tried_since=since)
        try:
            await self._client.join(due.room_id)
        except Refused:
            if due.maybe_sent_at is None:
                raise
            # We had come and left, and the answer was lost.
            return room
        if not await self._has_said(due):
            state = await self._client.state(due.room_id)
            name = "encrypted" if any(map(_is_encryption, state)) else "elsewhere"
            words = render.message(Notice(name=name, language=language))
            content = {**words, MARK: str(due.id)}
            await self._client.send(due.room_id, "m.room.message", content, txn=due.id)
        await self._client.leave(due.room_id)
        return room

    async def _has_said(self, due: Due) -> bool:
        if due.maybe_sent_at is None:
            return False
        said = await perform.find_done(
            self._client,
            due.action,
            room_id=due.room_id,
            id_=due.id,
            since=due.maybe_sent_at,
        )
        return said is not None


def _is_there(event: dict[str, Any], user_id: UserId) -> bool:
    """Whether a state event says that somebody is in the room, or invited."""
    if (event.get("type"), event.get("state_key")) != ("m.room.member", user_id):
        return False
    return event.get("content", {}).get("membership") in ("join", "invite")


def _is_encryption(event: dict[str, Any]) -> bool:
    """Whether a state event says that a room is encrypted; nothing takes that back."""
    return (event.get("type"), event.get("state_key")) == ("m.room.encryption", "")


def alias_localpart(user_id: UserId) -> str:
    """Name somebody's direct room without naming them."""
    return PREFIX + hashlib.sha256(user_id.encode()).hexdigest()[:32]


def _settings(user_id: UserId, alias: str) -> dict[str, Any]:
    return {
        "preset": "private_chat",
        "visibility": "private",
        "is_direct": True,
        "invite": [user_id],
        "room_alias_name": alias,
        "power_level_content_override": {
            # Out of reach: here we must be able to read.
            "events": {"m.room.encryption": 100, "m.room.tombstone": 150},
            "users_default": 0,
            # One room per person: what is answered here is read by nobody else.
            "invite": 100,
        },
    }
