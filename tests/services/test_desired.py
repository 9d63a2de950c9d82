"""A room is put right by what happens in it; the homeserver is not asked."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appservice.domain.corrections import AT_MOST
from appservice.domain.ids import EventId, PersonId, UserId
from appservice.domain.people import Person, Role
from appservice.domain.rooms import Mode
from appservice.services.room_check import RoomChecks
from appservice.store import mutes, roster, switches, timers
from tests.road import (
    BOT,
    KEEPER,
    PEOPLE,
    PUPIL,
    ROOM,
    STRANGER,
    TEACHER,
    raw,
)
from tests.services.furnished import (
    NAMES,
    decided,
    kept,
    member,
    settle,
    state,
)


@pytest.fixture
async def road(pool):
    return await kept(pool)


async def test_a_furnished_room_comes_to_rest(road):
    """Levels and settings are written once, then nothing differs any more."""
    first = await decided(road, "set_state")
    await settle(road)

    assert {each["type"] for each in first} >= {
        "m.room.power_levels",
        "m.room.topic",
        "m.room.history_visibility",
    }
    before = len(await road.actions())
    checks = RoomChecks(road.pool, road.school, road.tower)
    assert await checks.all() == 0
    assert len(await road.actions()) == before


async def test_a_false_name_is_put_right_with_all_else_it_said(road):
    await settle(road)
    await road.take(member(PUPIL, "小明哥哥", avatar_url="mxc://a/b", extra={"a": 1}))
    await road.judge()

    [rename] = await decided(road, "rename")
    assert rename["content"] == {
        "membership": "join",
        "displayname": "小明",
        "avatar_url": "mxc://a/b",
        "extra": {"a": 1},
    }
    [row] = await road.fetch("SELECT sender, state_key FROM passes")
    assert tuple(row) == (PUPIL, PUPIL)
    told = [each["notice"]["name"] for each in await decided(road, "tell")]
    assert told == ["name_put_right"]


async def test_our_own_rename_ends_the_action_and_is_no_deviation(road):
    await settle(road)
    await road.take(member(PUPIL, "大王"))
    await road.judge()
    await road.take(member(PUPIL, "小明"))
    await road.judge()

    [rename] = await decided(road, "rename")
    assert rename["status"] == "done"
    [row] = await road.fetch("SELECT is_false, put_right FROM false_names")
    assert not row["is_false"]
    assert len(row["put_right"]) == 1


async def test_who_left_at_once_is_not_renamed(road):
    """In one batch: false name, and gone."""
    await settle(road)
    await road.take(member(PUPIL, "大王"), member(PUPIL, membership="leave"))
    await road.judge()

    assert await decided(road, "rename") == []


async def test_a_name_that_nobody_can_write_for_the_bearer_is_hidden(road, pool):
    """Of another homeserver, or an administrator's account."""
    admin = UserId("@admin-li:school.test")
    people = [
        *PEOPLE,
        replace(PEOPLE[0], id=PersonId("s9"), name="李四", user_id=admin),
    ]
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, people, source="test", content=b"")
    await settle(road)
    await road.take(member(admin, "大王"))
    await road.judge()

    assert await decided(road, "rename") == []
    [redact] = await decided(road, "redact")
    assert redact["notice"]["name"] == "name"
    assert "name_hidden" in {
        each["notice"]["name"] for each in await decided(road, "tell")
    }


async def test_a_name_that_was_hidden_is_not_hidden_again_and_again(road, pool):
    """The homeserver has emptied the event; so have we."""
    admin = UserId("@admin-li:school.test")
    person = replace(PEOPLE[0], id=PersonId("s9"), name="李四", user_id=admin)
    async with pool.acquire() as connection, connection.transaction():
        people = [*PEOPLE, person]
        await roster.replace(connection, people, source="test", content=b"")
    await settle(road)
    await road.take(member(admin, "大王"))
    await road.judge()
    [redact] = await decided(road, "redact")
    target = redact["event_id"]
    content = {"redacts": target, "reason": "x"}
    await road.take(raw(type_="m.room.redaction", content=content, sender=BOT))
    await road.judge()
    await settle(road)
    for _ in range(3):
        await RoomChecks(pool, road.school, road.tower).all()

    assert len(await decided(road, "redact")) == 1
    told = [each["notice"]["name"] for each in await decided(road, "tell")]
    assert told.count("name_hidden") == 1


async def test_a_stranger_under_a_teachers_name_is_unmasked_and_reported(road):
    await settle(road)
    await road.take(member(STRANGER, "王 老师"), member(STRANGER + "2", "小明"))
    await road.judge()

    [redact] = await decided(road, "redact")
    assert "name_stranger" in {
        each["notice"]["name"] for each in await decided(road, "call")
    }
    assert redact["notice"]["name"] == "name"


async def test_what_is_changed_by_hand_is_put_back_and_its_author_told(road):
    await settle(road)
    levels = {"users": {PUPIL: 50}, "events_default": 0, "x": 1}
    await road.take(state("m.room.power_levels", levels, sender=PUPIL))
    await road.judge()

    last = (await decided(road, "set_state"))[-1]
    assert PUPIL not in last["content"]["users"]
    assert last["content"]["users"][TEACHER] == 60
    assert last["content"]["x"] == 1
    assert last["rule"] == "levels"
    [tell] = await decided(road, "tell")
    assert tell["user_id"] == PUPIL
    assert tell["notice"]["name"] == "put_back_levels"


