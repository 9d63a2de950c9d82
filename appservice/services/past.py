"""
The past: what was written in a room before it was adopted, brought into its record.

It is recorded and searchable, and never judged: nothing in it is acted on. Read from
the adoption backwards, page by page; where that breaks off, it goes on from there.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from appservice.domain.events import Edited, Redacted
from appservice.domain.ids import EventId, RoomId
from appservice.matrix import parse, perform, transaction
from appservice.matrix.client import Client
from appservice.matrix.past import Past
from appservice.services.intake import Intake
from appservice.services.sources import HISTORY
from appservice.store import adoptions, events, rooms
from appservice.store.adoptions import Progress

log = logging.getLogger(__name__)

PAGE: Final = 1000
"""Events; Synapse gives no more at once."""

TRIES: Final = 3
"""Originals refused in a row, after which no older one is asked for: they are gone."""

GONE: Final = "original not recovered: those after it were gone already"

MARKS: Final = (b"redacted_because", b"m.replace", b'"m.room.redaction"')
"""One of them is in each event that says something about another, or is emptied."""


class PastTaken(Exception):
    """Somebody else reads the same past now; the message says so."""


class PastReader:
    """Reads the past of one room."""

    def __init__(
        self, pool: Any, client: Client, intake: Intake, *, as_admin: bool = False
    ) -> None:
        """
        Args:
            as_admin: Read through Synapse's admin API, also what was not for us to see.
        """
        self._pool = pool
        self._client = client
        self._intake = intake
        self._as_admin = as_admin
        self._refusals = 0

    async def read(self, room_id: RoomId) -> AsyncGenerator[Progress]:
        """
        Read what is left of a room's past; the room is kept already.

        Yields:
            After each page how far it is now.

        Raises:
            PastTaken: Somebody else does.
            Unavailable, Refused: It broke off; what was read is on record.
        """
        async with self._pool.acquire() as guard:
            if not await adoptions.take(guard, room_id):
                raise PastTaken(f"{room_id}: its past is being read already")
            try:
                async for progress in self._read(room_id):
                    yield progress
            finally:
                await adoptions.give_back(guard, room_id)

    async def _read(self, room_id: RoomId) -> AsyncGenerator[Progress]:
        progress, latest = await self._begin(room_id)
        page = None
        if progress.next is not None:
            page = await self._page(room_id, progress.next)
        while page is not None:
            # The homeserver looks for the next one while we write this one down.
            following = None
            if page.end is not None:
                following = asyncio.create_task(self._page(room_id, page.end))
            try:
                if latest is not None:
                    page, latest = _older(page, latest)
                yield await self._record(room_id, page)
                page = None if following is None else await following
            finally:
                if following is not None:
                    following.cancel()

    async def _begin(self, room_id: RoomId) -> tuple[Progress, datetime | None]:
        """
        Say where to go on, and from when on events are no past; None: all are.

        Where a room was kept without being adopted, what came after that is the road's
        to bring: put on record from here it would be known, and never judged.
        """
        async with self._pool.acquire() as connection:
            since = await adoptions.kept_since(connection, room_id)
            known = await adoptions.progress(connection, room_id)
            if known is not None and self._sees_more(known):
                await adoptions.begin_again(connection, room_id)
        if known is None:
            newest = await self._client.past(
                room_id, before=None, limit=1, as_admin=self._as_admin
            )
            async with self._pool.acquire() as connection:
                await adoptions.begin(connection, room_id, newest.start, is_exact=False)
        async with self._pool.acquire() as connection:
            progress = await adoptions.progress(connection, room_id)
        assert progress is not None
        has_begun = progress.oldest is not None and progress.next != progress.start
        is_past = progress.is_exact or has_begun
        return progress, None if is_past else since - rooms.CLOCKS_DIFFER

    def _sees_more(self, known: Progress) -> bool:
        """An administrator reads what was written before we could see it."""
        return self._as_admin and known.next is None and not known.as_admin

    async def _page(self, room_id: RoomId, before: str) -> Past:
        return await self._client.past(
            room_id, before=before, limit=PAGE, as_admin=self._as_admin
        )

    async def _record(self, room_id: RoomId, page: Past) -> Progress:
        """Write a page down, newest first: in that order it is read backwards again."""
        new = await self._intake.take_events(page.events, source=HISTORY)
        await self._fold(room_id, page.events)
        async with self._pool.acquire() as connection:
            return await adoptions.advance(
                connection,
                room_id,
                next_=page.end,
                as_admin=self._as_admin,
                events=new,
                oldest=_sent_at(page.events[-1]) if page.events else None,
            )

    async def _fold(self, room_id: RoomId, raws: Sequence[bytes]) -> None:
        """Note which is an edit of which, and who took away what."""
        edits: list[tuple[EventId, EventId]] = []
        redactions: list[tuple[EventId, EventId | None, str, str | None, datetime]] = []
        emptied: list[EventId] = []
        for raw in raws:
            # Most events are none of these; reading each would take the longest.
            if not any(mark in raw for mark in MARKS):
                continue
            fields = parse.decode(raw)
            if not isinstance(fields, dict):
                continue
            match parse.parse({**fields, "room_id": room_id}, sent_at=_sent_at(raw)):
                case Edited(target=target, event_id=event_id):
                    edits.append((target, event_id))
                case Redacted(event_id=event_id) as it:
                    redactions.append(
                        (event_id, it.target, it.sender, it.reason, it.sent_at)
                    )
                case event if perform.redacted_by(fields) is not None:
                    emptied.append(event.event_id)
                case _:
                    pass
        async with self._pool.acquire() as connection, connection.transaction():
            if edits:
                await events.fold_edits(connection, room_id, edits)
            if redactions:
                await events.fold_redactions(connection, room_id, redactions)
        for event_id in emptied:
            await self._recover(room_id, event_id)

    async def _recover(self, room_id: RoomId, event_id: EventId) -> None:
        """Keep what an event said before it was taken away, while that is to be had."""
        raw, because = None, GONE
        if self._refusals < TRIES:
            raw, because = await perform.recover(self._client, room_id, event_id)
            self._refusals = 0 if raw is not None else self._refusals + 1
        async with self._pool.acquire() as connection:
            await events.keep_original(
                connection, event_id, room_id, raw=raw, because=because
            )


def _sent_at(raw: bytes) -> datetime:
    head = transaction.head(raw)
    at = 0 if head is None else head.origin_server_ts
    return datetime.fromtimestamp(at / 1000, tz=UTC)


def _older(page: Past, latest: datetime) -> tuple[Past, datetime | None]:
    """Cut off what is newer, at the newest end only: a sender may claim any time."""
    for number, raw in enumerate(page.events):
        if _sent_at(raw) <= latest:
            events = page.events[number:]
            return Past(events=events, start=page.start, end=page.end), None
    return Past(events=[], start=page.start, end=page.end), latest
