"""``homeroom db``: the database's schema."""

import asyncio
from pathlib import Path

import asyncpg
import click

from appservice import config as configuration
from appservice.cli.options import CONFIG
from appservice.database import database, reaching
from appservice.store import schema


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@CONFIG
def upgrade(config_path: Path) -> None:
    """Bring the schema to the newest revision. Safe to run twice, or at once."""
    asyncio.run(_upgrade(config_path))
    click.echo(f"database at revision {schema.newest()}")


@db.command()
@CONFIG
@click.pass_context
def status(ctx: click.Context, config_path: Path) -> None:
    """Say which revision the database has; exit code 1 if it is not the newest."""
    have, want = asyncio.run(_status(config_path)), schema.newest()
    if have == want:
        click.echo(f"database at revision {have}, the newest")
        return
    click.echo(
        f"database at revision {have or 'none'}, this program needs {want}: "
        f"run `homeroom db upgrade`"
    )
    ctx.exit(1)


async def _upgrade(config_path: Path) -> None:
    config = configuration.load(config_path)
    async with database(config, quietly=True) as url:
        with reaching():
            await schema.upgrade(url)


async def _status(config_path: Path) -> str | None:
    config = configuration.load(config_path)
    async with database(config, quietly=True, migrate=False) as url:
        with reaching():
            connection = await asyncpg.connect(url)
        try:
            return await schema.revision_of(connection)
        finally:
            await connection.close()
