"""Databases for backup and restore: one with a life in it, and empty ones."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from appservice.embedded.postgres import Postgres
from tests.backup.place import configuration, live

LIVED = "template_lived"
_numbers = count(1)


@pytest.fixture(scope="session")
def lived(postgres: Postgres) -> str:
    """Name a database with a life in it, to be copied."""
    asyncio.run(live(postgres, LIVED))
    return LIVED


@pytest.fixture
async def school(postgres: Postgres, lived: str) -> AsyncIterator[str]:
    """Return the URL of a database that tests may change."""
    async for url in _copy_of(postgres, lived):
        yield url


@pytest.fixture
async def empty(postgres: Postgres) -> AsyncIterator[str]:
    """Return the URL of a database with nothing in it."""
    async for url in _copy_of(postgres, "template1"):
        yield url


@pytest.fixture
def config(tmp_path: Path, school: str) -> Path:
    """Return the configuration of a school."""
    return configuration(tmp_path / "data", school)


async def _copy_of(postgres: Postgres, template: str) -> AsyncIterator[str]:
    name = f"backup_{next(_numbers)}"
    control = await asyncpg.connect(postgres.url())
    try:
        await control.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield postgres.url(name)
        await control.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await control.close()
