"""Commands: who may, what they do, and what is never obeyed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appservice import commands
from appservice.domain.ids import KindName, PersonId, RoomId, UserId
from appservice.domain.people import Person, Role
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.store import rooms, roster
from tests.road import (
    BAD,
    BOT,
    OTHER_PUPIL,
    PEOPLE,
    PUPIL,
    ROOM,
    STRANGER,
    TEACHER,
    Road,
    raw,
)
from tests.services.furnished import decided, kept, member, settle, state

DIRECT = RoomId("!direct")
JUDGED = "SELECT outcome FROM judgements"
COLLEAGUE = UserId("@li:school.test")


@pytest.fixture
async def road(pool):
    road = await kept(pool)
    colleague = Person(
        id=PersonId("t2"),
        name="李老师",
        roles=frozenset({Role.TEACHER}),
        classes=frozenset({"三年级2班"}),
        user_id=COLLEAGUE,
        language="en",
    )
    async with pool.acquire() as connection, connection.transaction():
        people = [*PEOPLE, colleague]
        await roster.replace(connection, people, source="test", content=b"")
        direct = Room(
            room_id=DIRECT, room_class=RoomClass.SERVICE, kind=KindName("direct")
        )
        await rooms.add(connection, direct, direct_with=TEACHER)
        await road.school.load_rooms(connection)
        await road.school.load_people(connection)
    await road.take(member(COLLEAGUE, "李老师"))
    await road.judge()
    await settle(road)
    return road


async def say(road: Road, body: str, sender: str = TEACHER, **more: Any) -> str:
    """Let somebody write, and judge it; return the event id."""
    content = {"msgtype": "m.text", "body": body, **more.pop("content", {})}
    event = raw(sender=sender, content=content, **more)
    await road.take(event)
    await road.judge()
    return str(json.loads(event)["event_id"])


async def answers(road: Road, to: str = TEACHER) -> list[str]:
    """List what somebody was answered."""
    return [
        each["notice"]["values"]["text"]
        for each in await decided(road, "tell")
        if each["user_id"] == to and each["notice"]["name"] == "answer"
    ]


async def results(road: Road) -> list[tuple[str, str, str | None]]:
    rows = await road.fetch(
        "SELECT name, result, subject FROM commands ORDER BY commanded_at"
    )
    return [tuple(row) for row in rows]


async def mutes(road: Road) -> list[str]:
    rows = await road.fetch("SELECT user_id FROM mutes WHERE ended_at IS NULL")
    return [row["user_id"] for row in rows]


@pytest.mark.parametrize(
    "written",
    [
        "!mute 小明 2h 刷屏",
        "！禁言 小明 2小时 刷屏",
        "！禁言小明，两小时，刷屏",
        "!禁言 @xiaoming:school.test 2h",
        "  !MUTE  小明",
    ],
)
async def test_a_mute_is_done_told_and_taken_out_of_the_room(road, written):
    event_id = await say(road, written)

    assert await mutes(road) == [PUPIL]
    assert await results(road) == [("mute", "done", PUPIL)]
    [redact] = await decided(road, "redact")
    assert (redact["event_id"], redact["notice"]["name"]) == (event_id, "command")
    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["users"][PUPIL] == -1
    [answer] = await answers(road)
    assert "小明" in answer
    told = [e for e in await decided(road, "tell") if e["user_id"] == PUPIL]
    assert [each["notice"]["name"][:5] for each in told] == ["muted"]


async def test_a_mute_is_ended_by_its_opposite(road):
    await say(road, "!mute 小明")
    await settle(road)
    await say(road, "!解除禁言 小明")

    assert await mutes(road) == []
    last = (await decided(road, "set_state"))[-1]
    assert PUPIL not in last["content"]["users"]


@pytest.mark.parametrize(
    "written",
    ["!mute 小名 2h", "!mute 小 2h", "!mute 2h", "!mute", "!mute 小明明 2h"],
)
async def test_whoever_is_not_clearly_named_is_left_alone(road, written):
    await say(road, written)

    assert await mutes(road) == []
    assert [result for _, result, _ in await results(road)] == ["refused"]
    [answer] = await answers(road)
    assert "什么也没有做" in answer


async def test_a_near_name_is_suggested(road):
    await say(road, "!mute 小名 2h")

    [answer] = await answers(road)
    assert "小明" in answer


@pytest.mark.parametrize("span", ["8d", "2020-01-01"])
async def test_no_mute_is_for_ever_or_over_already(road, span):
    await say(road, f"!mute 小明 {span}")

    assert await mutes(road) == []


@pytest.mark.parametrize(
    ("sender", "whom"),
    [
        (PUPIL, "小红"),
        (COLLEAGUE, "小明"),
        (TEACHER, "王老师"),
        (TEACHER, BOT),
        (TEACHER, STRANGER),
        (STRANGER, "小明"),
    ],
    ids=["pupil", "without the right", "oneself", "us", "unknown", "by an outsider"],
)
async def test_nobody_acts_beyond_their_right(road, sender, whom):
    await road.take(member(STRANGER, "王老师"))
    await say(road, f"!mute {whom} 2h", sender)

    assert await mutes(road) == []
    assert ("mute", "done", None) not in await results(road)


async def test_nobody_acts_on_someone_at_their_height(road, pool):
    """Two class teachers of one room."""
    people = [replace(p, posts=PEOPLE[2].posts) for p in PEOPLE if p.user_id == TEACHER]
    other = replace(
        people[0], id=PersonId("t3"), name="赵老师", user_id=UserId("@zhao:school.test")
    )
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, [*PEOPLE, other], source="x", content=b"")
    await road.take(member("@zhao:school.test", "赵老师"))
    await say(road, "!mute 赵老师 2h")

    assert await mutes(road) == []
    [answer] = await answers(road)
    assert "不低于" in answer


async def test_an_outsider_is_not_answered_at_all(road):
    """To somebody the roster does not know, we are not there."""
    await say(road, "!help", STRANGER)

    assert await answers(road, STRANGER) == []
    assert await results(road) == []


@pytest.mark.parametrize(
    "content",
    [
        {"msgtype": "m.notice"},
        {"msgtype": "m.emote"},
        {"msgtype": "m.image", "url": "mxc://a/b", "filename": "a.png"},
        {
            "m.new_content": {"msgtype": "m.text", "body": "!mute 小明 2h"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"},
        },
    ],
    ids=["notice", "emote", "caption", "edit"],
)
async def test_what_only_looks_like_a_command_is_none(road, content):
    await say(road, "!mute 小明 2h", content=content)

    assert await mutes(road) == []
    assert await results(road) == []


async def test_a_quoted_command_is_none(road):
    """The fallback of a reply holds what somebody else wrote."""
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$theirs"}}}
    await say(road, "> <@wang:school.test> !mute 小明\n\n谢谢", content=reply)
    await say(road, "> !mute 小明 2h")

    assert await mutes(road) == []


async def test_a_reply_says_whom(road):
    theirs = await say(road, "早上好", PUPIL)
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": theirs}}}
    await say(road, "!warn 请不要刷屏", content=reply)

    assert await results(road) == [("warn", "done", PUPIL)]
    [told] = [e for e in await decided(road, "tell") if e["user_id"] == PUPIL]
    assert told["notice"]["values"]["reason"] == "请不要刷屏"


async def test_a_part_of_a_name_is_no_name_beside_a_reply_to_another(road, pool):
    """«安静» is said to whom it answers, and is not the pupil called 陈安静."""
    quiet = replace(
        PEOPLE[1], id=PersonId("s7"), name="陈安静", user_id=UserId("@chen:school.test")
    )
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, [*PEOPLE, quiet], source="x", content=b"")
    theirs = await say(road, "早上好", PUPIL)
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": theirs}}}
    await say(road, "!warn 安静", content=reply)
    assert await results(road) == [("warn", "refused", None)]
    [answer] = await answers(road)
    assert "小明、陈安静" in answer

    await say(road, "!warn 小明 安静", content=reply)
    await say(road, "!warn 陈安静", content=reply)
    await say(road, "!warn 安静")
    done = [subject for _, result, subject in await results(road) if result == "done"]
    assert done == [PUPIL, "@chen:school.test", "@chen:school.test"]


@pytest.mark.parametrize(
    "written",
    ["!禁言 @xiaoming:school.test，2小时", "!禁言 @xiaoming:school.test：刷屏。"],
)
async def test_an_id_ends_where_chinese_goes_on(road, written):
    await say(road, written)

    assert await mutes(road) == [PUPIL]


async def test_what_came_too_late_is_not_obeyed(road):
    """Whoever gave it has gone on meanwhile."""
    late = datetime.now(tz=UTC) - timedelta(minutes=6)
    await say(road, "!mute 小明 2h", sent_at=late)

    assert await mutes(road) == []
    [answer] = await answers(road)
    assert "再发一次" in answer
    assert len(await decided(road, "redact")) == 1


async def test_what_a_pupil_may_not_is_judged_like_any_message(road):
    event_id = await say(road, f"!warn 小红 {BAD}", PUPIL)

    assert await results(road) == [("warn", "refused", None)]
    redacted = [each["event_id"] for each in await decided(road, "redact")]
    assert redacted == [event_id]
    [judged] = await road.fetch("SELECT outcome FROM judgements")
    assert judged["outcome"] == "hold"


@pytest.mark.parametrize("command", ["!help", "！群规", "!who", "!record"])
async def test_a_question_is_judged_like_any_message(road, command):
    """Else it would be a way round every rule, and stay in the room for all to read."""
    event_id = await say(road, f"{command} {BAD}", PUPIL)

    assert [row["outcome"] for row in await road.fetch(JUDGED)] == ["hold"]
    redacted = [each["event_id"] for each in await decided(road, "redact")]
    assert redacted == [event_id]


async def test_a_command_that_comes_too_late_is_judged_where_it_is_not_ones_own(road):
    late = datetime.now(tz=UTC) - timedelta(minutes=6)
    await say(road, f"!warn 小红 {BAD}", PUPIL, sent_at=late)
    await say(road, f"!warn 小红 {BAD}", sent_at=late)

    assert len(await road.fetch(JUDGED)) == 1


async def test_what_those_in_charge_quote_in_a_command_is_not_flagged(road):
    await say(road, f"!warn 小明 请不要说“{BAD}”")

    assert await road.fetch("SELECT 1 FROM judgements") == []


async def test_in_a_direct_room_commands_need_no_mark_and_name_a_room_if_need_be(road):
    await say(road, "帮助", room_id=DIRECT)
    await say(road, "mute 小明 2h", room_id=DIRECT)

    assert await mutes(road) == [PUPIL]
    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["users"][PUPIL] == -1
    assert [name for name, _, _ in await results(road)] == ["help", "mute"]
    assert await decided(road, "redact") == []


async def test_a_room_with_spaces_in_its_name_can_be_named(road):
    """As the answer to «which room?» lists it; and not one that begins like it."""
    async with road.pool.acquire() as connection:
        for room_id, name in (("!x", "三年级 家长"), ("!y", "三年级 家长 群")):
            room = Room(
                room_id=RoomId(room_id),
                room_class=RoomClass.MANAGED,
                kind=KindName("class_students"),
                name=name,
                scope="三年级2班",
                mode=Mode.ENFORCE,
            )
            await rooms.add(connection, room)
        await road.school.load_rooms(connection)
    await say(road, "who #三年级 家长 群 小明", room_id=DIRECT)
    await say(road, "who #三年级 家长 小明", room_id=DIRECT)

    asked = await road.fetch("SELECT room_id FROM commands ORDER BY commanded_at")
    assert [row["room_id"] for row in asked] == ["!y", "!x"]


async def _one_more_room(road: Road, room_id: str, **more: Any) -> None:
    room = Room(
        room_id=RoomId(room_id),
        room_class=RoomClass.MANAGED,
        kind=KindName("class_students"),
        name="三年级2班",
        mode=Mode.ENFORCE,
        **more,
    )
    async with road.pool.acquire() as connection:
        await rooms.add(connection, room)
        await road.school.load_rooms(connection)


async def test_rooms_with_one_name_are_told_apart(road):
    """And what is listed is understood: here the scope is all that differs."""
    await _one_more_room(road, "!other:school.test", scope=None)
    await say(road, "who #三年级2班 小明", room_id=DIRECT)
    await say(road, "who #三年级2班 三年级2班 小明", room_id=DIRECT)

    which, answer = await answers(road)
    assert which.splitlines()[1:] == ["#三年级2班 三年级2班", "#!other:school.test"]
    assert "小明" in answer
    asked = await road.fetch("SELECT room_id FROM commands ORDER BY commanded_at")
    assert [row["room_id"] for row in asked] == [None, ROOM]


async def test_rooms_alike_in_all_are_told_apart_by_their_ids(road):
    await _one_more_room(road, "!other:school.test", scope="三年级2班")
    await say(road, "who 小明", room_id=DIRECT)
    await say(road, "who #!other:school.test 小明", room_id=DIRECT)

    which, _ = await answers(road)
    assert which.splitlines()[1:] == ["#!class", "#!other:school.test"]
    asked = await road.fetch("SELECT room_id FROM commands ORDER BY commanded_at")
    assert [row["room_id"] for row in asked] == [None, "!other:school.test"]


async def test_a_room_that_goes_on_in_another_obeys_no_more(road):
    """Nothing would be done there; in private, the new one is meant."""
    await _one_more_room(road, "!new:school.test", scope="三年级2班")
    async with road.pool.acquire() as connection:
        await rooms.succeed(connection, RoomId(ROOM), RoomId("!new:school.test"))
        await road.school.load_rooms(connection)
    await say(road, "!mute 小明")
    await say(road, "!announce 放假")

    assert await mutes(road) == []
    assert await decided(road, "send") == []
    assert {result for _, result, _ in await results(road)} == {"refused"}
    await say(road, "who 小明", room_id=DIRECT)
    asked = await road.fetch("SELECT room_id FROM commands WHERE name = 'who'")
    assert [row["room_id"] for row in asked] == ["!new:school.test"]


async def test_what_is_decided_in_a_new_room_meanwhile_holds_there(road):
    """People come over for minutes; and the old mute must not keep the room behind."""
    await _one_more_room(road, "!new:school.test", scope="三年级2班")
    await say(road, "!mute 小明 1h")
    await say(road, "!mute 小红 1h")
    await say(road, "!quiet on")
    await say(road, "mute #!new:school.test 小明 2h", room_id=DIRECT)
    await say(road, "quiet #!new:school.test on 3h", room_id=DIRECT)
    async with road.pool.acquire() as connection:
        new = RoomId("!new:school.test")
        assert await rooms.succeed(connection, RoomId(ROOM), new)

    muted = await road.fetch(
        "SELECT user_id FROM mutes WHERE room_id = $1 AND ended_at IS NULL", new
    )
    assert {row["user_id"] for row in muted} == {PUPIL, OTHER_PUPIL}


async def test_chatter_in_a_direct_room_is_answered_once_in_a_while(road):
    await say(road, "在吗", room_id=DIRECT)
    await say(road, "有人吗", room_id=DIRECT)

    assert len(await answers(road)) == 1


async def test_somebody_is_answered_in_their_language(road):
    await say(road, "!help", COLLEAGUE)

    [answer] = await answers(road, COLLEAGUE)
    assert "What you can ask me for" in answer
    assert "!mute" not in answer


async def test_an_unknown_command_gets_the_nearest(road):
    await say(road, "!mutee 小明 2h")
    await say(road, "！！！太好了", PUPIL)

    [answer] = await answers(road)
    assert "mute" in answer
    assert await mutes(road) == []
    assert await answers(road, PUPIL) == []


async def test_where_we_only_observe_nothing_is_done_and_nothing_is_claimed(road):
    await say(road, "!pause")
    await say(road, "!mute 小明 2h")
    await say(road, "!resume")

    assert await mutes(road) == []
    paused, observed, resumed = await answers(road)
    assert "只观察" in paused
    assert "什么也没有做" in observed
    assert "重新开始" in resumed
    [room] = await road.fetch("SELECT mode FROM rooms WHERE room_id = $1", ROOM)
    assert room["mode"] == Mode.ENFORCE.value


@pytest.mark.parametrize(
    "written", ["!mute 小明", "!quiet on", "!公告 在吗", "!remove 小明"]
)
async def test_what_we_have_no_power_to_do_is_not_promised(road, written):
    """Somebody has taken it: the owner is told how to give it back."""
    create = {"room_version": "11"}
    levels = {"users": {TEACHER: 100}, "kick": 60}
    await road.take(
        state("m.room.create", create), state("m.room.power_levels", levels)
    )
    await say(road, written)

    assert await mutes(road) == []
    assert [result for _, result, _ in await results(road)] == ["refused"]
    assert [each["notice"]["name"] for each in await decided(road, "call")] == [
        "powerless"
    ]


async def test_an_announcement_is_posted_pinned_and_unpinned(road):
    await say(road, "!公告 明天上午家长会\n请准时")
    [send] = await decided(road, "send")
    assert send["content"]["m.mentions"] == {"room": True}
    assert send["content"]["body"] == "【公告】明天上午家长会\n请准时\n—— 王老师"
    [row] = await road.fetch("SELECT id FROM actions WHERE kind = 'send'")
    mark = {"homeroom.action": str(row["id"])}
    echo = raw(sender=BOT, content={**send["content"], **mark}, event_id="$posted")
    await road.take(echo)
    await road.judge()

    last = (await decided(road, "set_state"))[-1]
    assert last["content"] == {"pinned": ["$posted"]}
    await settle(road)
    await say(road, "!unpin")
    last = (await decided(road, "set_state"))[-1]
    assert last["content"] == {"pinned": []}


async def test_of_many_announcements_the_newest_are_pinned(road):
    """Clients pin at the end of the list, and so do we: ten in all."""
    for n in range(12):
        await say(road, f"!announce {n}")
        send = (await decided(road, "send"))[-1]
        rows = await road.fetch(
            "SELECT id FROM actions WHERE kind = 'send' ORDER BY seq DESC"
        )
        mark = {"homeroom.action": str(rows[0]["id"])}
        content = {**send["content"], **mark}
        await road.take(raw(sender=BOT, content=content, event_id=f"$posted{n}"))
        await road.judge()
        await settle(road)

    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["pinned"] == [f"$posted{n}" for n in range(2, 12)]
    await say(road, "!unpin")
    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["pinned"] == [f"$posted{n}" for n in range(1, 11)]


async def test_a_record_is_for_those_entitled_and_for_oneself(road):
    await say(road, BAD, PUPIL)
    await say(road, "!record 小明")
    await say(road, "!record", PUPIL)
    await say(road, "!record 小明", OTHER_PUPIL)

    for to in (TEACHER, PUPIL):
        [answer] = await answers(road, to)
        assert "B3-14" in answer
        assert BAD not in answer
    [answer] = await answers(road, OTHER_PUPIL)
    assert "B3-14" not in answer


async def test_an_account_without_a_person_has_a_record_of_its_own(road):
    """And is not mistaken for whoever asks."""
    await road.take(member(STRANGER, "谁"))
    await say(road, BAD, STRANGER)
    await say(road, f"!record {STRANGER}")
    await say(road, f"!who {STRANGER}")

    record, who = await answers(road)
    assert STRANGER in record
    assert "王老师" not in record
    assert STRANGER in who


async def test_pupils_hear_only_of_who_is_here(road, pool):
    """Else ids, and beginnings of names, would give away everybody's."""
    elsewhere = UserId("@mother:school.test")
    mother = replace(PEOPLE[1], id=PersonId("g1"), name="陈静", user_id=elsewhere)
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, [*PEOPLE, mother], source="x", content=b"")
    for written in (f"!who {elsewhere}", "!who 陈静", "!who 陈", "!record 陈小"):
        await say(road, written, PUPIL)
    await say(road, f"!who {elsewhere}")

    told = await answers(road, PUPIL)
    assert all("什么也没有做" in each for each in told)
    assert not any("陈静" in each.partition("是不是")[2] for each in told)
    [answer] = await answers(road)
    assert "陈静" in answer


