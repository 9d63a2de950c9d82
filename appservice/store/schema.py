"""Which revision the database has, and how it gets to the newest."""

import asyncio
import threading
from pathlib import Path
from typing import Final

import asyncpg

PROJECT: Final = Path(__file__).parents[2]

REVISION: Final = "SELECT version_num FROM alembic_version"

# Between processes the database keeps them apart (alembic/env.py); inside one it is us,
# because Alembic keeps its context in module globals.
_one_at_a_time = threading.Lock()


class WrongSchema(Exception):
    """The database is of another revision than this program."""


def newest() -> str:
    """Name the revision this program is written for: files are numbered in order."""
    files = (PROJECT / "alembic" / "versions").glob("[0-9]*_*.py")
    return max(path.name.partition("_")[0] for path in files)


async def revision_of(connection: asyncpg.Connection) -> str | None:
    """Name the revision of a database; None where there is none yet."""
    try:
        return await connection.fetchval(REVISION)
    except asyncpg.UndefinedTableError:
        return None


async def upgrade(url: str, *, to: str = "head") -> None:
    """
    Bring a database to the newest revision, or to an earlier one.

    Safe to call twice at once: the second waits and finds nothing to do.
    """
    # In a thread, because env.py starts an event loop of its own.
    await asyncio.to_thread(_upgrade, url, to)


async def require_newest(connection: asyncpg.Connection) -> None:
    """
    Refuse a database of another revision.

    Raises:
        WrongSchema: It names both revisions and what to run.
    """
    have, want = await revision_of(connection), newest()
    if have == want:
        return
    if have is not None and have > want:
        raise WrongSchema(
            f"the database is at revision {have}, newer than this program ({want}): "
            f"run the newer version of Homeroom, or restore a backup"
        )
    raise WrongSchema(
        f"the database is at revision {have or 'none'}, this program needs {want}: "
        f"run `homeroom db upgrade`"
    )


def _upgrade(url: str, to: str) -> None:
    # Here, because it takes as long to import as a short command takes in all.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.set_main_option("script_location", str(PROJECT / "alembic"))
    config.attributes["url"] = url
    with _one_at_a_time:
        try:
            command.upgrade(config, to)
        except DBAPIError as error:
            # What asyncpg said, whose names the callers know.
            said = error.orig.__cause__ if error.orig is not None else None
            raise (said or error) from None
