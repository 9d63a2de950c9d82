"""What is due by the clock, also while the homeserver comes and goes."""

from datetime import timedelta

import pytest

from appservice.services.room_check import RoomChecks
from appservice.services.upgrades import Upgrades
from appservice.services.upkeep import Upkeep
from appservice.store import timers
from tests.fakes.homeserver import BOT, failing
from tests.road import BAD, PUPIL, ROOM
from tests.services.outward import OTHER_ROOM, Outward, outward


@pytest.fixture
async def out(pool):
    async with outward(pool) as built:
        yield built


def upkeep_of(out: Outward) -> Upkeep:
    return Upkeep(
        out.pool,
        out.road.school,
        out.road.tower,
        reconcile=out.reconcile,
        checks=RoomChecks(out.pool, out.road.school, out.road.tower),
        upgrades=Upgrades(out.pool, out.client, out.road.school, out.road.tower),
        reconcile_every=timedelta(minutes=10),
        keep_service_rooms=timedelta(days=90),
    )


async def test_a_walk_that_failed_is_made_at_once_when_the_homeserver_is_back(out):
    """The homeserver restarts under a walk; what it lost must not wait for minutes."""
    upkeep = upkeep_of(out)
    await out.homeserver.go_away()
    await upkeep.reconcile_now()
    assert await upkeep.ring_next()

    await out.homeserver.come_back()
    bad = out.homeserver.say(ROOM, PUPIL, BAD)
    await upkeep.reconcile_now()

    assert await upkeep.ring_next()
    await out.road.judge()
    assert await out.road.actions("redact") == [("redact", bad, "waiting")]


async def test_after_a_gap_the_rooms_are_walked_once_more(out):
    """Synapse can leave one transaction lying at the moment it has caught up."""
    upkeep = upkeep_of(out)
    out.homeserver.say(ROOM, PUPIL)
    waits = []
    for _ in range(3):
        await upkeep.reconcile_now()
        await upkeep.ring_next()
        waits.append(await upkeep.seconds_to_next() or 0)

    assert waits[0] < 15
    assert waits[1] > 500
    assert waits[2] > 500


async def test_a_walk_that_we_died_in_is_made_at_once_when_we_are_back(out):
    """What the homeserver lost meanwhile must not stay visible for minutes."""
    upkeep = upkeep_of(out)
    await upkeep.reconcile_now()
    async with out.pool.acquire() as connection:
        assert await timers.claim(connection, limit=1)
        await timers.release(connection)
    bad = out.homeserver.say(ROOM, PUPIL, BAD)

    assert await upkeep.ring_next()
    await out.road.judge()
    assert await out.road.actions("redact") == [("redact", bad, "waiting")]


async def test_a_walk_that_failed_is_made_again_by_itself(out):
    """Even if nobody notices that the homeserver is back."""
    upkeep = upkeep_of(out)
    await out.homeserver.go_away()
    await upkeep.reconcile_now()
    await upkeep.ring_next()

    seconds = await upkeep.seconds_to_next()

    assert seconds is not None
    assert float(seconds) < 15


async def test_a_room_that_cannot_be_walked_keeps_no_other_from_being_compared(out):
    """Synapse answers 500 for one broken room, perhaps for ever."""
    upkeep = upkeep_of(out)
    create = {"room_version": "12"}
    out.homeserver.set_state(OTHER_ROOM, BOT, "m.room.create", create)
    out.homeserver.fail("messages", failing(), room_id=ROOM)
    await upkeep.reconcile_now()
    await upkeep.ring_next()

    rows = await out.road.fetch("SELECT room_id FROM actions WHERE kind = 'set_state'")
    assert {row["room_id"] for row in rows} == {OTHER_ROOM}


async def test_partitions_that_cannot_be_made_keep_no_old_ones(out, pool, caplog):
    """What children wrote in private must go in time, whatever else is broken."""
    await pool.execute("SELECT make_partition('service', '2020-01-01')")
    await pool.execute("ALTER FUNCTION make_partition RENAME TO gone")
    upkeep = upkeep_of(out)
    await upkeep.set_standing_timers()
    while await upkeep.ring_next():
        pass

    left = await pool.fetchval("SELECT to_regclass('events_service_202001')::text")
    assert left is None
    assert "partitions not made" in caplog.messages
