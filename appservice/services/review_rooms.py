"""
Review rooms: where those who review a class's rooms are asked, one room a scope.

They are on telephones and in the homeserver's database, so nothing that was written
stands there: a card says which rule, which clause, whose role and when.
"""

import contextlib
import hashlib
import logging
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from appservice.domain.actions import Ask, Notice
from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.people import Right
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.matrix import render
from appservice.matrix.client import MARK, Client
from appservice.matrix.errors import Refused
from appservice.services.making import make_once
from appservice.services.reviews import ROOM_KIND, room_of_reviews
from appservice.services.school import School
from appservice.store import rooms

log = logging.getLogger(__name__)

PREFIX: Final = "homeroom-direct-review-"
"""Localpart of the aliases of review rooms: in the registration's own namespace, or
somebody else could have a room of theirs called so."""


class ReviewRooms:
    """Finds the review room of a managed room, opens it the first time, keeps it."""

    def __init__(self, pool: Any, client: Client, school: School) -> None:
        self._pool = pool
        self._client = client
        self._school = school

    async def ask(
        self, room: Room, ask: Ask, *, id_: UUID, tried_since: datetime | None
    ) -> EventId:
        """
        Post a card where those are who may answer it.

        Args:
            tried_since: When the first of several attempts began; None: this is it.

        Raises:
            Unavailable: Try again later.
            Refused: The homeserver does not let us.
        """
        room_id = await self.open(room, tried_since=tried_since)
        card = {**render.message(ask.notice), MARK: str(id_)}
        event_id = await self._client.send(room_id, "m.room.message", card, txn=id_)
        for choice in ask.choices:
            about = {"rel_type": "m.annotation", "event_id": event_id, "key": choice}
            # A help and no more: whoever answers can choose by themselves.
            with contextlib.suppress(Refused):
                await self._client.send(
                    room_id,
                    "m.reaction",
                    {"m.relates_to": about},
                    txn=uuid5(id_, choice),
                )
        return event_id

    async def open(self, room: Room, *, tried_since: datetime | None = None) -> RoomId:
        """Return the review room of a managed room with those in it who review."""
        reviewers = self.reviewers(room)
        known = room_of_reviews(self._school, room)
        if known is None:
            known = await self._make(room, reviewers, tried_since)
        await self._keep(known, reviewers)
        return known

    def reviewers(self, room: Room) -> set[UserId]:
        """List who reviews any room of this one's scope."""
        return {
            user_id
            for each in self._school.managed
            if each.scope == room.scope
            for user_id in self._school.holders(each, Right.REVIEW)
        }

    async def _make(
        self, room: Room, reviewers: set[UserId], tried_since: datetime | None
    ) -> RoomId:
        alias = alias_localpart(room.scope)
        language = self._school.language_in(room)
        name = render.translate("Reviews: {name}", language)
        settings = {
            "preset": "private_chat",
            "visibility": "private",
            "name": name.format(name=room.scope or room.name),
            "invite": sorted(reviewers),
            "room_alias_name": alias,
            "power_level_content_override": {
                # Out of reach: here we must be able to read, and nobody else may come.
                "events": {"m.room.encryption": 100, "m.room.tombstone": 150},
                "users_default": 0,
                "invite": 100,
            },
        }
        domain = self._school.bot.partition(":")[2]
        room_id, _ = await make_once(
            self._client, settings, domain=domain, tried_since=tried_since
        )
        await self._remember(room_id, room)
        greeting = render.message(Notice(name="review_greeting", language=language))
        await self._client.send(
            room_id,
            "m.room.message",
            greeting,
            txn=uuid5(GREETING, f"{room_id}"),
        )
        return room_id

    async def _remember(self, room_id: RoomId, about: Room) -> None:
        room = Room(
            room_id=room_id,
            room_class=RoomClass.SERVICE,
            kind=KindName(ROOM_KIND),
            scope=about.scope,
            mode=Mode.ENFORCE,
        )
        async with self._pool.acquire() as connection:
            await rooms.add(connection, room)
            await self._school.load_rooms(connection)

    async def _keep(self, room_id: RoomId, reviewers: set[UserId]) -> None:
        """Invite who is missing, and let go who reviews here no more."""
        state = await self._client.state(room_id)
        members = {UserId(event["state_key"]) for event in state if _is_member(event)}
        for user_id in sorted(reviewers - members):
            with contextlib.suppress(Refused):
                await self._client.invite(room_id, user_id)
        for user_id in sorted(members - reviewers - self._school.accounts):
            log.info("reviewer let go", extra={"room_id": room_id, "user_id": user_id})
            with contextlib.suppress(Refused):
                notice = Notice(name="reviewer", language=self._school.language)
                reason = render.reason(notice)
                await self._client.remove(room_id, user_id, reason=reason)


def _is_member(event: dict[str, Any]) -> bool:
    if event.get("type") != "m.room.member":
        return False
    return event.get("content", {}).get("membership") in ("join", "invite")


GREETING: Final = UUID("6b1d0c52-5a52-5c2e-9d59-0d6a5f1f2a11")
"""Names the greeting of each room for the homeserver."""


def alias_localpart(scope: str | None) -> str:
    """Name the review room of a scope without naming the scope."""
    return PREFIX + hashlib.sha256((scope or "").encode()).hexdigest()[:32]
