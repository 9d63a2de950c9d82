"""Connections to Postgres."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")


async def open_pool(url: str, *, size: int = 6) -> Any:
    """
    Open a pool of at most ``size`` connections.

    Raises:
        OSError, asyncpg.PostgresError: The database cannot be reached or refuses us.
    """
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        command_timeout=60,
        # Nothing of ours outlives its transaction, so there is nothing to reset; asking
        # Postgres to would cost a round trip each time a connection is given back.
        reset=_leave_no_transaction,
        # Short statements: compiling them costs more than running them.
        server_settings={"application_name": "homeroom", "jit": "off"},
    )


async def _leave_no_transaction(connection: Any) -> None:
    """
    Throw away a connection whose transaction nobody ended.

    What came next on it would be acknowledged and never committed.
    """
    if connection.is_in_transaction():
        connection.terminate()


async def patiently(attempt: Callable[[], Awaitable[T]], *, at_most: float = 20.0) -> T:
    """
    Do something again while the database is away, as while it restarts.

    Args:
        at_most: Seconds; the last failure is raised then.
    """
    until = asyncio.get_running_loop().time() + at_most
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not is_away(error) or asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(0.25)


def is_away(error: BaseException) -> bool:
    """
    Tell a database that is away or restarting from one that says no.

    What is away comes back: the caller tries again, and nothing is parked for it.
    """
    return isinstance(
        error,
        (
            OSError,
            TimeoutError,
            asyncpg.PostgresConnectionError,
            asyncpg.OperatorInterventionError,
            asyncpg.InsufficientResourcesError,
            asyncpg.InterfaceError,
        ),
    )
