"""Review rooms: opened once, with those in it who review, and nothing written there."""

import pytest

from appservice.domain.actions import Ask, Notice, Show
from appservice.domain.ids import EventId, RoomId
from appservice.domain.rooms import RoomClass
from appservice.services.performing import SHOWN_AT_MOST
from appservice.services.review_rooms import alias_localpart
from tests.fakes.homeserver import failing
from tests.road import BAD, PUPIL, ROOM, STRANGER, TEACHER
from tests.services.outward import outward


@pytest.fixture
async def out(pool):
    async with outward(pool) as built:
        yield built


def ask(number: int = 12) -> Ask:
    values = {
        "id": str(number),
        "role": "student",
        "rule": "abuse",
        "at": "03-02 10:05",
        "room": "三年级2班",
    }
    notice = Notice(name="card_hold", room_id=ROOM, values=values)
    return Ask(question=number, notice=notice, choices=("✅", "❌"))


def show(event_id: str) -> Show:
    return Show(
        user_id=TEACHER,
        question=12,
        event_id=EventId(event_id),
        room_id=RoomId(ROOM),
        language="zh_Hans",
    )


async def test_the_first_card_opens_the_room_and_the_second_finds_it(out):
    [first] = await out.decide(ask(12))
    async with out.at_work():
        assert await out.ended(first) == ["done"]
        [second] = await out.decide(ask(13))
        assert await out.ended(second) == ["done"]

    assert len(out.homeserver.sent("create_room")) == 1
    [room] = [r for r in out.road.school.rooms.values() if r.kind == "review"]
    assert (room.room_class, room.scope) == (RoomClass.SERVICE, "三年级2班")
    [made] = out.homeserver.sent("create_room")
    assert made.content["invite"] == [TEACHER]
    assert made.content["room_alias_name"] == alias_localpart("三年级2班")
    keys = [
        e["content"]["m.relates_to"]["key"] for e in out.homeserver.by_bot("m.reaction")
    ]
    assert keys == ["✅", "❌", "✅", "❌"]
    assert (await out.action(first))["result"].startswith("$")


async def test_a_card_whose_answer_was_lost_is_posted_once(out):
    """The same mark, looked for in the review room before it is sent again."""
    [opened] = await out.decide(ask(1))
    async with out.at_work():
        await out.ended(opened)
        out.homeserver.fail("send", failing())
        [second] = await out.decide(ask(2))
        assert await out.ended(second) == ["done"]

    cards = [
        e
        for e in out.homeserver.by_bot("m.room.message")
        if e["content"].get("homeroom.action") == str(second)
    ]
    assert len(cards) == 1


async def test_who_reviews_no_more_is_let_go(out):
    [first] = await out.decide(ask(1))
    async with out.at_work():
        await out.ended(first)
        [room] = [r for r in out.road.school.rooms.values() if r.kind == "review"]
        theirs = out.homeserver.rooms[room.room_id]
        out.homeserver._member(theirs, STRANGER, STRANGER, "join")  # noqa: SLF001
        [second] = await out.decide(ask(2))
        await out.ended(second)

    kicked = [request.content["user_id"] for request in out.homeserver.sent("kick")]
    assert kicked == [STRANGER]


async def test_what_was_written_is_shown_in_private_only(out):
    event_id = out.homeserver.say(ROOM, PUPIL, BAD)
    await out.hear(ROOM, event_id)
    [id_] = await out.decide(show(event_id))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    [shown] = [
        e
        for e in out.homeserver.by_bot("m.room.message")
        if BAD in e["content"]["body"]
    ]
    assert shown["content"]["body"].startswith("第 12 号，小明")
    row = await out.action(id_)
    assert BAD not in row["body"]


async def test_what_is_cut_says_so(out):
    """Who decides must know that there is more than they see."""
    long = BAD + "好" * SHOWN_AT_MOST
    event_id = out.homeserver.say(ROOM, PUPIL, long)
    await out.hear(ROOM, event_id)
    [id_] = await out.decide(show(event_id))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    [shown] = [
        e["content"]["body"]
        for e in out.homeserver.by_bot("m.room.message")
        if BAD in e["content"]["body"]
    ]
    assert f"全文共 {len(long)} 字，以下是前 {SHOWN_AT_MOST} 字" in shown
    assert shown.endswith(long[:SHOWN_AT_MOST])


async def test_a_picture_is_shown_as_one(out):
    """What was put away for its picture cannot be decided by its name."""
    picture = {"msgtype": "m.image", "body": "p.png", "url": "mxc://school.test/pic"}
    event_id = out.homeserver.say(ROOM, PUPIL, content=picture)
    await out.hear(ROOM, event_id)
    [id_] = await out.decide(show(event_id))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    [shown] = [
        e["content"]
        for e in out.homeserver.by_bot("m.room.message")
        if e["content"]["msgtype"] == "m.image"
    ]
    assert shown["url"] == picture["url"]
    assert shown["filename"] != shown["body"]
    assert shown["body"].startswith("第 12 号")
