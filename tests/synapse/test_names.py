"""Names: whoever takes a false one, everybody sees the right one again (B3-06)."""

import asyncio
from urllib.parse import quote

import pytest

from tests.synapse.cast import PEOPLE, SMALL, STRANGER, pupil
from tests.synapse.kinds import KIND, REMINDING
from tests.synapse.member import until
from tests.synapse.school import School

pytestmark = pytest.mark.asyncio(loop_scope="session")

PUT_RIGHT = "已改回"
REMINDED = "/myroomnick"
LEVELS = "m.room.power_levels"


async def _named(school: School, room_id: str, who: str, name: str | None) -> None:
    """Wait until another client sees somebody under a name; None: under none."""

    async def seen():
        member = await school.fang.member(room_id, school.members[who].user_id)
        return member.get("displayname") == name

    await until(seen, what=f"{who} to be called {name}")


async def _renames(school: School, room_id: str) -> list[str]:
    done = [row["status"] for row in await school.actions(room_id, "rename")]
    return [status for status in done if status != "outdated"]


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_false_name_is_put_right_in_rooms_of_every_version(school, version):
    """Everything else in the member event stays; the pass is used up, once."""
    room_id = await school.room(
        kind=KIND, version=version, members=("fang", "xiaoming")
    )
    avatar = {"avatar_url": "mxc://school.test/me", "org.example.flag": "三"}
    event_id = await school.xiaoming.rename(room_id, "小明的朋友", **avatar)

    await _named(school, room_id, "xiaoming", "小明同学")
    await school.settled(event_id)

    member = await school.fang.member(room_id, school.xiaoming.user_id)
    assert member == {**avatar, "membership": "join", "displayname": "小明同学"}
    assert await _renames(school, room_id) == ["done"]
    [(result,)] = await school.fetch(
        "SELECT result FROM actions WHERE room_id = $1 AND kind = 'rename'", room_id
    )
    await school.settled(event_id, result)
    passes = await school.fetch("SELECT * FROM passes WHERE room_id = $1", room_id)
    assert [row["used_by"] for row in passes] == [result]
    assert "小明同学" in await school.told(
        school.xiaoming, school.named(room_id), PUT_RIGHT
    )


async def test_a_name_in_the_profile_is_put_right_in_the_room(school):
    """The profile itself is the member's own."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaogang"))
    path = f"/profile/{quote(school.xiaogang.user_id)}/displayname"
    status, answer = await school.xiaogang.ask("PUT", path, {"displayname": "刚哥"})
    assert status == 200, answer

    async def seen():
        members = [
            e["content"].get("displayname")
            for e in await school.fang.timeline(room_id)
            if e.get("state_key") == school.xiaogang.user_id
        ]
        return members[-2:] == ["刚哥", "赵小刚"]

    await until(seen, what="false, then right")
    await school.settled()
    assert (await school.xiaogang.ask("GET", path))[1] == {"displayname": "刚哥"}
    await school.xiaogang.ask("PUT", path, {"displayname": "赵小刚"})


@pytest.mark.parametrize("name", ["小明同学(20230107)", "小明同学（07）", " 小明同学 "])
async def test_an_accepted_form_is_left_alone(school, name):
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    event_id = await school.xiaoming.rename(room_id, name)
    await school.settled(event_id)

    assert await _renames(school, room_id) == []
    member = await school.fang.member(room_id, school.xiaoming.user_id)
    assert member["displayname"] == name


async def test_ping_pong_ends_and_the_bearer_is_reminded(school):
    """Put right three times an hour; then the name is left, until the grace ends."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    for n in range(3):
        await school.xiaoming.rename(room_id, f"孙悟空{n}")
        await _named(school, room_id, "xiaoming", "小明同学")
    last = await school.xiaoming.rename(room_id, "孙悟空")
    await school.settled(last)

    member = await school.fang.member(room_id, school.xiaoming.user_id)
    assert member["displayname"] == "孙悟空"
    assert await _renames(school, room_id) == ["done"] * 3


async def _let_the_grace_end(school: School, room_id: str) -> None:
    await school.fetch(
        "UPDATE false_names SET since = since - interval '4 days', "
        "reminded_at = reminded_at - interval '4 days' WHERE room_id = $1",
        room_id,
    )
    await school.hurry("desired", room_id)


