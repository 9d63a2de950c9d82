"""Settings: a room is called, described and open as the school says."""

from typing import Any

import pytest

from tests.synapse.kinds import KIND
from tests.synapse.member import until
from tests.synapse.school import BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

PINS = "m.room.pinned_events"
MARK = "学校官方群"


async def _content(
    school: School, room_id: str, type_: str, content: dict[str, Any]
) -> None:
    """Wait until the room has this."""

    async def is_so():
        return await school.xiaohong.state(room_id, type_) == content

    await until(is_so, what=f"{type_} to be {content}")


async def _room(school: School, version: str = "10") -> Any:
    """Make a room where a teacher stands beside us, and can change everything."""
    room_id = await school.adopted(
        by="fang", members=("xiaohong", "xiaoming", "li"), version=version
    )
    await school.keep(room_id, kind=KIND)
    await _content(school, room_id, "m.room.topic", {"topic": MARK})
    await _content(
        school, room_id, "m.room.history_visibility", {"history_visibility": "joined"}
    )
    return room_id


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "m.room.join_rules": (
        {"join_rule": "public"},
        {"join_rule": "invite"},
        "谁可以加入",
    ),
    "m.room.history_visibility": (
        {"history_visibility": "world_readable"},
        {"history_visibility": "joined"},
        "新成员能看到",
    ),
    "m.room.guest_access": (
        {"guest_access": "can_join"},
        {"guest_access": "forbidden"},
        "不对访客开放",
    ),
}


@pytest.mark.parametrize("type_", CHANGES)
async def test_what_the_policy_fixes_is_put_back(school, type_):
    """Whoever changes it; and the one who did hears how it is done here."""
    changed, right, words = CHANGES[type_]
    room_id = await _room(school)
    status, answer = await school.fang.put(room_id, type_, changed, "")
    assert status == 200, answer

    await school.settled(answer["event_id"])
    await _content(school, room_id, type_, right)
    await school.told(school.fang, school.named(room_id), words)


async def test_the_room_is_called_what_the_school_calls_it(school):
    room_id = await _room(school)
    name = {"name": school.named(room_id)}
    await _content(school, room_id, "m.room.name", name)
    status, answer = await school.fang.put(room_id, "m.room.name", {"name": "快乐"}, "")
    assert status == 200, answer

    await school.settled(answer["event_id"])
    await _content(school, room_id, "m.room.name", name)
    await school.told(school.fang, school.named(room_id), "群名由学校统一规定")


async def test_the_owners_topic_stays_and_gets_the_official_mark(school):
    """In all its forms; and nobody else's stays."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaohong"))
    await _content(school, room_id, "m.room.topic", {"topic": MARK})
    rich = {"m.text": [{"body": "家校沟通"}, {"body": "家校", "mimetype": "text/html"}]}
    status, answer = await school.fang.put(
        room_id, "m.room.topic", {"topic": "家校沟通", "m.topic": rich}, ""
    )
    assert status == 200, answer

    marked = {
        "topic": f"{MARK}｜家校沟通",
        "m.topic": {
            "m.text": [
                {"body": f"{MARK}｜家校沟通"},
                {"body": f"{MARK}｜家校", "mimetype": "text/html"},
            ]
        },
    }
    await _content(school, room_id, "m.room.topic", marked)
    await school.settled(answer["event_id"])
    assert await school.xiaohong.state(room_id, "m.room.topic") == marked


async def test_a_pin_without_the_right_is_put_back_and_with_it_stays(school):
    """B1-13; here levels would forbid it, so it is done where they do not yet."""
    room_id = await school.room(kind=KIND, members=("li", "xiaohong"))
    first = await school.li.say(room_id, "明天交作业")
    await until(lambda: _may_pin(school, room_id), what="the teacher's level")
    status, answer = await school.li.put(room_id, PINS, {"pinned": [first]}, "")
    assert status == 200, answer
    await school.settled(answer["event_id"])
    status, _ = await school.xiaohong.put(room_id, PINS, {"pinned": []}, "")
    assert status == 403
    assert await school.xiaohong.state(room_id, PINS) == {"pinned": [first]}


async def _may_pin(school: School, room_id: str) -> bool:
    levels = await school.li.state(room_id, "m.room.power_levels")
    return bool(levels["users"].get(school.li.user_id) == 50)


async def test_what_a_pupil_pinned_while_we_were_down_is_put_back(school):
    """They have the level, by hand; the right they have not."""
    room_id = await _room(school)
    first = await school.fang.say(room_id, "明天交作业")
    status, answer = await school.fang.put(room_id, PINS, {"pinned": [first]}, "")
    await school.settled(first, answer["event_id"])
    await school.stop()
    levels = await school.fang.state(room_id, "m.room.power_levels")
    levels["users"][school.xiaoming.user_id] = 99
    assert (await school.fang.put(room_id, "m.room.power_levels", levels, ""))[0] == 200
    own = await school.xiaoming.say(room_id, "看我看我")
    status, answer = await school.xiaoming.put(room_id, PINS, {"pinned": [own]}, "")
    assert status == 200, answer
    await school.start()

    async def is_level_taken_back():
        levels = await school.fang.state(room_id, "m.room.power_levels")
        return school.xiaoming.user_id not in levels["users"]

    await _content(school, room_id, PINS, {"pinned": [first]})
    await until(is_level_taken_back, what="the level to be taken back")


async def test_a_tombstone_without_the_right_is_taken_back(school):
    """Though its author could write it; nobody is led away."""
    room_id = await _room(school)
    tombstone = {"body": "来新群", "replacement_room": "!nowhere:school.test"}
    status, answer = await school.fang.put(room_id, "m.room.tombstone", tombstone, "")
    assert status == 200, answer

    # Synapse takes none without the key.
    await _content(school, room_id, "m.room.tombstone", {"replacement_room": ""})
    await school.settled(answer["event_id"])
    await school.told(school.fang, school.named(room_id), "只由学校更换")
    await school.told(school.fang, school.named(room_id), "显示为已关闭", room_id)
    assert school.service.school.rooms[room_id].successor is None

    # What is said to help does: it can be upgraded all the same.
    new = await school.service.client.upgrade(room_id, "11")

    async def has_moved():
        return school.service.school.rooms[room_id].successor == new

    await until(has_moved, what="the room to move")


async def test_a_quarrel_ends_and_a_person_is_called(school):
    """Somebody else's script would else write against us for ever."""
    room_id = await _room(school)
    name = {"name": school.named(room_id)}
    for n in range(7):
        status, answer = await school.fang.put(
            room_id, "m.room.name", {"name": f"快乐{n}"}, ""
        )
        assert status == 200
        await school.settled(answer["event_id"])

    changes = [e for e in await school.fang.timeline(room_id) if e["content"] == name]
    assert len([e for e in changes if e["sender"] == BOT]) <= 5
    await school.told(school.fang, school.named(room_id), "反复改动")


async def test_an_alias_without_the_right_is_put_back(school):
    room_id = await _room(school)
    alias = "#sanniner:school.test"
    status, answer = await school.fang.ask(
        "PUT", f"/directory/room/{alias.replace('#', '%23')}", {"room_id": room_id}
    )
    assert status == 200, answer
    status, answer = await school.fang.put(
        room_id, "m.room.canonical_alias", {"alias": alias}, ""
    )
    assert status == 200, answer
    await _content(school, room_id, "m.room.canonical_alias", {})
