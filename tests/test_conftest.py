"""The fixtures themselves: each test has a database and a time of its own."""

from datetime import timedelta

import asyncpg
import pytest

from appservice.embedded.synapse import Synapse
from appservice.store.schema import require_newest
from tests.conftest import MORNING, FixedClock


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_nothing_of_another_test_is_there(pool: asyncpg.Pool, turn: str):
    """What one test commits, the next one does not see."""
    await pool.execute("CREATE TABLE left_behind AS SELECT $1::text AS turn", turn)

    assert await pool.fetchval("SELECT count(*) FROM left_behind") == 1


async def test_the_database_is_at_the_newest_revision(pool: asyncpg.Pool):
    """Tests run on what a school runs on."""
    async with pool.acquire() as connection:
        await require_newest(connection)


def test_the_clock_stands_until_it_is_moved(clock: FixedClock):
    """Time passes when a test says so."""
    assert clock() == clock() == MORNING

    clock.advance(timedelta(minutes=5))

    assert clock() - MORNING == timedelta(minutes=5)


def test_who_asks_for_a_synapse_is_marked(
    synapse: Synapse, request: pytest.FixtureRequest
):
    """The quick run leaves these out."""
    assert synapse.pid is not None
    assert request.node.get_closest_marker("synapse") is not None
