"""Cooling down: short, for those the roster knows, and never over a person's word."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appservice.domain.actions import Tell
from appservice.domain.ids import EventId, UserId
from appservice.domain.rule import CoolDown
from appservice.services.cooling import cool_down
from appservice.store import inbox, mutes
from tests.road import OTHER_PUPIL, PUPIL, ROOM, STRANGER, TEACHER
from tests.services.furnished import kept


@pytest.fixture
async def road(pool):
    return await kept(pool)


async def cool(
    road: Any, *user_ids: UserId, duration: timedelta = timedelta(minutes=10)
) -> list[UserId]:
    wanted = [(EventId("$x"), CoolDown(user_ids=user_ids, duration=duration))]
    async with road.pool.acquire() as connection, connection.transaction():
        turn = await inbox.hold(connection, ROOM)
        assert turn is not None
        rows = await cool_down(
            connection, road.school, turn, wanted, at=datetime.now(tz=UTC)
        )
    told = [row.action for row in rows if isinstance(row.action, Tell)]
    assert len(told) == len(rows)
    return [tell.user_id for tell in told]


async def running(road: Any) -> dict[UserId, Any]:
    rows = await road.fetch(
        "SELECT user_id, by_user, until - now() AS left FROM mutes "
        "WHERE ended_at IS NULL ORDER BY user_id"
    )
    return {row["user_id"]: row for row in rows}


async def test_those_who_quarrel_only_read_and_are_told(road):
    assert sorted(await cool(road, PUPIL, OTHER_PUPIL)) == [OTHER_PUPIL, PUPIL]
    found = await running(road)
    assert set(found) == {PUPIL, OTHER_PUPIL}
    assert {row["by_user"] for row in found.values()} == {road.school.bot}


async def test_it_is_never_longer_than_half_an_hour(road):
    """What may happen without a person is short, whatever the policy says."""
    await cool(road, PUPIL, duration=timedelta(days=3))

    assert (await running(road))[PUPIL]["left"] <= timedelta(minutes=30)


async def test_whom_the_roster_does_not_know_is_left_alone(road):
    assert await cool(road, STRANGER) == []
    assert await running(road) == {}


async def test_what_a_person_decided_is_left_as_it_is(road):
    async with road.pool.acquire() as connection:
        await mutes.mute(
            connection,
            ROOM,
            PUPIL,
            until=datetime.now(tz=UTC) + timedelta(hours=5),
            by=TEACHER,
            because=EventId("$mute"),
            reason=None,
        )

    assert await cool(road, PUPIL) == []
    assert (await running(road))[PUPIL]["left"] > timedelta(hours=4)
