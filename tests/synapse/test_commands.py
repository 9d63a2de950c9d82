"""Commands: staff act by typing, in the room, in a thread or in private."""

from typing import Any

import pytest

from tests.synapse.cast import SMALL
from tests.synapse.kinds import KIND
from tests.synapse.member import Member, until
from tests.synapse.school import School

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEVELS = "m.room.power_levels"


async def _level(school: School, room_id: str, who: str) -> int:
    levels = await school.fang.state(room_id, LEVELS)
    level: int = levels["users"].get(
        school.members[who].user_id, levels["users_default"]
    )
    return level


async def _stands(school: School, room_id: str, who: str, level: int) -> None:
    async def is_so():
        return await _level(school, room_id, who) == level

    await until(is_so, what=f"{who} to be at {level}")


def _pill(member: Member, before: str, after: str) -> dict[str, Any]:
    """Write a mention as Element does."""
    link = f'<a href="https://matrix.to/#/{member.user_id}">小明</a>'
    return {
        "msgtype": "m.text",
        "body": f"{before}小明{after}",
        "format": "org.matrix.custom.html",
        "formatted_body": f"{before}{link}{after}",
        "m.mentions": {"user_ids": [member.user_id]},
    }


WAYS = {
    "name": "!mute 小明同学 2h",
    "alias": "！禁言小明同学2小时",
    "shouted": "!MUTE 小明同学, 2h",
    "number": "!禁言 小明同学 两小时 上课说话",
    "user id": "!mute @xiaoming:school.test 120m",
    "link": "!mute https://matrix.to/#/@xiaoming:school.test 2h",
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_pupil_can_be_named_in_every_way(school, way):
    """By roster name, user id or link, in both languages."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming", "xiaohong"))
    event_id = await school.fang.say(room_id, WAYS[way])

    row = await school.answered(event_id)
    assert (row["name"], row["result"]) == ("mute", "done")
    assert row["subject"] == school.xiaoming.user_id
    await _stands(school, room_id, "xiaoming", -1)
    # What was asked about somebody is not left where the class reads it.
    [redaction] = await school.hidden(room_id, event_id)
    assert "私下" in redaction["content"]["reason"]
    await school.told(school.fang, "已禁言", "小明同学")
    await school.told(school.xiaoming, school.named(room_id), "语文王芳的决定")


async def test_by_pill_by_reply_and_in_a_thread(school):
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming", "xiaohong"))
    said = await school.xiaoming.say(room_id, "今天没有作业")
    reply = {"m.in_reply_to": {"event_id": said}}
    thread = {
        "rel_type": "m.thread",
        "event_id": said,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": said},
    }
    sent = [
        await school.fang.send(
            room_id, "m.room.message", _pill(school.xiaoming, "!warn ", " 注意")
        ),
        await school.fang.send(
            room_id,
            "m.room.message",
            {"msgtype": "m.text", "body": "!warn 请注意", "m.relates_to": reply},
        ),
        await school.fang.send(
            room_id,
            "m.room.message",
            {
                "msgtype": "m.text",
                "body": "> <@xiaoming:school.test> 今天没有作业\n\n!提醒 请注意",
                "m.relates_to": reply,
            },
        ),
        await school.fang.send(
            room_id,
            "m.room.message",
            {
                "msgtype": "m.text",
                "body": "!warn 小明同学 注意",
                "m.relates_to": thread,
            },
        ),
    ]
    for event_id in sent:
        row = await school.answered(event_id)
        expected = ("warn", "done", school.xiaoming.user_id)
        assert (row["name"], row["result"], row["subject"]) == expected
    await school.hidden(room_id, *sent)
    await school.told(school.xiaoming, "语文王芳提醒", "请注意")


async def test_a_name_that_is_nearly_right_is_asked_about(school):
    """Nothing is said to be done that was not."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    event_id = await school.fang.say(room_id, "!mute 小铭同学 2h")

    row = await school.answered(event_id)
    assert row["result"] == "refused"
    assert "小明同学" in row["answer"]
    await school.told(school.fang, "小铭同学", "什么也没有做")
    assert await school.fetch("SELECT 1 FROM mutes WHERE room_id = $1", room_id) == []


async def test_an_unknown_command_is_answered_with_the_nearest(school):
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    await school.fang.say(room_id, "!mut 小明同学")
    await school.told(school.fang, "没有「！mut」", "mute")
    # A pupil who only exclaims is not written to.
    await school.settled(await school.xiaoming.say(room_id, "!哈哈哈哈"))
    assert await _told(school, room_id, school.xiaoming) == 0


async def _told(school: School, room_id: str, member: Member) -> int:
    """Count what was said to somebody because of a room, about commands."""
    rows = await school.fetch(
        "SELECT 1 FROM actions WHERE room_id = $1 AND kind = 'tell' "
        "AND subject = $2 AND rule = 'command'",
        room_id,
        member.user_id,
    )
    return len(rows)


async def test_in_private_a_mark_is_not_needed(school):
    """Nor a room, for whoever has only one."""
    room_id = await school.room(kind=KIND, members=("chen", "dada"), scope=SMALL)
    await school.chen.say(room_id, "!who")
    direct = await school.direct(school.chen)

    for text in ("禁言 林大大 1小时", "!unmute 林大大"):
        event_id = await school.chen.say(direct, text)
        row = await school.answered(event_id)
        assert (row["result"], row["room_id"]) == ("done", room_id), row["answer"]
        await school.settled(event_id)
        # Nothing is taken away where nobody else reads it.
        assert await school.chen.redaction(direct, event_id) is None
    levels = await school.chen.state(room_id, LEVELS)
    assert school.dada.user_id not in levels["users"]


async def test_in_private_one_of_several_rooms_is_named(school):
    rooms = [
        await school.room(kind=KIND, members=("fang", "xiaoming")) for _ in range(2)
    ]
    await school.fang.say(rooms[0], "!help")
    direct = await school.direct(school.fang)
    asked = await school.answered(await school.fang.say(direct, "mute 小明同学"))
    name = school.named(rooms[1])
    done = await school.answered(
        await school.fang.say(direct, f"mute #{name} 小明同学")
    )

    assert asked["result"] == "refused"
    assert f"#{name}" in asked["answer"]
    assert (done["result"], done["room_id"]) == ("done", rooms[1]), done["answer"]
    await _stands(school, rooms[1], "xiaoming", -1)
    assert await _level(school, rooms[0], "xiaoming") == 0


async def test_a_room_whose_name_has_spaces_can_be_named(school):
    """As the answer to «which room?» lists it."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    await school.rename_room(room_id, "三年级2班 语文 群")
    await school.fang.say(room_id, "!help")
    direct = await school.direct(school.fang)
    event_id = await school.fang.say(direct, "mute #三年级2班 语文 群 小明同学 1h")

    row = await school.answered(event_id)
    assert (row["result"], row["room_id"]) == ("done", room_id), row["answer"]


async def test_everybody_is_answered_in_their_own_language(school):
    room_id = await school.room(kind=KIND, members=("fang", "emma"))
    await school.emma.say(room_id, "!help")
    body = await school.told(school.emma, "What you can ask me for in")
    assert "!record" in body
    assert "!mute" not in body
    await school.fang.say(room_id, "！帮助")
    body = await school.told(school.fang, school.named(room_id), "可以用的指令")
    assert "！禁言" in body


async def test_who_and_record_and_rules_are_for_everybody(school):
    """One's own record; about others only for those entitled."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming", "xiaohong"))
    warned = await school.fang.say(room_id, "!warn 小明同学 上课说话")
    await school.answered(warned)
    asks = {
        "!who": "语文王芳",
        "!谁 王芳": "教师",
        "!rules": "刷屏",
        "!record": "！警告",
    }
    for text, expected in asks.items():
        row = await school.answered(await school.xiaoming.say(room_id, text))
        assert row["result"] == "answered", row["answer"]
        assert expected in row["answer"]
    theirs = await school.answered(await school.xiaohong.say(room_id, "!记录 小明同学"))
    assert theirs["result"] == "refused"
    entitled = await school.answered(await school.fang.say(room_id, "!record 小明同学"))
    assert "！警告" in entitled["answer"]


async def test_a_member_is_removed_by_the_owner_alone(school):
    """A teacher of the class may not; a stranger may be removed, too."""
    members = ("fang", "li", "xiaoming", "stranger")
    room_id = await school.room(kind=KIND, members=members)
    refused = await school.answered(await school.li.say(room_id, "!remove 小明同学"))
    assert refused["result"] == "refused"
    for who in ("xiaoming", "stranger"):
        member = school.members[who]
        row = await school.answered(
            await school.fang.say(room_id, f"！移出 {member.user_id} 不是本班")
        )
        assert row["result"] == "done", row["answer"]

        async def is_gone(user_id=member.user_id):
            return (await school.fang.member(room_id, user_id))["membership"] == "leave"

        await until(is_gone, what=f"{who} to be gone")
    await school.told(school.xiaoming, "语文王芳已将此账号移出", school.named(room_id))


async def test_pause_and_resume(school):
    """While paused nothing is done, commands that act included."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    await school.settled()
    await school.answered(await school.fang.say(room_id, "!暂停"))
    event_id = await school.xiaoming.rename(room_id, "孙悟空")
    refused = await school.answered(await school.fang.say(room_id, "!mute 小明同学"))
    assert refused["result"] == "refused"
    assert "只观察" in refused["answer"]
    await school.settled(event_id)
    shown = await school.fang.member(room_id, school.xiaoming.user_id)
    assert shown["displayname"] == "孙悟空"

    resumed = await school.answered(await school.fang.say(room_id, "！恢复"))
    assert resumed["result"] == "done"

    async def is_right():
        shown = await school.fang.member(room_id, school.xiaoming.user_id)
        return shown["displayname"] == "小明同学"

    await until(is_right, what="the name to be put right")