async def test_quiet_lets_only_those_write_who_may_announce(road):
    await say(road, "!全员禁言 开 2小时")
    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["events_default"] == 40
    assert last["content"]["events"]["m.reaction"] == -1
    await settle(road)
    await say(road, "!quiet off")

    last = (await decided(road, "set_state"))[-1]
    assert last["content"]["events_default"] == 0


async def test_only_the_owner_removes_and_strangers_too(road):
    await road.take(member(STRANGER, "谁"))
    await say(road, f"!remove {STRANGER}")
    await say(road, "!remove 小红 转学", COLLEAGUE)

    [remove] = await decided(road, "remove")
    assert remove["user_id"] == STRANGER


async def test_a_command_is_obeyed_once_however_often_it_comes(road):
    event = raw(sender=TEACHER, content={"msgtype": "m.text", "body": "!warn 小明"})
    for _ in range(2):
        await road.take(event)
        await road.judge()
    await road.take(event, source="reconcile")
    await road.judge()

    assert len(await results(road)) == 1


def test_every_command_has_a_chinese_name_and_says_what_it_does():
    for name, command in commands.all_commands().items():
        assert name.isascii()
        assert any("\u4e00" <= c <= "\u9fff" for c in command.aliases[0])
        assert command.summary
    assert len(commands.names()) == sum(
        1 + len(command.aliases) for command in commands.all_commands().values()
    )


