"""
Reconcile: what the homeserver never pushed is found by looking.

Synapse loses events it had queued when it restarts. So each room is walked back from
now to its watermark (up to there it is known without a gap), and the watermark moves
up.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from appservice import metrics
from appservice.domain.ids import EventId, RoomId
from appservice.domain.rooms import RoomClass
from appservice.matrix.client import Client, Page
from appservice.matrix.errors import Refused
from appservice.services.intake import Intake
from appservice.services.school import School
from appservice.store import desired, events, rooms
from appservice.store.rooms import Watermark

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
"""Rooms walked at the same time; the homeserver has other things to do."""

PAGE: Final = 100

NOW: Final = "SELECT now()"


class Reconcile:
    """Finds what is missing."""

    def __init__(
        self, pool: Any, client: Client, school: School, intake: Intake
    ) -> None:
        self._pool = pool
        self._client = client
        self._school = school
        self._intake = intake
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def everything(self) -> int:
        """
        Walk all rooms; one that fails keeps no other from being walked.

        Returns:
            How many events were found that had not reached us.

        Raises:
            Unavailable: A room could not be walked now; all that could be are.
        """
        found = await asyncio.gather(
            *map(self._walk_gently, list(self._school.rooms)), return_exceptions=True
        )
        failures = [each for each in found if isinstance(each, BaseException)]
        if failures:
            raise failures[0]
        return sum(each for each in found if isinstance(each, int))

    async def _walk_gently(self, room_id: RoomId) -> int:
        async with self._gate:
            try:
                return await self.room(room_id)
            except Refused as refused:
                log.warning(
                    "room cannot be read: is the service's account in it?",
                    extra={"room_id": room_id, "because": refused.errcode},
                )
                return 0

    async def room(self, room_id: RoomId) -> int:
        """Walk one room; return how many events had not reached us."""
        async with self._pool.acquire() as connection:
            watermark = await rooms.watermark(connection, room_id)
        if watermark is None:
            return 0
        is_back = await self._accept(room_id)
        pages = await self._pages(room_id, watermark)
        if not _is_met(pages[-1].events, watermark):
            log.error(
                "watermark not found: what came before it may be missing",
                extra={"room_id": room_id, "event_id": watermark.event_id},
            )
        found = 0
        for page in reversed(pages):
            found += await self._take(page, room_id, watermark)
        async with self._pool.acquire() as connection:
            await rooms.set_watermark(connection, room_id, _newest(pages))
        if found:
            metrics.RECONCILED.inc(found)
            log.info("gap filled", extra={"room_id": room_id, "events": found})
        if found or is_back or not watermark.has_state:
            await self._read_state(room_id)
        return found

    async def _accept(self, room_id: RoomId) -> bool:
        """
        Come back where we were put out and are invited again.

        What was written meanwhile we may not read, but it has changed the room's state:
        whoever comes back reads that whole, whether the walk finds a gap or not.
        """
        bot = self._school.bot
        async with self._pool.acquire() as connection:
            written = await desired.contents(connection, room_id, [bot])
        _, raw = written.get(bot, ("", b"{}"))
        if msgspec.json.decode(raw).get("membership") != "invite":
            return False
        try:
            await self._client.join(room_id)
        except Refused:
            return False
        return True

    async def _pages(self, room_id: RoomId, watermark: Watermark) -> list[Page]:
        try:
            return await self._pages_back_to(room_id, watermark)
        except Refused as refused:
            if refused.status != 403:
                raise
        # Not there yet: an invitation may be waiting.
        await self._client.join(room_id)
        return await self._pages_back_to(room_id, watermark)

    async def _pages_back_to(self, room_id: RoomId, watermark: Watermark) -> list[Page]:
        """
        Read back to the watermark; newest page first.

        Long gaps keep only where each page starts, so that a room's whole past never
        stands in memory; those pages are read again, oldest first.
        """
        pages: list[Page] = []
        before: str | None = None
        while True:
            page = await self._client.messages(room_id, before=before, limit=PAGE)
            pages.append(page)
            if len(pages) > 2:
                middle = pages[-2]
                pages[-2] = Page(events=[], start=middle.start, end=middle.end)
            # A page may be empty because nothing of it is shown: older ones may not be.
            is_last = page.end is None or page.end == page.start
            if is_last or _is_reached(page.events, watermark):
                return pages
            before = page.end

    async def _take(self, page: Page, room_id: RoomId, watermark: Watermark) -> int:
        found = page.events
        if not found and page.end is not None:
            again = await self._client.messages(room_id, before=page.start, limit=PAGE)
            found = again.events
        raws = [_encode(event) for event in reversed(_after(found, watermark))]
        return await self._intake.take_events(raws, source="reconcile") if raws else 0

    async def _read_state(self, room_id: RoomId) -> None:
        """Read the whole state: what we fold is a cache, and a gap makes it wrong."""
        room = self._school.rooms.get(room_id)
        if room is None or room.room_class is not RoomClass.MANAGED:
            return
        async with self._pool.acquire() as connection:
            at = await connection.fetchval(NOW)
        state = await self._client.state(room_id)
        rows = [state_row(event) for event in state]
        async with self._pool.acquire() as connection, connection.transaction():
            await events.replace_state(connection, room_id, rows, at=at)


async def refold(
    connection: Any, room_id: RoomId, event: dict[str, Any] | None
) -> None:
    """Fold one state event as the homeserver has it now, for everybody to read anew."""
    if event is not None:
        await events.fold_state(connection, room_id, [state_row(event)])
    await events.remember_anew(connection, room_id)


def _is_met(newest_first: Sequence[dict[str, Any]], watermark: Watermark) -> bool:
    """Whether the last page of a walk holds what it went back to."""
    if watermark.event_id is None:
        return True
    return any(watermark.is_at(event.get("event_id")) for event in newest_first)


def _is_reached(newest_first: Sequence[dict[str, Any]], watermark: Watermark) -> bool:
    """
    Whether nothing older than this page need be read.

    That takes a whole page from before our time, because a sender may claim any time:
    one event from the year 1970 must not hide what was written before it.
    """
    if any(watermark.is_at(event.get("event_id")) for event in newest_first):
        return True
    return bool(newest_first) and not _after(newest_first, watermark)


def _after(
    newest_first: Sequence[dict[str, Any]], watermark: Watermark
) -> list[dict[str, Any]]:
    """Cut off a page at the watermark, and what is from before our time at its end."""
    new: list[dict[str, Any]] = []
    for event in newest_first:
        if watermark.is_at(event.get("event_id")):
            return new
        new.append(event)
    while new and watermark.is_before_us(new[-1].get("origin_server_ts")):
        new.pop()
    return new


def _newest(pages: Sequence[Page]) -> EventId | None:
    if not pages or not pages[0].events:
        return None
    return EventId(str(pages[0].events[0].get("event_id")))


def state_row(event: dict[str, Any]) -> tuple[str, str, str, str, bytes]:
    """Make (type, state key, event id, sender, content) of a state event."""
    content = event.get("content")
    return (
        str(event.get("type")),
        str(event.get("state_key")),
        str(event.get("event_id")),
        str(event.get("sender")),
        _encode(content if isinstance(content, dict) else {}),
    )


def _encode(event: dict[str, Any]) -> bytes:
    """
    Write an event as JSON again; where nobody can, something that intake sets aside.

    Python reads what msgspec does not write: half a character, numbers of any length.
    """
    try:
        return msgspec.json.encode(event)
    except (ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        pass
    try:
        return json.dumps(event).encode()
    except (ValueError, RecursionError):
        return json.dumps({"unreadable": str(event.get("event_id"))}).encode()