async def test_after_the_grace_one_can_only_read_until_the_name_is_right(school):
    """Not even then for a moment longer; and reacting stays possible."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    first = await school.fang.say(room_id, "同学们好")
    for n in range(3):
        await school.xiaoming.rename(room_id, f"孙悟空{n}")
        await _named(school, room_id, "xiaoming", "小明同学")
    await school.settled(await school.xiaoming.rename(room_id, "孙悟空"))
    await _let_the_grace_end(school, room_id)

    async def level():
        levels = await school.fang.state(room_id, LEVELS)
        return levels["users"].get(school.xiaoming.user_id) == -1

    async def can_write() -> bool:
        status, _ = await school.xiaoming.put(room_id, "m.room.message", MESSAGE)
        return bool(status == 200)

    await until(level, what="read-only")
    assert not await can_write()
    reaction = {"rel_type": "m.annotation", "event_id": first, "key": "👍"}
    status, answer = await school.xiaoming.put(
        room_id, "m.reaction", {"m.relates_to": reaction}
    )
    assert status == 200, answer
    await school.told(school.xiaoming, school.named(room_id), "只能看", "小明同学")

    await school.xiaoming.rename(room_id, "小明同学")
    await until(can_write, what="writing")


MESSAGE = {"msgtype": "m.text", "body": "我可以发言了"}


async def test_where_names_are_only_reminded_of_they_stay(school):
    room_id = await school.room(kind=REMINDING, members=("fang", "xiaoming"))
    await school.settled(await school.xiaoming.rename(room_id, "小明的朋友"))

    assert await _renames(school, room_id) == []
    await school.told(school.xiaoming, school.named(room_id), REMINDED, "小明同学")


async def test_whom_the_hand_does_not_reach_loses_the_false_name(school):
    """It is redacted, so that nobody reads it, and its bearer told how to set one."""
    room_id = await school.room(kind=KIND, members=("fang", "admin"))
    event_id = await school.admin.rename(room_id, "超级管理员")

    await _named(school, room_id, "admin", None)
    await school.settled(event_id)
    member = await school.fang.member(room_id, school.admin.user_id)
    assert member == {"membership": "join"}
    await school.told(school.admin, school.named(room_id), REMINDED, "赵敏")


@pytest.mark.parametrize(
    "name", ["语文王芳", "王芳老师", "语文王\u200b芳", "王 芳", "校长", "数学李强"]
)
async def test_who_passes_for_a_teacher_is_put_right_in_every_mode(school, name):
    """Also where names are otherwise nobody's business."""
    room_id = await school.room(kind=REMINDING, members=("fang", "xiaoming"))
    event_id = await school.xiaoming.rename(room_id, name)

    await _named(school, room_id, "xiaoming", "小明同学")
    await school.settled(event_id)
    await school.told(school.xiaoming, school.named(room_id), "看起来像一位老师")


async def test_a_stranger_cannot_call_the_owner_again_and_again(school):
    """Each new mask is taken away; the owner hears of this account once a day."""
    room_id = await school.room(kind=KIND, members=("fang", STRANGER))
    for name in ("语文王芳", "校长", "数学李强"):
        await school.stranger.rename(room_id, name)
        await _named(school, room_id, STRANGER, None)
    await school.settled()

    calls = [c["rule"] for c in await school.actions(room_id, "call")]
    assert calls.count("name_stranger") == 1


@pytest.mark.parametrize("name", ["语文王芳", "王\u200d芳"])
async def test_a_stranger_who_passes_for_a_teacher_loses_the_name(school, name):
    room_id = await school.room(kind=KIND, members=("fang", STRANGER))
    await school.stranger.rename(room_id, name)

    await _named(school, room_id, STRANGER, None)
    await school.told(
        school.fang, school.named(room_id), school.stranger.user_id, "老师的名字"
    )


async def test_two_who_take_each_others_names_both_get_their_own(school):
    """And of two pupils, one cannot have the other's."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming", "xiaohong"))
    await asyncio.gather(
        school.xiaoming.rename(room_id, "小红同学"),
        school.xiaohong.rename(room_id, "小明同学"),
    )

    await _named(school, room_id, "xiaoming", "小明同学")
    await _named(school, room_id, "xiaohong", "小红同学")
    await school.settled()
    assert await _renames(school, room_id) == ["done", "done"]


async def test_a_name_taken_while_we_were_down_is_put_right(school):
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    await school.settled()
    await school.stop()
    event_id = await school.xiaoming.rename(room_id, "小明的朋友")
    await school.start()

    await _named(school, room_id, "xiaoming", "小明同学")
    await school.settled(event_id)
    assert await _renames(school, room_id) == ["done"]


async def test_who_leaves_right_after_a_false_name_is_not_brought_back(school):
    """A member event written for somebody who has left would let them in again."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming", "xiaohong"))
    for name in ("孙悟空", "猪八戒"):
        await school.xiaohong.rename(room_id, name)
        await school.xiaohong.client.room_leave(room_id)
        await school.settled()
        member = await school.fang.member(room_id, school.xiaohong.user_id)
        assert member["membership"] == "leave"
        await school.service.client.invite(room_id, school.xiaohong.user_id)
        await school.xiaohong.join(room_id)


async def test_thirty_false_names_at_adoption_are_all_put_right(school):
    """And nobody is told: a roster that renames everybody opens no rooms."""
    names = [f"crowd{n}" for n in range(30)]
    for name in names:
        if name not in school.members:
            await school.register(name, f"群众{name}")
    everybody = [*PEOPLE, *(pupil(n, f"学生{n}") for n in names)]
    await school.import_roster(everybody)
    room_id = await school.room(is_kept=False, members=("fang", *names))
    await school.keep(room_id, kind=KIND)

    async def all_right():
        _, answer = await school.fang.ask("GET", f"/rooms/{quote(room_id)}/members")
        shown = {e["state_key"]: e["content"] for e in answer["chunk"]}
        return all(
            shown[school.members[n].user_id].get("displayname") == f"学生{n}"
            for n in names
        )

    await until(all_right, what="thirty right names")
    await school.settled()
    assert await _renames(school, room_id) == ["done"] * 30
    assert await school.actions(room_id, "tell") == []
    await school.import_roster(PEOPLE)


async def test_one_who_was_renamed_by_the_roster_is_renamed_in_the_room(school):
    room_id = await school.room(kind=KIND, members=("chen", "dada"), scope=SMALL)
    others = [p for p in PEOPLE if p.id != "dada"]
    await school.import_roster([*others, pupil("dada", "林大海", scope=SMALL)])

    async def seen():
        member = await school.chen.member(room_id, school.dada.user_id)
        return member.get("displayname") == "林大海"

    await until(seen, what="the new name")
    await school.import_roster(PEOPLE)
