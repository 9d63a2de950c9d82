"""Intake: what the homeserver sends is stored, and only then answered."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import asyncpg
import msgspec

from appservice import metrics
from appservice.domain.actions import Redirect
from appservice.domain.ids import RoomId, UserId
from appservice.matrix import transaction
from appservice.matrix.transaction import Head
from appservice.services.bell import Tower
from appservice.services.post import post
from appservice.services.school import School
from appservice.services.sources import HISTORY
from appservice.store import inbox, notices
from appservice.store.outbox import Decided
from appservice.store.pool import is_away

log = logging.getLogger(__name__)

ANSWER_EVERY: Final = timedelta(minutes=10)

INVITE: Final = b'"invite"'


class _Invite(msgspec.Struct):
    """The content of an invitation."""

    membership: str
    is_direct: bool = False


class _WithContent(msgspec.Struct):
    content: _Invite


_invite = msgspec.json.Decoder(_WithContent)


@dataclass(slots=True)
class _Sorted:
    """A batch of events, sorted into what is stored, set aside and answered."""

    rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """By event id, in the order of ``inbox.ARRIVE``."""
    unreadable: list[bytes] = field(default_factory=list)
    invites: dict[UserId, tuple[RoomId, str]] = field(default_factory=dict)
    """By whom: the room, and the event. One of each person is enough."""
    elsewhere: int = 0


class Intake:
    """Takes in transactions and what reconciling finds."""

    def __init__(self, pool: Any, school: School, tower: Tower) -> None:
        self._pool = pool
        self._school = school
        self._tower = tower
        self.has_refused = False
        """Whether a transaction was not stored since somebody last looked."""

    async def take(self, body: bytes) -> None:
        """
        Store a transaction of the homeserver.

        Raises:
            Exception: The database is away (``store.pool.is_away``); nothing is stored,
                and the homeserver must send it again.
        """
        try:
            await self._take(body)
        except Exception:
            self.has_refused = True
            raise

    async def _take(self, body: bytes) -> None:
        cut = transaction.split(body)
        if cut is None:
            await self._park([body], "a transaction that is no JSON object")
            return
        if cut.ephemeral:
            # Receipts: private ones must not be kept, and public ones are no
            # acknowledgement.
            metrics.DROPPED.labels("ephemeral").inc(cut.ephemeral)
        await self.take_events(cut.events, source="road")

    async def take_events(self, events: Sequence[bytes], *, source: str) -> int:
        """
        Store events of our rooms that are not known yet, in their order.

        What comes from the past (``sources.HISTORY``) is recorded and not judged.

        Returns:
            How many were new.
        """
        found = self._sort(events)
        if found.elsewhere:
            metrics.DROPPED.labels("other_room").inc(found.elsewhere)
        new = await self._store(found, source) if found.rows else 0
        if found.unreadable:
            await self._park(found.unreadable, "an event without id or room")
        if found.invites:
            await self._answer(found.invites)
        return new

    def _sort(self, events: Iterable[bytes]) -> _Sorted:
        found = _Sorted()
        rooms = self._school.rooms
        for raw in events:
            head = transaction.head(raw)
            if head is None:
                found.unreadable.append(raw)
            elif (room := rooms.get(RoomId(head.room_id))) is not None:
                found.rows.setdefault(
                    head.event_id,
                    (
                        head.event_id,
                        head.room_id,
                        head.sender,
                        head.type,
                        head.state_key,
                        head.origin_server_ts,
                        room.room_class.value,
                        raw,
                    ),
                )
            elif self._is_invitation(head, raw):
                invite = (RoomId(head.room_id), head.event_id)
                found.invites.setdefault(UserId(head.sender), invite)
            else:
                found.elsewhere += 1
        return found

    async def _store(self, found: _Sorted, source: str) -> int:
        try:
            async with self._pool.acquire() as connection:
                columns = list(zip(*found.rows.values(), strict=True))
                new = await _arrive(connection, columns, source)
        except asyncpg.PostgresError as error:
            if is_away(error):
                raise
            new = await self._store_one_by_one(found, source)
        metrics.RECEIVED.labels(source).inc(new)
        if new and source != HISTORY:
            self._tower.ring("inbox")
        return new

    async def _store_one_by_one(self, found: _Sorted, source: str) -> int:
        """Find the event that the database refuses; the others must not suffer."""
        new = 0
        for row in found.rows.values():
            try:
                async with self._pool.acquire() as connection:
                    columns = [[value] for value in row]
                    new += await _arrive(connection, columns, source)
            except asyncpg.PostgresError as error:
                if is_away(error):
                    raise
                await self._park([row[7]], f"refused: {type(error).__name__}", row[1])
        return new

    async def _park(
        self, raws: Sequence[bytes], because: str, room_id: str | None = None
    ) -> None:
        async with self._pool.acquire() as connection:
            for raw in raws:
                await inbox.park_raw(connection, raw, room_id=room_id, because=because)
        metrics.PARKED.labels("intake").inc(len(raws))
        log.error("event parked", extra={"because": because, "room_id": room_id})

    def _is_invitation(self, head: Head, raw: bytes) -> bool:
        """Whether somebody of the school opens a direct room with the bot."""
        if not (
            head.type == "m.room.member"
            and head.state_key == self._school.bot
            and INVITE in raw
            and self._school.person(UserId(head.sender)) is not None
        ):
            return False
        try:
            invite = _invite.decode(raw).content
        except msgspec.MsgspecError:
            return False
        return invite.membership == "invite" and invite.is_direct

    async def _answer(self, invites: Mapping[UserId, tuple[RoomId, str]]) -> None:
        """Answer each person once in a while, however often they invite us."""
        async with self._pool.acquire() as connection, connection.transaction():
            lately = await notices.answered_since(
                connection, list(invites), ANSWER_EVERY
            )
            rows = [
                Decided(
                    # From the event, for it may come again.
                    id=uuid5(NAMESPACE_URL, f"redirect {event_id}"),
                    room_id=room_id,
                    action=Redirect(user_id=user_id),
                )
                for user_id, (room_id, event_id) in invites.items()
                if user_id not in lately
            ]
            await post(connection, rows)
        self._tower.ring("outbox")


async def _arrive(connection: Any, columns: Sequence[Any], source: str) -> int:
    return await inbox.arrive(
        connection, columns, source=source, waits=source != HISTORY
    )
