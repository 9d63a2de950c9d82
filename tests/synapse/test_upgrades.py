"""Upgrades: a room goes on in a newer one, and nobody is led anywhere else."""

from typing import Any

import pytest

from appservice.domain.ids import RoomId, UserId
from tests.synapse.cast import STRANGER
from tests.synapse.kinds import KIND, MOVABLE
from tests.synapse.member import until
from tests.synapse.school import KEEPER, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOMBSTONE = "m.room.tombstone"
EVERYBODY = ("fang", "li", "xiaoming", "xiaohong")


async def _successor(school: School, room_id: RoomId) -> RoomId:
    async def found():
        return school.service.school.rooms[room_id].successor

    new: RoomId = await until(found, what="a successor")
    return new


async def _members(school: School, room_id: RoomId) -> dict[str, str]:
    """See what everybody is there, by localpart."""
    return {
        event["state_key"][1:].partition(":")[0]: event["content"]["membership"]
        for event in await school.service.client.state(room_id)
        if event["type"] == "m.room.member"
    }


async def _are_in(school: School, room_id: RoomId) -> bool:
    members = await _members(school, room_id)
    return all(members.get(who) == "join" for who in EVERYBODY)


async def _levels(school: School, room_id: RoomId) -> dict[str, Any]:
    event = await school.service.client.state_event(room_id, "m.room.power_levels", "")
    assert event is not None
    users: dict[str, Any] = event["content"]["users"]
    return users


@pytest.mark.parametrize("version", ["10", "12"])
async def test_the_school_upgrades_and_everything_comes_along(school, version):
    """Members, levels, mutes, pinned announcements; and rules are kept there."""
    people = (*EVERYBODY, "admin", STRANGER)
    room_id = await school.room(kind=KIND, version=version, members=people)
    await school.fang.say(room_id, "!announce 明天春游")
    row = await school.answered(await school.fang.say(room_id, "!mute 小明同学 1h"))
    assert row["result"] == "done", row["answer"]
    await school.settled()
    new = await school.service.client.upgrade(room_id, "12", creators=[UserId(KEEPER)])
    await school.hurry("follow", room_id)

    assert await _successor(school, room_id) == new
    await until(lambda: _are_in(school, new), what="everybody to come")

    async def is_muted():
        return (await _levels(school, new)).get(school.xiaoming.user_id) == -1

    await until(is_muted, what="the mute to come along")
    # Whom the hand does not reach is invited; whom the roster has not, is not.
    members = await _members(school, new)
    assert members["admin"] == "invite"
    assert STRANGER not in members

    async def is_pinned():
        pins = await school.fang.state(new, "m.room.pinned_events")
        [event_id] = pins.get("pinned") or [None]
        return event_id and await school.fang.event(new, event_id)

    event = await until(is_pinned, what="the announcement to come along")
    assert "明天春游" in event["content"]["body"]
    await school.xiaohong.rename(new, "孙悟空")

    async def is_named():
        member = await school.fang.member(new, school.xiaohong.user_id)
        return member["displayname"] == "小红同学"

    await until(is_named, what="the name to be put right")
    assert (await school.fang.state(new, "m.room.name"))["name"] == school.named(new)


async def test_we_follow_who_may_upgrade(school):
    """The class teacher does it in Element; we are not in the new room yet."""
    room_id = await school.room(kind=MOVABLE, version="10", members=EVERYBODY)

    async def may():
        return (await _levels(school, room_id)).get(school.fang.user_id) == 60

    await until(may, what="the class teacher's level")
    status, answer = await school.fang.ask(
        "POST", f"/rooms/{room_id}/upgrade", {"new_version": "11"}
    )
    assert status == 200, answer

    assert await _successor(school, room_id) == answer["replacement_room"]
    new = RoomId(answer["replacement_room"])
    await until(lambda: _are_in(school, new), what="everybody to come")
    stands = await school.fang.state(room_id, TOMBSTONE)
    assert stands["replacement_room"] == new


async def test_an_upgrade_without_the_right_is_taken_back(school):
    """Though they have the level, by hand; the room goes on where it is."""
    room_id = await school.adopted(by="fang", members=("xiaoming", "xiaohong"))
    await school.keep(room_id, kind=KIND)
    await school.settled()
    status, answer = await school.fang.ask(
        "POST", f"/rooms/{room_id}/upgrade", {"new_version": "11"}
    )
    assert status == 200, answer

    async def is_taken_back():
        tombstone = await school.xiaohong.state(room_id, TOMBSTONE)
        return tombstone == {"replacement_room": ""}

    await until(is_taken_back, what="the tombstone to be taken back")
    await school.told(school.fang, school.named(room_id), "只由学校更换")
    assert school.service.school.rooms[room_id].successor is None
    event_id = await school.xiaoming.rename(room_id, "孙悟空")
    await school.settled(event_id)
    member = await school.fang.member(room_id, school.xiaoming.user_id)
    assert member["displayname"] == "小明同学"


async def test_a_tombstone_that_names_another_room_is_not_followed(school):
    """Nor one that names a room of the school: that is not this one's successor."""
    room_id = await school.room(kind=MOVABLE, version="10", members=EVERYBODY)
    other = await school.room(kind=KIND, members=EVERYBODY)

    async def may():
        return (await _levels(school, room_id)).get(school.fang.user_id) == 60

    await until(may, what="the class teacher's level")
    content = {"body": "来这里", "replacement_room": other}
    status, answer = await school.fang.put(room_id, TOMBSTONE, content, "")
    assert status == 200, answer

    await school.told(school.fang, school.named(room_id), "没能", "跟过去")
    await school.settled(answer["event_id"])
    assert school.service.school.rooms[room_id].successor is None
    assert school.service.school.rooms[other].kind == KIND
