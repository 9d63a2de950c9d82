"""
What all tests share: a real PostgreSQL, a real Synapse, a clock that stands.

Both servers start once a run and only if a test asks for them. Each test that asks for
``database`` gets a fresh one, cloned from a migrated template: tests commit, as the
service does, and still know nothing of each other.
"""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from appservice.embedded.postgres import Postgres
from appservice.embedded.synapse import Synapse
from appservice.store import schema
from appservice.store.pool import open_pool
from tests.databases import copy_of
from tests.places import folder_for_all

settings.register_profile(
    "ci", derandomize=True, max_examples=300, deadline=None, print_blob=True
)
settings.register_profile(
    "dev",
    max_examples=50,
    deadline=None,  # two cores are shared, a slow example proves nothing
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

TEMPLATE = "template_homeroom"
MORNING = datetime(2026, 9, 7, 0, 0, tzinfo=UTC)
"""The first Monday of a school year, eight o'clock in Shanghai."""


class FixedClock:
    """A clock that stands until a test moves it; call it for the time."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; return what time it is then."""
        self.now += by
        return self.now


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark who asks for a Synapse: ``-m "not synapse"`` is the quick run."""
    for item in items:
        if "synapse" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.synapse)


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that says ``MORNING``."""
    return FixedClock()


@pytest.fixture
def processor_time() -> Iterator[Callable[[], float]]:
    """
    Return a clock of the seconds that this thread computes.

    It stands while other processes are served, and what earlier tests left in memory
    is not looked through for garbage meanwhile: after some thousand tests that took
    0.44 s, and the slowest search 0.1.
    """
    gc.freeze()
    yield time.thread_time
    gc.unfreeze()


@pytest.fixture(scope="session")
def servers_directory() -> Iterator[Path]:
    """Return a folder that every account may enter."""
    with folder_for_all() as path:
        yield path


@pytest.fixture(scope="session")
def postgres(servers_directory: Path) -> Iterator[Postgres]:
    """Start a PostgreSQL for this run, with a migrated template database."""
    server = Postgres(directory=servers_directory / "postgres", durable=False)
    asyncio.run(server.start())
    try:
        asyncio.run(_make_template(server))
        yield server
    finally:
        asyncio.run(server.stop())


async def _make_template(server: Postgres) -> None:
    await server.create_database(TEMPLATE)
    await schema.upgrade(server.url(TEMPLATE))


@pytest.fixture(scope="session")
def synapse(postgres: Postgres, servers_directory: Path) -> Iterator[Synapse]:
    """Start a Synapse for this run: ``school.test``, without application services."""
    server = Synapse(directory=servers_directory / "synapse", postgres=postgres)
    asyncio.run(server.start())
    try:
        yield server
    finally:
        asyncio.run(server.stop())


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[str]:
    """Return the URL of a fresh database at the newest revision."""
    async with copy_of(postgres, TEMPLATE) as url:
        yield url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Return connections to a fresh database at the newest revision."""
    connections = await open_pool(database)
    yield connections
    # Not close(): a test that failed may still hold one.
    connections.terminate()
