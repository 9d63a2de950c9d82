"""Databases for backup and restore: one with a life in it, and empty ones."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appservice.embedded.postgres import Postgres
from tests.backup.place import configuration, live
from tests.databases import copy_of

LIVED = "template_lived"


@pytest.fixture(scope="session")
def lived(postgres: Postgres) -> str:
    """Name a database with a life in it, to be copied."""
    asyncio.run(live(postgres, LIVED))
    return LIVED


@pytest.fixture
async def school(postgres: Postgres, lived: str) -> AsyncIterator[str]:
    """Return the URL of a database that tests may change."""
    async with copy_of(postgres, lived) as url:
        yield url


@pytest.fixture
async def empty(postgres: Postgres) -> AsyncIterator[str]:
    """Return the URL of a database with nothing in it."""
    async with copy_of(postgres, "template1") as url:
        yield url


@pytest.fixture
def config(tmp_path: Path, school: str) -> Path:
    """Return the configuration of a school."""
    return configuration(tmp_path / "data", school)