async def test_what_those_in_charge_choose_by_hand_is_what_is_put_back(road):
    await settle(road)
    await road.take(state("m.room.topic", {"topic": "家长会周五"}, sender=TEACHER))
    await road.judge()
    await settle(road)
    await road.take(state("m.room.topic", {"topic": "哈哈"}, sender=PUPIL))
    await road.judge()

    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["topic"] == "学校官方群｜家长会周五"


async def test_a_quarrel_ends_and_is_reported(road):
    """Somebody's own bot changes it back each time."""
    await settle(road)
    before = len(await decided(road, "set_state"))
    for n in range(9):
        await road.take(state("m.room.topic", {"topic": f"哈{n}"}, sender=PUPIL))
        await road.judge()
        await settle(road)

    after = await decided(road, "set_state")
    assert len(after) - before <= 5
    calls = [each["notice"]["name"] for each in await decided(road, "call")]
    assert calls.count("quarrel") == 1
    [timer] = await road.fetch(
        "SELECT due_at - now() AS wait FROM timers WHERE kind = 'desired'"
    )
    assert timer["wait"] <= timedelta(hours=1)


async def test_in_an_observed_room_a_difference_is_recorded_once_and_not_put_right(
    pool,
):
    road = await kept(pool, mode=Mode.OBSERVE)
    await road.take(member(PUPIL, "大王"))
    await road.judge()
    before = await road.actions()
    checks = RoomChecks(pool, road.school, road.tower)
    for _ in range(3):
        await checks.all()

    assert await road.actions() == before
    assert {status for _, _, status in before} == {"observed"}
    assert [kind for kind, _, _ in before].count("rename") == 1
    assert await decided(road, "tell") == []


async def test_what_is_switched_often_is_switched_every_time(road, pool):
    """A class may be made quiet before every lesson; nobody quarrels there."""
    await settle(road)
    checks = RoomChecks(pool, road.school, road.tower)
    for _ in range(2 * AT_MOST):
        async with pool.acquire() as connection:
            if not await switches.off(connection, ROOM, "quiet"):
                await switches.on(
                    connection,
                    ROOM,
                    "quiet",
                    until=None,
                    by=TEACHER,
                    because=EventId("$c"),
                )
        assert await checks.all() == 1
        await settle(road)

    assert await decided(road, "call") == []


async def test_a_mute_lasts_until_its_time_and_no_longer(road, pool):
    await settle(road)
    until = datetime.now(tz=UTC) + timedelta(hours=1)
    async with pool.acquire() as connection:
        await mutes.mute(
            connection,
            ROOM,
            PUPIL,
            until=until,
            by=TEACHER,
            because=EventId("$c"),
            reason=None,
        )
    checks = RoomChecks(pool, road.school, road.tower)
    assert await checks.all() == 1
    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["users"][PUPIL] == -1
    [timer] = await road.fetch("SELECT due_at FROM timers WHERE kind = 'desired'")
    assert timer["due_at"] <= until
    await settle(road)

    await pool.execute("UPDATE mutes SET until = now()")
    assert await checks.all() == 1
    last = (await decided(road, "set_state"))[-1]
    assert PUPIL not in last["content"]["users"]


async def test_who_leaves_the_roster_leaves_with_no_right(road, pool):
    await settle(road)
    people = [each for each in PEOPLE if each.user_id != TEACHER]
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, people, source="test", content=b"")
        await timers.hurry(connection, "desired")
    await RoomChecks(pool, road.school, road.tower).all()

    last = (await decided(road, "set_state"))[-1]
    assert TEACHER not in last["content"]["users"]
    calls = [each["notice"]["name"] for each in await decided(road, "call")]
    assert calls == ["no_owner"]


async def test_our_own_upgrade_is_followed_and_not_taken_back(road):
    """`homeroom rooms upgrade` writes as we do, in a kind where nobody may."""
    await settle(road)
    before = len(await road.actions())
    await road.take(state("m.room.tombstone", {"replacement_room": "!new"}))
    await road.judge()

    assert len(await road.actions()) == before
    assert await road.fetch("SELECT FROM timers WHERE kind = 'follow'")


async def test_what_waited_while_a_room_was_looked_at_is_judged_after_it(road):
    """Whoever judges passes over a room that is taken; the next poll is seconds off."""
    bell = road.tower.bell("inbox")
    await bell.wait(at_most=0)
    await RoomChecks(road.pool, road.school, road.tower).room(ROOM)

    async with asyncio.timeout(1):
        await bell.wait(at_most=60)


