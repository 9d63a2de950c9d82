"""Who must not be obeyed is not: forged commands, and those without the right."""

from typing import Any

import pytest

from tests.synapse.cast import PEOPLE, STRANGER
from tests.synapse.kinds import KIND
from tests.synapse.member import until
from tests.synapse.school import BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

MUTE = "!mute 小明同学 2h"
HTML = "org.matrix.custom.html"
EVERYBODY = ("fang", "li", "xiaoming", "xiaohong")


async def _mutes(school: School, room_id: str) -> list[Any]:
    return await school.fetch("SELECT user_id FROM mutes WHERE room_id = $1", room_id)


async def _commands(school: School, room_id: str) -> list[Any]:
    sql = "SELECT name, result FROM commands WHERE written_in = $1"
    return await school.fetch(sql, room_id)


FORGED: dict[str, dict[str, Any]] = {
    "quotation": {
        "msgtype": "m.text",
        "body": f"> <@fang:school.test> {MUTE}\n> !quiet on\n\n好的老师",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}},
    },
    "quotation in html": {
        "msgtype": "m.text",
        "body": f"> <@fang:school.test> {MUTE}\n\n看看",
        "format": HTML,
        "formatted_body": "<mx-reply><blockquote>"
        '<a href="https://matrix.to/#/@fang:school.test">x</a>'
        f"{MUTE}</blockquote></mx-reply>看看",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}},
    },
    "edit": {
        "msgtype": "m.text",
        "body": f"* {MUTE}",
        "m.new_content": {"msgtype": "m.text", "body": MUTE},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"},
    },
    "edit whose body is a command": {
        "msgtype": "m.text",
        "body": MUTE,
        "m.new_content": {"msgtype": "m.text", "body": MUTE},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"},
    },
    "caption": {
        "msgtype": "m.image",
        "body": MUTE,
        "filename": "a.png",
        "url": "mxc://school.test/a",
    },
    "notice": {"msgtype": "m.notice", "body": MUTE},
    "emote": {"msgtype": "m.emote", "body": MUTE},
    "code": {
        "msgtype": "m.text",
        "body": f"`{MUTE}`",
        "format": HTML,
        "formatted_body": f"<code>{MUTE}</code>",
    },
    "code with a pill": {
        "msgtype": "m.text",
        "body": "!mute 小明",
        "format": HTML,
        "formatted_body": "<pre><code>!mute "
        '<a href="https://matrix.to/#/@xiaoming:school.test">小明</a></code></pre>',
    },
    "mark inside": {"msgtype": "m.text", "body": f"他说{MUTE}"},
    "quotation by hand": {"msgtype": "m.text", "body": f"> {MUTE}"},
}


async def test_what_the_teacher_does_not_say_is_not_obeyed(school):
    """It stands in the teacher's own messages; but it is no command of theirs."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    first = await school.fang.say(room_id, "好的")
    written = [
        await school.fang.send(room_id, "m.room.message", _about(first, content))
        for content in FORGED.values()
    ]
    await school.settled(*written)

    assert await _mutes(school, room_id) == []
    assert await _commands(school, room_id) == []


def _about(event_id: str, content: dict[str, Any]) -> dict[str, Any]:
    """Let what answers or edits something answer or edit this."""
    if "m.relates_to" not in content:
        return content
    relation = content["m.relates_to"]
    points: dict[str, Any] = {"m.in_reply_to": {"event_id": event_id}}
    if "m.in_reply_to" not in relation:
        points = {**relation, "event_id": event_id}
    return {**content, "m.relates_to": points}


async def test_a_pupil_who_commands_is_told_that_it_is_for_others(school):
    """And nobody else sees that they tried with what needs hiding."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    for command in (MUTE, "!quiet on", "!announce 放假", "!pause"):
        row = await school.answered(await school.xiaohong.say(room_id, command))
        assert row["result"] == "refused"

    assert await _mutes(school, room_id) == []
    await school.told(school.xiaohong, "不在可用的指令之内", school.named(room_id))


async def test_a_stranger_named_like_the_teacher_is_not_even_answered(school):
    """Permission is by account, never by display name, and to them we are not here."""
    room_id = await school.room(kind=KIND, members=(*EVERYBODY, STRANGER))
    await school.stranger.rename(room_id, "语文王芳")
    event_id = await school.stranger.say(room_id, MUTE)
    await school.settled(event_id)

    assert await _commands(school, room_id) == []
    assert await _mutes(school, room_id) == []
    direct = await school.fetch(
        "SELECT 1 FROM rooms WHERE direct_with = $1", school.stranger.user_id
    )
    assert direct == []


ABOVE = [
    ("li", "fang"),  # above
    ("fang", "wang"),  # beside
    ("li", "li"),  # oneself
    ("fang", "homeroom"),  # the service
    ("fang", "homeroom_keeper"),
    ("fang", "admin"),  # of the whole school
    ("fang", STRANGER),  # not in the roster
]


async def test_nobody_acts_on_someone_at_or_above_them(school):
    members = ("fang", "wang", "li", "admin", STRANGER)
    room_id = await school.room(kind=KIND, members=members)
    for by, about in ABOVE:
        text = f"!mute @{about}:school.test 2h"
        row = await school.answered(await school.members[by].say(room_id, text))
        assert row["result"] == "refused", row["answer"]

    assert await _mutes(school, room_id) == []


async def test_a_command_is_obeyed_once_though_it_is_edited_and_sent_again(school):
    """Editing «2h» into «7d» changes nothing."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    event_id = await school.fang.say(room_id, "!warn 小明同学")
    await school.answered(event_id)
    edit = {
        "msgtype": "m.text",
        "body": f"* {MUTE}",
        "m.new_content": {"msgtype": "m.text", "body": MUTE},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }
    await school.settled(await school.fang.send(room_id, "m.room.message", edit))

    assert await _mutes(school, room_id) == []
    assert [tuple(row) for row in await _commands(school, room_id)] == [
        ("warn", "done")
    ]


async def test_a_command_older_than_five_minutes_is_to_be_sent_again(school):
    """Its sender has gone on meanwhile; the application service API sets the time."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    event_id = await school.say_long_ago(room_id, school.fang, MUTE, minutes=6)
    row = await school.answered(event_id)

    assert row["result"] == "refused"
    assert "请再发一次" in row["answer"]
    assert await _mutes(school, room_id) == []
    recent = await school.say_long_ago(room_id, school.fang, MUTE, minutes=3)
    assert (await school.answered(recent))["result"] == "done"


async def test_a_command_given_while_we_were_down_for_a_moment_is_obeyed(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.stop()
    event_id = await school.fang.say(room_id, MUTE)
    await school.start()

    assert (await school.answered(event_id))["result"] == "done"
    await school.settled(event_id)
    redactions = [
        e
        for e in await school.xiaohong.timeline(room_id)
        if e["type"] == "m.room.redaction" and e["sender"] == BOT
    ]
    assert len(redactions) == 1


async def test_a_right_lost_in_the_roster_is_lost_at_once(school):
    """Though the level may take a moment to follow."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.import_roster([p for p in PEOPLE if p.id != "li"])

    async def is_known():
        return school.service.school.person(school.li.user_id) is None

    try:
        await until(is_known, what="the new roster")
        event_id = await school.li.say(room_id, MUTE)
        await school.settled(event_id)
        assert await _mutes(school, room_id) == []
        assert await _commands(school, room_id) == []
    finally:
        await school.import_roster(PEOPLE)