async def test_no_quarrel_of_others_puts_off_what_a_person_asks_for(road):
    """Somebody's own bot raises itself again and again; the teacher mutes a pupil."""
    for n in range(6):
        levels = {"users": {PUPIL: 10 + n}}
        event = raw(
            type_="m.room.power_levels", content=levels, state_key="", sender=PUPIL
        )
        await road.take(event)
        await road.judge()
        if n < 5:
            await settle(road)
    before = len(await decided(road, "set_state"))
    await say(road, "!mute 小红 2h")

    after = await decided(road, "set_state")
    assert len(after) == before + 1
    assert after[-1]["content"]["users"][OTHER_PUPIL] == -1


async def test_somebody_chooses_a_language_that_no_roster_takes_back(road, pool):
    await say(road, "!language en")
    await say(road, "!群规")
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, [*PEOPLE], source="test", content=b"")
    await say(road, "!群规")
    await say(road, "！语言 中文")
    await say(road, "!language klingon")

    chosen, rules, again, back, unknown = await answers(road)
    assert "English" in chosen
    assert rules == again
    assert rules.startswith("The rules of")
    assert "中文" in back
    assert "！语言" in unknown


@pytest.mark.parametrize(
    "written", ["-1h", "到昨天", "until yesterday", "永久", "一节课", "上午8点到明天"]
)
async def test_what_is_no_time_we_know_is_asked_about_and_no_reason(road, written):
    await say(road, f"!禁言 小明 {written}")

    assert await mutes(road) == []
    [answer] = await answers(road)
    assert "没有看懂时间" in answer


