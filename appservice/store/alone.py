"""Whether this process is the only one on the database, and what follows from it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, Final

import asyncpg

from appservice.store import outbox, timers

log = logging.getLogger(__name__)

# Every process holds this lock, shared, as long as it runs (see also services/bell.py).
ALONE: Final = "SELECT pg_try_advisory_lock(1752132965, 2)"
RUNNING: Final = "SELECT pg_advisory_lock_shared(1752132965, 2)"
NOT_RUNNING: Final = "SELECT pg_advisory_unlock_shared(1752132965, 2)"
A_RESTORE: Final = 86_400.0
"""Seconds; as long as none may take."""
NO_LONGER_ALONE: Final = "SELECT pg_advisory_unlock(1752132965, 2)"


async def take_over(guard: Any) -> None:
    """
    Make due what a dead process of ours had claimed.

    Only while no other process runs, which would have claims of its own: the lock
    tells. After a crash it is free once Postgres has noticed, which takes a moment.
    """
    for _ in range(20):
        if await guard.fetchval(ALONE):
            await outbox.release(guard)
            await timers.release(guard)
            await guard.execute(RUNNING)
            await guard.execute(NO_LONGER_ALONE)
            return
        await asyncio.sleep(0.1)
    await guard.execute(RUNNING)
    log.info("another process runs; sharing the work with it")


async def let_others_finish(connection: Any) -> None:
    """Wait while the database is being restored; nothing is read or written before."""
    await connection.execute(RUNNING, timeout=A_RESTORE)
    await connection.execute(NOT_RUNNING)


@contextlib.asynccontextmanager
async def keeping_others_out(url: str) -> AsyncIterator[bool]:
    """
    Hold the lock of the running service; yield whether we have it.

    False: a service runs. True: one that is started meanwhile waits until the end,
    see ``let_others_finish``.
    """
    guard = await asyncpg.connect(url)
    try:
        yield bool(await guard.fetchval(ALONE))
    finally:
        await guard.close()
