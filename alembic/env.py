"""Runs migrations over asyncpg, one upgrade at a time."""

import asyncio
import os

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('homeroom migrations'))")
DO_NOT_WAIT_FOR_EVER = text("SET LOCAL lock_timeout = '60s'")


def migrate(connection: Connection) -> None:
    """Upgrade in one transaction; a second upgrade waits, then finds nothing to do."""
    context.configure(connection=connection)
    with context.begin_transaction():
        connection.execute(DO_NOT_WAIT_FOR_EVER)
        connection.execute(ONE_AT_A_TIME)
        context.run_migrations()


async def main() -> None:
    """Connect as asyncpg does everywhere else, so that one URL serves both."""
    url = context.config.attributes.get("url") or os.environ["HOMEROOM_DATABASE_URL"]
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(url),
        poolclass=NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
