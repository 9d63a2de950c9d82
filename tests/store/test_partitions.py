"""The months of the events, also after a long silence."""

from datetime import timedelta
from typing import Any

import pytest

from appservice.store import partitions
from tests.road import BAD, ROOM, build, raw

MONTHS = """
    SELECT inhrelid::regclass::text
      FROM pg_inherits
     WHERE inhparent = 'events_managed'::regclass
       AND inhrelid::regclass::text ~ '[0-9]{6}$'
"""
IN_REST = "SELECT count(*) FROM events_managed_rest"


async def _let_months_pass(pool: Any) -> None:
    """The service was off for so long that no partition of now was made."""
    for (name,) in await pool.fetch(MONTHS):
        await pool.execute(f"DROP TABLE {name}")


async def test_a_month_that_began_in_the_default_partition_is_made(pool):
    """What came before the timer rang is moved, and is judged like the rest."""
    road = await build(pool)
    await _let_months_pass(pool)
    await road.take(raw(BAD, event_id="$early"))
    assert await pool.fetchval(IN_REST) == 1

    async with pool.acquire() as connection:
        await partitions.prepare(connection)
    await road.take(raw("你好", event_id="$late"))

    assert await pool.fetchval(IN_REST) == 0
    assert len(await pool.fetch(MONTHS)) == partitions.MONTHS_AHEAD + 1
    rows = await road.fetch("SELECT event_id FROM events WHERE room_id = $1", ROOM)
    assert sorted(event_id for (event_id,) in rows) == ["$early", "$late"]
    await road.judge()
    assert await road.actions("redact") == [("redact", "$early", "waiting")]
    await road.tower.close()


async def test_only_the_rows_of_the_month_are_moved(pool):
    """Events of a month that nobody makes stay where they are."""
    road = await build(pool)
    await _let_months_pass(pool)
    await road.take(raw(event_id="$now"), raw(event_id="$old"))
    await pool.execute(
        "UPDATE events SET received_at = received_at - interval '100 days' "
        "WHERE event_id = '$old'"
    )

    async with pool.acquire() as connection:
        await partitions.prepare(connection)

    left = await pool.fetch("SELECT event_id FROM events_managed_rest")
    assert [event_id for (event_id,) in left] == ["$old"]
    await road.tower.close()


async def test_a_month_made_this_way_has_the_indexes_of_the_others(pool):
    """Without its key, an event could be on record twice."""
    names = "SELECT count(*) FROM pg_indexes WHERE tablename = $1"
    before = sorted(name for (name,) in await pool.fetch(MONTHS))
    wanted = await pool.fetchval(names, "events_managed_rest")
    await _let_months_pass(pool)
    async with pool.acquire() as connection:
        await partitions.prepare(connection)

    assert await pool.fetchval(names, before[0]) == wanted


async def test_making_them_twice_changes_nothing(pool):
    async with pool.acquire() as connection:
        await partitions.prepare(connection)
        before = await pool.fetch(MONTHS)
        await partitions.prepare(connection)

    assert await pool.fetch(MONTHS) == before


@pytest.mark.parametrize("days", [10, 60])
async def test_service_rooms_months_go_whole(pool, days):
    """A month goes when all of it is older than is kept."""
    keep = timedelta(days=days)
    async with pool.acquire() as connection:
        await connection.execute("SELECT make_partition('service', '2020-01-01')")

        assert await partitions.drop_service(connection, keep=keep) == 1
        assert await partitions.drop_service(connection, keep=keep) == 0
