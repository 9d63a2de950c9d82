"""What a database holds, seen from outside: before it is saved or replaced."""

from dataclasses import dataclass
from typing import Final

import asyncpg

from appservice.store.schema import revision_of

TABLES: Final = """
    SELECT count(*)
      FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
SORTS: Final = """
    SELECT to_regclass('public.watermarks') IS NOT NULL
           AND to_regclass('public.alembic_version') IS NOT NULL,
           to_regclass('public.applied_schema_deltas') IS NOT NULL
"""
SIZE: Final = "SELECT pg_database_size(current_database())"
OTHERS: Final = """
    SELECT count(*)
      FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
ROOMS: Final = "SELECT count(*) FROM rooms"
EVENTS: Final = "SELECT count(*) FROM events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A database from outside."""

    server: int
    """The version of PostgreSQL, the number before the point."""
    size: int
    """Bytes on the server's disk."""
    tables: int
    is_ours: bool
    is_synapses: bool
    others: int
    """How many connections there are beside this one."""
    revision: str | None = None
    rooms: int = 0
    events: int = 0


async def look(url: str) -> Contents:
    """
    Say what a database holds.

    Raises:
        OSError, asyncpg.PostgresError: It cannot be reached or refuses us.
    """
    connection = await asyncpg.connect(url)
    try:
        ours, synapses = await connection.fetchrow(SORTS)
        return Contents(
            server=connection.get_server_version().major,
            size=await connection.fetchval(SIZE),
            tables=await connection.fetchval(TABLES),
            is_ours=ours,
            is_synapses=synapses,
            others=await connection.fetchval(OTHERS),
            revision=await revision_of(connection) if ours else None,
            rooms=await connection.fetchval(ROOMS) if ours else 0,
            events=await connection.fetchval(EVENTS) if ours else 0,
        )
    finally:
        await connection.close()
