"""Announcements: posted by us for all, pinned, and still pinned the day after."""

from typing import Any

import pytest

from tests.synapse.kinds import KIND
from tests.synapse.member import until
from tests.synapse.school import BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

PINS = "m.room.pinned_events"
EVERYBODY = ("fang", "li", "xiaoming", "xiaohong")


async def _pinned(school: School, room_id: str) -> list[str]:
    pins: list[str] = (await school.xiaohong.state(room_id, PINS)).get("pinned", [])
    return pins


async def _announced(school: School, room_id: str, text: str) -> dict[str, Any]:
    """Wait until it is posted and pinned; return it."""

    async def found():
        pins = await _pinned(school, room_id)
        for event in await school.xiaohong.timeline(room_id):
            if text in str(event["content"].get("body")) and event["sender"] == BOT:
                return event if event["event_id"] in pins else None
        return None

    event: dict[str, Any] = await until(found, what=f"{text} to be pinned")
    return event


async def test_an_announcement_is_posted_for_all_and_pinned(school):
    """The command itself is gone; who announces is said."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    asked = await school.li.say(room_id, "！公告 明天春游\n请带水")

    event = await _announced(school, room_id, "明天春游")
    assert event["content"]["m.mentions"] == {"room": True}
    assert "请带水" in event["content"]["body"]
    assert "数学李强" in event["content"]["body"]
    await school.hidden(room_id, asked)
    assert await _pinned(school, room_id) == [event["event_id"]]


async def test_it_stays_pinned_whatever_others_do(school):
    """A teacher pins something else beside it; a stop and start changes nothing."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.fang.say(room_id, "!announce 明天春游")
    first = await _announced(school, room_id, "明天春游")
    own = await school.xiaoming.say(room_id, "看我")
    status, _ = await school.xiaoming.put(room_id, PINS, {"pinned": [own]}, "")
    assert status == 403
    plan = await school.li.say(room_id, "课程表")
    both = [first["event_id"], plan]
    status, answer = await school.li.put(room_id, PINS, {"pinned": both}, "")
    assert status == 200, answer
    await school.settled(answer["event_id"])
    await school.stop()
    await school.start()
    await school.settled()

    assert await _pinned(school, room_id) == both


async def test_unpin_takes_away_the_newest_or_the_one_answered(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    events = []
    for text in ("一号通知", "二号通知", "三号通知"):
        await school.fang.say(room_id, f"!announce {text}")
        events.append(await _announced(school, room_id, text))
    first, second, third = (event["event_id"] for event in events)

    row = await school.answered(await school.fang.say(room_id, "!unpin"))
    assert row["result"] == "done"

    async def has_gone(event_id: str) -> bool:
        return event_id not in await _pinned(school, room_id)

    await until(lambda: has_gone(third), what="the newest to be unpinned")
    assert await _pinned(school, room_id) == [first, second]
    reply = {
        "msgtype": "m.text",
        "body": "!取消置顶",
        "m.relates_to": {"m.in_reply_to": {"event_id": first}},
    }
    await school.answered(await school.li.send(room_id, "m.room.message", reply))
    await until(lambda: has_gone(first), what="the one answered to be unpinned")
    assert await _pinned(school, room_id) == [second]
    # What was written stays.
    assert await school.xiaohong.redaction(room_id, first) is None


async def test_of_more_than_ten_the_newest_are_pinned(school):
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    for n in range(12):
        await school.fang.say(room_id, f"!announce 第{n:02}条通知")
    last = await _announced(school, room_id, "第11条通知")
    await school.settled()

    pins = await _pinned(school, room_id)
    assert len(pins) == 10
    assert last["event_id"] in pins


async def test_after_being_killed_between_deciding_and_doing_it_is_posted_once(school):
    """The row waits in the outbox; a start finds it."""
    room_id = await school.room(kind=KIND, members=EVERYBODY)
    await school.settled()
    school.stop_acting()
    asked = await school.fang.say(room_id, "!announce 明天春游")
    muting = await school.fang.say(room_id, "!mute 小明同学 1h")
    await school.answered(asked)
    await school.answered(muting)
    await school.stop()
    [(waiting,)] = await school.fetch(
        "SELECT count(*) FROM outbox WHERE room_id = $1", room_id
    )
    assert waiting >= 4
    await school.start()

    await _announced(school, room_id, "明天春游")
    await school.hidden(room_id, asked, muting)
    await school.settled()
    timeline = await school.xiaohong.timeline(room_id)
    posted = [e for e in timeline if "明天春游" in str(e["content"].get("body"))]
    redactions = [e for e in timeline if e["type"] == "m.room.redaction"]
    levels = [
        e
        for e in timeline
        if e["type"] == "m.room.power_levels"
        and e["content"]["users"].get(school.xiaoming.user_id) == -1
    ]
    assert [len(found) for found in (posted, redactions, levels)] == [1, 2, 1]
