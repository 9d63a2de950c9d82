"""Databases that tests may change, each a copy of a template."""

import contextlib
from collections.abc import AsyncIterator
from itertools import count

import asyncpg

from appservice.embedded.postgres import Postgres

_numbers = count(1)


@contextlib.asynccontextmanager
async def copy_of(postgres: Postgres, template: str) -> AsyncIterator[str]:
    """Yield the URL of a fresh copy; it is dropped afterwards, whoever is in it."""
    name = f"test_{next(_numbers)}"
    control = await asyncpg.connect(postgres.url())
    try:
        await control.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
        )
        yield postgres.url(name)
        await control.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await control.close()
