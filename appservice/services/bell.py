"""Bells: what wakes a waiting loop. Only a poll is the truth; a bell is just sooner."""

import asyncio
import logging
import os
from typing import Any, Final

log = logging.getLogger(__name__)

CHANNEL: Final = "homeroom"

NOTIFY: Final = "SELECT pg_notify($1, $2)"

# Every process that listens holds these locks, shared: the first to be counted by, the
# second so that no other one takes it for dead (app.py), also after Postgres restarted.
HERE: Final = """
    SELECT pg_advisory_lock_shared(1752132965, 1),
           pg_advisory_lock_shared(1752132965, 2)
"""
GONE: Final = """
    SELECT pg_advisory_unlock_shared(1752132965, 1),
           pg_advisory_unlock_shared(1752132965, 2)
"""
LISTENERS: Final = """
    SELECT count(*)
      FROM pg_locks
     WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND classid = 1752132965
       AND objid = 1
"""

QUIET: Final = 0.05
"""Seconds in which rings to other processes are gathered into one."""


class Bell:
    """Wakes one loop of this process."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or the next one who does."""
        self._event.set()

    async def wait(self, *, at_most: float) -> None:
        """Wait for a ring, at most this many seconds."""
        try:
            async with asyncio.timeout(at_most):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Tower:
    """
    The bells of all processes on one database.

    A local ring is immediate. Others, if there are any, hear of it by ``NOTIFY`` a
    moment later, gathered: each takes a lock that all of Postgres shares and a flush of
    the disk that fresh redactions would wait for.
    """

    def __init__(self, pool: Any, *, me: str | None = None) -> None:
        self.pool = pool
        self._bells: dict[str, Bell] = {}
        self._pending: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._me = me or f"{os.getpid()}-{id(self)}"
        self._has_company = True

    def bell(self, name: str) -> Bell:
        """Return the bell of this name, the same every time."""
        return self._bells.setdefault(name, Bell())

    def ring(self, name: str) -> None:
        """Ring here now, and elsewhere soon."""
        self.bell(name).ring()
        if not self._has_company:
            return
        self._pending.add(name)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._tell_others())

    async def look_around(self, connection: Any) -> None:
        """See whether other processes listen on this database."""
        self._has_company = await self.listeners(connection) > 1

    async def listeners(self, connection: Any) -> int:
        """Count the processes that listen on this database, this one included."""
        return int(await connection.fetchval(LISTENERS))

    async def listen(self) -> None:
        """Hear the other processes until cancelled or the connection is lost."""
        async with self.pool.acquire() as connection:
            await connection.execute(HERE)
            await connection.add_listener(CHANNEL, self._heard)
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())
            try:
                await lost.wait()
            finally:
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, self._heard)
                    await connection.execute(GONE)
        raise ConnectionError("the connection that listens for other processes ended")

    async def close(self) -> None:
        """Send what is still to be told."""
        if self._sending is not None:
            await asyncio.gather(self._sending, return_exceptions=True)

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        sender, _, name = payload.partition(" ")
        if sender != self._me and name in self._bells:
            self._bells[name].ring()

    async def _tell_others(self) -> None:
        await asyncio.sleep(QUIET)
        names, self._pending = self._pending, set()
        try:
            async with self.pool.acquire() as connection:
                for name in names:
                    await connection.execute(NOTIFY, CHANNEL, f"{self._me} {name}")
        except Exception as error:  # noqa: BLE001
            # Nothing is lost by it: the others poll.
            log.debug("no bell rung elsewhere", extra={"error": type(error).__name__})
