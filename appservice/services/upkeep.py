"""Upkeep: what is due by the clock. Each timer kind is one function."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from appservice import metrics
from appservice.domain.ids import RoomId
from appservice.domain.rooms import Mode
from appservice.matrix.errors import Unavailable
from appservice.services.bell import Tower
from appservice.services.digests import digest
from appservice.services.post import post
from appservice.services.reconcile import Reconcile
from appservice.services.reminding import overdue, take_away
from appservice.services.room_check import RoomChecks
from appservice.services.school import School
from appservice.services.upgrades import Upgrades
from appservice.store import inbox, partitions, passes, timers
from appservice.store.outbox import Decided
from appservice.store.pool import is_away
from appservice.store.timers import Timer

log = logging.getLogger(__name__)

DAY: Final = timedelta(days=1)

AGAIN_SOON: Final = timedelta(seconds=10)

Ring = Callable[[Timer], Awaitable[timedelta | None]]
"""What a timer does; returns when it is due again, None: never."""


class Upkeep:
    """Rings timers, and keeps what nobody asks for in order."""

    def __init__(
        self,
        pool: Any,
        school: School,
        tower: Tower,
        *,
        reconcile: Reconcile,
        checks: RoomChecks,
        upgrades: Upgrades,
        reconcile_every: timedelta,
        keep_service_rooms: timedelta,
    ) -> None:
        self._pool = pool
        self._school = school
        self._tower = tower
        self._reconcile = reconcile
        self._checks = checks
        self._upgrades = upgrades
        self._every = reconcile_every
        self._keep = keep_service_rooms
        self._looks_twice = False
        self._kinds: Mapping[str, Ring] = {
            "reconcile": self._walk,
            "partitions": self._partitions,
            "passes": self._passes,
            "question": self._question,
            "take_away": self._take_away,
            "digest": self._digest,
            "desired": self._compare,
            "follow": self._follow,
        }

    async def set_standing_timers(self) -> None:
        """Set the timers that always run, unless they are set already."""
        async with self._pool.acquire() as connection:
            for kind in ("reconcile", "partitions", "passes"):
                await timers.set_(connection, kind, "", wait=timedelta())
            for room in self._school.managed:
                policy = self._school.policy_of(room.kind)
                if policy is not None and policy.digest.every is not None:
                    await timers.set_(
                        connection, "digest", room.room_id, wait=policy.digest.every
                    )

    async def reconcile_now(self) -> None:
        """Walk all rooms as soon as possible: something may be missing."""
        async with self._pool.acquire() as connection:
            await timers.hurry(connection, "reconcile")
        self._tower.bell("timers").ring()

    async def ring_next(self) -> bool:
        """Do what is due; False: nothing is."""
        async with self._pool.acquire() as connection:
            due = await timers.claim(connection, limit=1)
        for timer in due:
            again = await self._ring(timer)
            async with self._pool.acquire() as connection:
                if again is None:
                    await timers.end(connection, timer)
                else:
                    await timers.repeat(connection, timer, wait=again)
        return bool(due)

    async def seconds_to_next(self) -> float | None:
        """Say in how many seconds the next timer is due; None: there is none."""
        async with self._pool.acquire() as connection:
            return await timers.next_due(connection)

    async def _ring(self, timer: Timer) -> timedelta | None:
        ring = self._kinds.get(timer.kind)
        if ring is None:
            # Of a newer version, perhaps: it is not ours to throw away.
            log.warning("unknown timer", extra={"kind": timer.kind})
            return DAY
        return await ring(timer)

    async def _walk(self, _timer: Timer) -> timedelta:
        try:
            found = await self._reconcile.everything()
        except Unavailable as failure:
            # Not left to fail: its timer would be claimed for minutes, and whoever
            # finds the homeserver back could not hurry it.
            log.warning("rooms are walked later", extra={"because": str(failure)})
            if not failure.is_away:
                # One room that cannot be walked, perhaps for ever, keeps no other back.
                await self._checks.all()
            return AGAIN_SOON
        await self._checks.all()
        # Once more after a gap: where Synapse has caught up with us, a transaction that
        # it made in that very moment is left lying (it noted us as down and awaits no
        # recovery any more), while later ones come.
        self._looks_twice = bool(found) and not self._looks_twice
        return AGAIN_SOON if self._looks_twice else self._every

    async def _partitions(self, _timer: Timer) -> timedelta:
        async with self._pool.acquire() as connection:
            await prepare_partitions(connection)
            dropped = await partitions.drop_service(connection, keep=self._keep)
        if dropped:
            log.info("old service rooms' events dropped", extra={"months": dropped})
        return DAY

    async def _passes(self, _timer: Timer) -> timedelta:
        async with self._pool.acquire() as connection:
            await passes.expire(connection)
        return DAY

    async def _compare(self, timer: Timer) -> None:
        """Compare a room with what it should be, or all; the look sets when again."""
        if timer.subject:
            await self._checks.room(RoomId(timer.subject))
        else:
            await self._checks.all()

    async def _follow(self, timer: Timer) -> timedelta | None:
        """Go on in a room that took the place of another."""
        try:
            await self._upgrades.follow(RoomId(timer.subject))
        except Unavailable as failure:
            log.warning("room is followed later", extra={"because": str(failure)})
            return AGAIN_SOON
        return None

    async def _question(self, timer: Timer) -> timedelta | None:
        again = await overdue(self._pool, self._school, int(timer.subject))
        self._tower.ring("outbox")
        return again

    async def _digest(self, timer: Timer) -> timedelta | None:
        """Post the rules in short (B1-52); None: the policy has none any more."""
        room = self._school.rooms.get(RoomId(timer.subject))
        policy = self._school.policy_of(room.kind) if room else None
        if room is None or policy is None or policy.digest.every is None:
            return None
        if room.successor is None and room.mode is Mode.ENFORCE:
            row = Decided(
                id=uuid4(),
                room_id=room.room_id,
                action=digest(self._school, room, policy),
                rule="digest",
            )
            async with self._pool.acquire() as connection, connection.transaction():
                await post(connection, [row])
            self._tower.ring("outbox")
        return policy.digest.every

    async def _take_away(self, timer: Timer) -> timedelta | None:
        again = await take_away(self._pool, UUID(timer.subject))
        self._tower.ring("outbox")
        return again

    async def measure(self) -> None:
        """Read the gauges that are asked of the database."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(inbox.OLDEST)
        metrics.INBOX.set(row["waiting"])
        metrics.INBOX_AGE.set(row["inbox_age"] or 0)
        metrics.OUTBOX.set(row["outbox_waiting"])
        metrics.OUTBOX_AGE.set(row["outbox_age"] or 0)
        metrics.PARKED_NOW.set(row["parked"])


async def prepare_partitions(connection: Any) -> None:
    """Make the partitions ahead; where that fails, the default ones take what comes."""
    try:
        await partitions.prepare(connection)
    except asyncpg.PostgresError as error:
        if is_away(error):
            raise
        # Its name alone: the message of Postgres may quote a row.
        extra = {"error": type(error).__name__}
        log.error("partitions not made", extra=extra)  # noqa: TRY400