async def test_a_time_may_stand_behind_the_reason(road):
    await say(road, "!禁言 小明 说脏话 2小时")

    [row] = await road.fetch("SELECT until - muted_at AS long, reason FROM mutes")
    assert timedelta(minutes=119) < row["long"] < timedelta(minutes=121)
    assert row["reason"] == "说脏话"


async def test_a_mute_that_runs_is_only_changed_by_a_time(road):
    await say(road, "!禁言 小明 3天")
    await say(road, "!禁言 小明 又刷屏")

    [row] = await road.fetch("SELECT until - now() AS left FROM mutes")
    assert row["left"] > timedelta(days=2)
    assert "正在禁言中" in (await answers(road))[1]


async def test_what_a_command_pins_outlives_what_was_pinned_by_hand_before(road):
    """The last hand on the pins is the teacher's; what she asks for later counts."""
    await road.take(state("m.room.pinned_events", {"pinned": ["$a"]}, sender=TEACHER))
    await road.judge()
    await settle(road)
    await say(road, "!取消置顶")
    last = (await decided(road, "set_state"))[-1]
    assert last["content"] == {"pinned": []}


async def test_who_does_not_belong_to_a_room_is_not_muted_there(road, pool):
    """The father of a pupil, in the pupils' room."""
    father = Person(
        id=PersonId("g1"),
        name="赵大明",
        roles=frozenset({Role.GUARDIAN}),
        classes=frozenset({"三年级2班"}),
        pupils=(PEOPLE[0].id,),
        relation="爸爸",
        user_id=UserId("@daming:school.test"),
    )
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, [*PEOPLE, father], source="x", content=b"")
    await say(road, "!禁言 赵大明 1小时")
    await say(road, "!禁言 @daming:school.test 1小时")

    assert await mutes(road) == []


async def test_a_mistyped_command_about_somebody_does_not_stay_either(road):
    event_id = await say(road, "！进言 小明 骂人太难听")

    assert await mutes(road) == []
    [redact] = await decided(road, "redact")
    assert redact["event_id"] == event_id