async def test_without_us_in_the_room_nothing_is_tried_and_somebody_called(road):
    await settle(road)
    levels = {"users": {TEACHER: 100}, "invite": 60}
    await road.take(
        state("m.room.power_levels", levels),
        state("m.room.member", {"membership": "leave"}, key=BOT, sender=TEACHER),
    )
    await road.judge()

    assert [each["status"] for each in await decided(road, "set_state")].count(
        "waiting"
    ) == 0
    [call] = await decided(road, "call")
    assert call["notice"]["name"] == "powerless"
    assert call["notice"]["values"]["who"] == "王老师"
    assert call["notice"]["values"]["needs"] == "membership"


def test_the_people_of_these_tests_are_who_they_seem():
    assert {person.user_id: person.name for person in PEOPLE} | {
        BOT: "Homeroom"
    } == NAMES
    assert KEEPER not in NAMES
    assert all(isinstance(person, Person) for person in PEOPLE)
    assert Role.STUDENT in PEOPLE[0].roles


async def test_a_tombstone_is_written_so_that_synapse_takes_it(road):
    """It refuses one without the key; and ours leads nowhere, so we do not follow."""
    await settle(road)
    new = {"body": "来新群", "replacement_room": "!new:school.test"}
    await road.take(state("m.room.tombstone", new, sender=TEACHER))
    await road.judge()
    last = (await decided(road, "set_state"))[-1]
    await settle(road)

    assert last["content"] == {"replacement_room": ""}
    assert await road.fetch("SELECT 1 FROM timers WHERE kind = 'follow'") == []


@pytest.mark.parametrize("replacement", ["!new:school.test", ""])
async def test_whoever_owns_a_room_hears_that_it_may_look_closed(road, replacement):
    """Element takes any tombstone for an end, also the empty one that we leave."""
    await settle(road)
    await road.take(state("m.room.create", {"room_version": "11"}))
    await road.take(state("m.room.power_levels", {"users": {BOT: 100, PUPIL: 100}}))
    await road.judge()
    await settle(road)
    tombstone = {"replacement_room": replacement}
    await road.take(state("m.room.tombstone", tombstone, sender=PUPIL))
    await road.judge()
    await settle(road)
    await RoomChecks(road.pool, road.school, road.tower).all()
    await road.fetch("UPDATE corrections SET last_at = last_at - interval '2 days'")
    await RoomChecks(road.pool, road.school, road.tower).all()

    calls = [each["notice"]["name"] for each in await decided(road, "call")]
    assert calls.count("looks_closed") == 1


async def test_a_trouble_that_was_only_recorded_is_told_once_we_enforce(pool):
    road = await kept(pool, mode=Mode.OBSERVE)
    await road.take(state("m.room.power_levels", {"users": {PUPIL: 100}}))
    await road.take(state("m.room.create", {"room_version": "11"}))
    await road.judge()
    checks = RoomChecks(road.pool, road.school, road.tower)
    await checks.all()
    await road.fetch("UPDATE rooms SET mode = 'enforce'")
    await checks.all()
    await checks.all()

    calls = [(e["notice"]["name"], e["status"]) for e in await decided(road, "call")]
    assert calls.count(("powerless", "waiting")) == 1


async def test_what_was_recorded_is_done_once_the_room_is_enforced(pool):
    """Every room begins observed: the same difference must not count as done."""
    road = await kept(pool, mode=Mode.OBSERVE)
    await road.take(member(PUPIL, "小明哥哥"))
    await road.judge()
    recorded = await decided(road, "rename"), await decided(road, "set_state")
    await road.fetch("UPDATE rooms SET mode = 'enforce'")
    checks = RoomChecks(road.pool, road.school, road.tower)
    await checks.all()
    renames, states = await decided(road, "rename"), await decided(road, "set_state")

    assert [each["status"] for each in renames] == ["observed", "waiting"]
    assert {each["status"] for each in recorded[1]} == {"observed"}
    again = [each["type"] for each in states if each["status"] == "waiting"]
    assert sorted(again) == sorted(each["type"] for each in recorded[1])


async def test_a_false_name_while_the_last_is_being_put_right_is_put_right_too(road):
    """The row of the first one waits for its end; the second waits for nothing."""
    await settle(road)
    await road.take(member(PUPIL, "大王"))
    await road.judge()
    await road.take(member(PUPIL, "小王"))
    await road.judge()

    renames = await decided(road, "rename")
    assert len(renames) == 2
    assert len({each["replaces"] for each in renames}) == 2


async def test_whoever_may_set_the_topic_is_not_told_that_they_may_not(road):
    """Only the official mark is put before what the class teacher wrote."""
    await settle(road)
    await road.take(state("m.room.topic", {"topic": "期末复习"}, sender=TEACHER))
    await road.judge()

    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["topic"] == "学校官方群｜期末复习"
    assert await decided(road, "tell") == []


async def test_staff_are_reminded_of_their_name_and_never_made_silent(road, pool):
    """Nothing is done to staff without a person."""
    await settle(road)
    road.school.reaches = lambda _user_id: False
    await road.take(member(TEACHER, "老王"))
    await road.judge()
    await pool.execute("UPDATE false_names SET since = now() - interval '9 days'")
    await RoomChecks(pool, road.school, road.tower).all()

    for each in await decided(road, "set_state"):
        assert each["content"].get("users", {}).get(TEACHER, 60) == 60
