"""Mutes and switches: desired state with an end, whatever happens meanwhile."""

import pytest

from tests.synapse.cast import PEOPLE
from tests.synapse.kinds import KIND
from tests.synapse.member import Member, until
from tests.synapse.school import School

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEVELS = "m.room.power_levels"
EVERYBODY = ("fang", "li", "xiaoming", "xiaohong")


async def _can_write(member: Member, room_id: str) -> bool:
    content = {"msgtype": "m.text", "body": f"{member.user_id} 说"}
    status, _ = await member.put(room_id, "m.room.message", content)
    return status == 200


async def _write(member: Member, room_id: str, *, may: bool) -> None:
    async def is_so() -> bool:
        return await _can_write(member, room_id) is may

    await until(is_so, what=f"{member.user_id} to write: {may}")


async def _react(member: Member, room_id: str, event_id: str) -> int:
    relation = {"rel_type": "m.annotation", "event_id": event_id, "key": "👍"}
    content = {"m.relates_to": relation}
    status, _ = await member.put(room_id, "m.reaction", content)
    return status


async def _let_it_end(school: School, room_id: str) -> None:
    """As if the time had passed: the row and its timer are moved, no clock is."""
    await school.fetch(
        "UPDATE mutes SET until = now() WHERE room_id = $1 AND ended_at IS NULL",
        room_id,
    )
    await school.fetch("UPDATE switches SET until = now() WHERE room_id = $1", room_id)
    await school.fetch(
        "UPDATE timers SET due_at = now() WHERE kind = 'desired' AND subject = $1",
        room_id,
    )


async def test_who_is_muted_can_still_react_and_take_back(school):
    """To acknowledge an announcement is not to speak."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    own = await school.xiaoming.say(room_id, "哈哈")
    said = await school.fang.say(room_id, "请确认")
    await school.answered(await school.fang.say(room_id, "!mute 小明同学 1h"))
    await _write(school.xiaoming, room_id, may=False)

    assert await _react(school.xiaoming, room_id, said) == 200
    answer = await school.xiaoming.client.room_redact(room_id, own)
    assert hasattr(answer, "event_id"), answer
    row = await school.answered(await school.fang.say(room_id, "!解除禁言 小明同学"))
    assert row["result"] == "done"
    await _write(school.xiaoming, room_id, may=True)
    await school.told(school.xiaoming, "又可以发言了", school.named(room_id))


async def test_a_mute_ends_by_itself(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.answered(await school.fang.say(room_id, "!mute 小明同学 1h"))
    await _write(school.xiaoming, room_id, may=False)
    await _let_it_end(school, room_id)
    await _write(school.xiaoming, room_id, may=True)


async def test_a_mute_ends_also_where_we_were_down_then(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.answered(await school.fang.say(room_id, "!mute 小明同学 1h"))
    await _write(school.xiaoming, room_id, may=False)
    await school.stop()
    await _let_it_end(school, room_id)
    await school.start()
    await _write(school.xiaoming, room_id, may=True)


async def test_leaving_and_coming_back_does_not_end_a_mute(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.answered(await school.fang.say(room_id, "!mute 小明同学 1h"))
    await _write(school.xiaoming, room_id, may=False)
    await school.xiaoming.client.room_leave(room_id)
    await school.settled()
    status, answer = await school.fang.ask(
        "POST", f"/rooms/{room_id}/invite", {"user_id": school.xiaoming.user_id}
    )
    assert status == 200, answer
    await school.xiaoming.join(room_id)
    await school.settled()
    assert not await _can_write(school.xiaoming, room_id)


async def test_the_end_of_a_mute_does_not_revive_a_right_lost_meanwhile(school):
    """Levels are computed anew, not restored."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    row = await school.answered(await school.fang.say(room_id, "!mute 李强 1h"))
    assert row["result"] == "done", row["answer"]
    await _write(school.li, room_id, may=False)
    moved = [p for p in PEOPLE if p.id != "li"]
    await school.import_roster(moved)
    try:
        await _let_it_end(school, room_id)
        await _write(school.li, room_id, may=True)
        levels = await school.fang.state(room_id, LEVELS)
        assert school.li.user_id not in levels["users"]
    finally:
        await school.import_roster(PEOPLE)

    async def is_teacher_again():
        levels = await school.fang.state(room_id, LEVELS)
        return levels["users"].get(school.li.user_id) == 50

    await until(is_teacher_again, what="the teacher's level")


async def test_in_a_quiet_room_everybody_can_react_and_teachers_write(school):
    """Polls, stickers and calls are no way around it."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    said = await school.fang.say(room_id, "上课了")
    row = await school.answered(await school.li.say(room_id, "！全员禁言 开 45分钟"))
    assert row["result"] == "done", row["answer"]
    await _write(school.xiaoming, room_id, may=False)

    assert await _react(school.xiaoming, room_id, said) == 200
    for type_ in ("m.sticker", "m.poll.start", "m.room.encrypted", "org.example.x"):
        content = {"body": "x", "url": "mxc://school.test/a", "info": {}}
        status, _ = await school.xiaoming.put(room_id, type_, content)
        assert status == 403, type_
    assert await _can_write(school.li, room_id)
    await _let_it_end(school, room_id)
    await _write(school.xiaoming, room_id, may=True)


async def test_quiet_off_and_who_was_muted_stays_so(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    for text in ("!quiet on", "!mute 小明同学 1h", "!quiet off"):
        row = await school.answered(await school.fang.say(room_id, text))
        assert row["result"] == "done", row["answer"]
    await _write(school.xiaohong, room_id, may=True)
    assert not await _can_write(school.xiaoming, room_id)
    again = await school.answered(await school.fang.say(room_id, "!quiet off"))
    assert again["result"] == "refused"
