"""Where the database is: the school's own, or an embedded one that runs with us."""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

from appservice.config import Config, database_url
from appservice.embedded.postgres import Postgres, running_url
from appservice.store import schema
from appservice.store.pool import is_away, open_pool

log = logging.getLogger(__name__)

DATABASE: Final = "homeroom"
"""Name of the database in the embedded Postgres."""


class DatabaseAway(Exception):
    """The database cannot be reached; the message says why and what to do."""

    def __init__(self, error: Exception) -> None:
        # The url is not quoted: it may hold a password.
        said = str(error) or type(error).__name__
        super().__init__(
            f"the database cannot be reached ({said}): start it, or correct "
            "database.url in the configuration"
        )


@contextlib.contextmanager
def reaching() -> Iterator[None]:
    """
    Connect in here, where nobody waits for the database to come up.

    Raises:
        DatabaseAway: In the place of what asyncpg says, which names no remedy.
    """
    try:
        yield
    except Exception as error:
        if not is_away(error):
            raise
        raise DatabaseAway(error) from error


@contextlib.asynccontextmanager
async def database(
    config: Config, *, quietly: bool = False, migrate: bool = True
) -> AsyncIterator[str]:
    """
    Yield the URL of the database, starting the embedded one where none is named.

    Args:
        quietly: For a short command: do not say that the database is embedded.
        migrate: Whether to bring the embedded one to the newest revision. Nobody else
            could: it lives only while we do.

    Raises:
        EmbeddedError: The data directory is of another version, or in use.
    """
    url = database_url(config)
    if url is not None:
        yield url
        return
    directory = config.database.directory
    running = running_url(directory, DATABASE) if quietly else None
    if running is not None:
        yield running
        return
    if not quietly:
        log.warning(
            "embedded database: good for a pilot; set database.url for more",
            extra={"directory": directory},
        )
    async with Postgres(directory=directory) as postgres:
        await postgres.create_database(DATABASE)
        if migrate:
            await schema.upgrade(postgres.url(DATABASE))
        yield postgres.url(DATABASE)


@contextlib.asynccontextmanager
async def pool_on(url: str, *, patience: float = math.inf) -> AsyncIterator[Any]:
    """
    Yield a pool, waiting for the database to come up.

    Args:
        patience: Seconds after which to give up.

    Raises:
        WrongSchema: It names what to run.
        DatabaseAway: It did not come up in time.
    """
    pool = await _open_when_up(url, patience)
    try:
        async with pool.acquire() as connection:
            await schema.require_newest(connection)
        yield pool
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await pool.close()
        pool.terminate()


async def _open_when_up(url: str, patience: float) -> Any:
    wait, waited = 0.5, 0.0
    while True:
        try:
            return await open_pool(url)
        except Exception as error:
            if not is_away(error):
                raise
            if waited >= patience:
                raise DatabaseAway(error) from error
            log.warning("database away, waiting", extra={"error": type(error).__name__})
            await asyncio.sleep(wait)
            waited, wait = waited + wait, min(wait * 2, 5)
