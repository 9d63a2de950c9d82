"""
Enforcement: the outbox is carried out, each row once.

Fresh redactions go before everything else. A room that is slow, limited or failing
holds up nobody: few of its requests are under way, and its rows wait in the database.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from appservice import metrics
from appservice.domain import actions
from appservice.domain.actions import Ask, Redact, Redirect, Show, Tell, Urgency
from appservice.domain.ids import RoomId
from appservice.matrix.client import Client
from appservice.matrix.errors import Outdated, Refused, Unavailable
from appservice.services.bell import Tower
from appservice.services.direct import DirectRooms
from appservice.services.performing import Performing
from appservice.services.reconcile import refold
from appservice.services.report import report
from appservice.services.school import School
from appservice.store import inbox, outbox, timers
from appservice.store.abandonment import abandon
from appservice.store.outbox import Due
from appservice.store.pool import is_away

log = logging.getLogger(__name__)

UNDER_WAY: Final = {
    Urgency.FRESH: 12,
    Urgency.STATE: 4,
    Urgency.NOTICE: 2,
    Urgency.BULK: 1,
}
"""Requests at once, by urgency: what is fresh is never kept waiting by the rest."""

REST: Final = 2.0
"""After what is bulk, a rest this many times as long: five hundred renames must not
keep the homeserver from redacting (measured: bench road-calm)."""

IN_ONE_ROOM: Final = 3
"""Of them, in one room: as many that are fresh, and as many others."""

LEASE: Final = timedelta(minutes=2)
"""Longer than any request may take (``matrix.api.PATIENCE``) and what it needs."""

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=5)

TRIES: Final = 30
"""About two hours. A homeserver that cannot be reached at all does not count."""


class Enforcement:
    """Carries out what waits in the outbox."""

    def __init__(
        self,
        pool: Any,
        client: Client,
        school: School,
        tower: Tower,
        direct: DirectRooms,
    ) -> None:
        self._pool = pool
        self._school = school
        self._tower = tower
        self._performing = Performing(pool, client, school, direct)
        self._rooms: Counter[tuple[RoomId, bool]] = Counter()
        self._urgencies: Counter[Urgency] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._rests_until = 0.0

    async def start_next(self) -> bool:
        """Start carrying out the most urgent row there is room for; False: none."""
        free = [u for u, most in UNDER_WAY.items() if self._urgencies[u] < most]
        if self._rest() > 0 and Urgency.BULK in free:
            free.remove(Urgency.BULK)
        busy = [place for place, n in self._rooms.items() if n >= IN_ONE_ROOM]
        async with self._pool.acquire() as connection:
            due = await outbox.claim(
                connection,
                free,
                not_in=[room_id for room_id, fresh in busy if not fresh],
                lease=LEASE,
                fresh_not_in=[room_id for room_id, fresh in busy if fresh],
            )
        if due is None:
            return False
        self._rooms[_place(due)] += 1
        self._urgencies[due.urgency] += 1
        task = asyncio.create_task(self._carry_out(due))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def seconds_to_next(self) -> float | None:
        """Say in how many seconds something will be due; None: nothing waits."""
        async with self._pool.acquire() as connection:
            seconds = await outbox.next_due(connection)
        rest = self._rest()
        if seconds is None or not rest:
            return seconds
        # What is due and was not begun waits for the end of the rest.
        return min(seconds, rest) if seconds > 0 else rest

    def _rest(self) -> float:
        """Say for how many seconds nothing that is bulk is begun."""
        return max(self._rests_until - asyncio.get_running_loop().time(), 0.0)

    async def stop(self) -> None:
        """Let what is under way end; what does not is found again by its claim."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        for task in self._tasks:
            task.cancel()

    async def _carry_out(self, due: Due) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            await self._try(due)
        except Exception as error:
            extra = {"action": str(due.id), "error": type(error).__name__}
            if is_away(error):
                log.warning("database away: action to be looked at again", extra=extra)
                await self._give_back(due)
                return
            log.exception("action failed", extra=extra)
            await self._try_no_more(due, error)
        finally:
            if due.urgency is Urgency.BULK:
                now = loop.time()
                self._rests_until = now + REST * (now - began)
            self._urgencies[due.urgency] -= 1
            self._rooms[_place(due)] -= 1
            if not self._rooms[_place(due)]:
                del self._rooms[_place(due)]
            self._tower.bell("outbox").ring()

    async def _give_back(self, due: Due) -> None:
        """Let a row be due again as soon as the database is there to hear it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                while True:
                    await asyncio.sleep(1)
                    try:
                        async with self._pool.acquire() as connection:
                            await outbox.postpone(
                                connection,
                                due.id,
                                wait=timedelta(),
                                maybe_sent=True,
                                counts=False,
                            )
                    except Exception as error:
                        if not is_away(error):
                            raise
                    else:
                        return

    async def _try_no_more(self, due: Due, error: Exception) -> None:
        """
        Give up what fails again and again by our own fault.

        Before that, the row stays claimed until the lease runs out, and is tried again.
        """
        if due.attempts < TRIES:
            return
        try:
            await self._abandon(due, f"after {due.attempts}: {type(error).__name__}")
        except Exception:
            # Its claim runs out like any other, and we are here again.
            log.exception("action not given up", extra=_fields(due))

    async def _try(self, due: Due) -> None:
        try:
            result = await self._performing.perform(due)
        except Outdated as outdated:
            await self._look_anew(due, outdated)
        except Unavailable as failure:
            await self._postpone(due, failure)
        except Refused as failure:
            if failure.status == 401:
                # It is us whom the homeserver does not know; what waits is good still.
                away = Unavailable(str(failure), is_away=True, maybe_done=False)
                await self._postpone(due, away)
                return
            await self._abandon(due, str(failure))
        else:
            await self._finish(due, result)

    async def _finish(self, due: Due, result: str | None) -> None:
        async with self._pool.acquire() as connection:
            kinds = await outbox.finish(
                connection, [due.id], status="done", result=result
            )
        for kind in kinds:
            metrics.ACTIONS.labels(kind, "done").inc()
        if isinstance(due.action, Redact):
            took = (datetime.now(tz=UTC) - due.written_at).total_seconds()
            metrics.REDACT_SECONDS.observe(max(took, 0))
        log.info("action done", extra=_fields(due))

    async def _look_anew(self, due: Due, outdated: Outdated) -> None:
        """Fold what is there now, and let the room be looked at again at once."""
        async with self._pool.acquire() as connection, connection.transaction():
            # First, as whoever judges does: who takes it last waits for the others.
            await inbox.hold(connection, due.room_id)
            await outbox.finish(connection, [due.id], status="outdated", result=None)
            await refold(connection, due.room_id, outdated.event)
            await timers.hurry(connection, "desired", due.room_id)
        self._tower.bell("timers").ring()
        metrics.ACTIONS.labels(actions.kind(due.action), "outdated").inc()

    async def _abandon(self, due: Due, because: str) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            kinds = await abandon(connection, due.id, because=because)
            await report(connection, self._school, due)
        for kind in kinds:
            metrics.ACTIONS.labels(kind, "abandoned").inc()
        log.error("action given up", extra={**_fields(due), "because": because})

    async def _postpone(self, due: Due, failure: Unavailable) -> None:
        counts = not (failure.is_limited or failure.is_away)
        if due.attempts >= TRIES and counts:
            await self._abandon(due, f"after {due.attempts}: {failure}")
            return
        wait = backoff(due.attempts, at_least=failure.retry_after)
        async with self._pool.acquire() as connection:
            await outbox.postpone(
                connection,
                due.id,
                wait=wait,
                maybe_sent=failure.maybe_done or due.maybe_sent_at is not None,
                counts=counts,
            )
            if failure.is_limited and not isinstance(
                due.action, Tell | Ask | Show | Redirect
            ):
                # Those are said elsewhere, in direct rooms.
                await outbox.postpone_room(connection, due.room_id, wait=wait)
        metrics.ACTIONS.labels(actions.kind(due.action), "postponed").inc()


def _place(due: Due) -> tuple[RoomId, bool]:
    """Where an action is under way, apart for what is fresh."""
    return due.room_id, due.urgency is Urgency.FRESH


def _fields(due: Due) -> dict[str, str]:
    """Name an action in the log."""
    kind = actions.kind(due.action)
    return {"kind": kind, "room_id": due.room_id, "action": str(due.id)}


def backoff(attempts: int, *, at_least: timedelta | None = None) -> timedelta:
    """
    How long to wait before the next attempt.

    Args:
        attempts: Attempts already made; at least 1.
        at_least: What the homeserver asked for (``retry_after_ms``), if it did.

    Returns:
        Twice as long each time, from ``FIRST_WAIT`` up to ``LONGEST_WAIT``.
    """
    wait = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 16)))
    return max(wait, at_least or timedelta())
