"""Powerless: where we cannot do our work, somebody hears who can undo it, and how."""

from typing import Any

import pytest

from tests.synapse.cast import PEOPLE, SMALL
from tests.synapse.kinds import KIND
from tests.synapse.member import until
from tests.synapse.school import BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEVELS = "m.room.power_levels"


async def _adopted(school: School) -> Any:
    """Make a room of version 10 where a teacher stands above us."""
    members = ("xiaoming", "xiaohong")
    room_id = await school.adopted(by="fang", members=members, level=150)
    await school.keep(room_id, kind=KIND)

    async def is_kept():
        levels = await school.fang.state(room_id, LEVELS)
        return levels.get("state_default") == 100

    await until(is_kept, what="the levels")
    await school.settled()
    return room_id


async def _is_named(school: School, room_id: str, name: str) -> None:
    async def seen():
        member = await school.fang.member(room_id, school.xiaoming.user_id)
        return member.get("displayname") == name

    await until(seen, what=f"the name {name}")


async def _calls(school: School, room_id: str, rule: str) -> int:
    calls = [row["rule"] for row in await school.actions(room_id, "call")]
    return calls.count(rule)


async def test_demoted_we_say_who_can_undo_it_and_go_on_when_it_is(school):
    """Once, not at every event."""
    room_id = await _adopted(school)
    levels = await school.fang.state(room_id, LEVELS)
    users = {**levels["users"], BOT: 0}
    status, answer = await school.fang.put(
        room_id, LEVELS, {**levels, "users": users}, ""
    )
    assert status == 200, answer
    body = await school.told(school.fang, school.named(room_id), "不能正常工作")
    assert "语文王芳" in body
    assert BOT in body
    for n in range(2):
        await school.settled(await school.xiaoming.rename(room_id, f"孙悟空{n}"))
    await school.settled(await school.xiaoming.say(room_id, "哈哈"))
    assert await _calls(school, room_id, "powerless") == 1

    content = {**levels, "users": {**levels["users"], school.xiaohong.user_id: 50}}
    status, answer = await school.fang.put(room_id, LEVELS, content, "")
    assert status == 200, answer
    await _is_named(school, room_id, "小明同学")

    async def is_put_back():
        levels = await school.fang.state(room_id, LEVELS)
        return school.xiaohong.user_id not in levels["users"]

    await until(is_put_back, what="the levels to be put back")


@pytest.mark.parametrize("how", ["kick", "ban"])
async def test_put_out_we_say_so_and_come_back_when_invited(school, how):
    """And put right what was done meanwhile."""
    room_id = await _adopted(school)
    status, answer = await school.fang.ask(
        "POST", f"/rooms/{room_id}/{how}", {"user_id": BOT}
    )
    assert status == 200, answer
    body = await school.told(school.fang, school.named(room_id), "不能正常工作")
    assert "语文王芳" in body
    assert "邀请" in body
    await school.xiaoming.rename(room_id, "孙悟空")
    assert await _calls(school, room_id, "powerless") == 1

    if how == "ban":
        path = f"/rooms/{room_id}/unban"
        await school.fang.ask("POST", path, {"user_id": BOT})
    status, answer = await school.fang.ask(
        "POST", f"/rooms/{room_id}/invite", {"user_id": BOT}
    )
    assert status == 200, answer
    await _is_named(school, room_id, "小明同学")


async def test_a_command_that_cannot_be_carried_out_is_not_said_to_be(school):
    room_id = await _adopted(school)
    levels = await school.fang.state(room_id, LEVELS)
    users = {**levels["users"], BOT: 0}
    content = {**levels, "users": users}
    status, answer = await school.fang.put(room_id, LEVELS, content, "")
    assert status == 200, answer
    row = await school.answered(await school.fang.say(room_id, "!mute 小明同学 1h"))
    assert row["result"] == "refused", row["answer"]


async def test_when_the_last_owner_leaves_administrators_are_told_once(school):
    """The roster changes again, and nothing is said again."""
    room_id = await school.room(kind=KIND, members=("chen", "dada"), scope=SMALL)
    await school.settled()
    without = [person for person in PEOPLE if person.id != "chen"]
    try:
        await school.import_roster(without)
        await school.told(school.admin, school.named(room_id), "没有人负责")
        await school.import_roster([p for p in without if p.id != "lele"])
        await school.hurry("desired", room_id)
        await school.settled(await school.dada.say(room_id, "陈老师呢"))
        assert await _calls(school, room_id, "no_owner") == 1
    finally:
        await school.import_roster(PEOPLE)
