"""From the inbox to records and outbox, on a real Postgres."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appservice.domain.ids import EventId, KindName, RoomId
from appservice.domain.people import Role
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.domain.rule import ActiveRule, Category, Rule
from appservice.services.breaker import Breaker
from appservice.store import events, rooms, roster
from tests.road import (
    BAD,
    BOT,
    OTHER_PUPIL,
    PEOPLE,
    PUPIL,
    ROOM,
    STRANGER,
    TEACHER,
    build,
    policy,
    raw,
)


@pytest.fixture
async def road(pool):
    built = await build(pool)
    yield built
    await built.tower.close()


async def test_what_breaks_no_rule_is_recorded_and_nothing_is_done(road):
    await road.take(raw("今天的作业是什么?"))

    assert await road.judge() == 1
    assert await road.actions() == []
    assert await road.fetch("SELECT * FROM inbox") == []
    assert len(await road.fetch("SELECT * FROM events")) == 1


async def test_a_held_message_is_hidden_its_author_told_and_staff_called(road):
    await road.take(raw(f"你是{BAD}", event_id="$bad"))
    await road.judge()

    assert await road.actions() == [
        ("redact", "$bad", "waiting"),
        ("tell", PUPIL, "waiting"),
        ("ask", "1", "waiting"),
    ]
    [judgement] = await road.fetch("SELECT * FROM judgements")
    assert judgement["outcome"] == "hold"
    [violation] = json.loads(judgement["violations"])
    assert violation["clauses"] == ["B3-14"]
    assert violation["evidence"]["found"] == BAD


async def test_the_third_copy_and_later_ones_are_hidden(road):
    """B3-16: the first two stand."""
    await road.take(*(raw("快看", event_id=f"$copy{n}") for n in range(5)))
    await road.judge()

    assert [subject for _, subject, _ in await road.actions("redact")] == [
        "$copy2",
        "$copy3",
        "$copy4",
    ]


async def test_copies_count_across_batches_and_restarts(road, pool):
    """What was judged before is read again from the record."""
    for n in range(2):
        await road.take(raw("快看", event_id=f"$copy{n}"))
        await road.judge()
    again = await build(pool)
    await again.take(raw("快看", event_id="$third"))
    await again.judge()
    await again.tower.close()

    assert [subject for _, subject, _ in await road.actions("redact")] == ["$third"]


async def test_an_event_is_judged_once_however_often_it_comes(road):
    event = raw(BAD, event_id="$once")
    for _ in range(3):
        await road.take(event)
        await road.judge()
    await road.take(event, event)
    await road.judge()

    assert len(await road.actions("redact")) == 1


async def test_staff_are_never_hidden(road):
    """A mistaken policy can make the service look, and no more."""
    await road.take(raw(BAD, sender=TEACHER, event_id="$teacher"))
    await road.judge()

    assert await road.actions("redact") == []
    assert len(await road.actions("ask")) == 1


async def test_the_service_does_not_judge_itself(road):
    await road.take(*(raw(BAD, sender=BOT) for _ in range(3)))

    assert await road.judge() == 3
    assert await road.actions() == []


async def test_who_stands_at_or_above_the_service_is_not_hidden(road):
    levels = {"users": {BOT: 100, PUPIL: 100}}
    await road.take(
        raw(type_="m.room.power_levels", content=levels, state_key="", sender=TEACHER),
        raw(BAD),
        raw(BAD, sender=OTHER_PUPIL, event_id="$below"),
    )
    await road.judge()

    assert await road.actions("redact") == [("redact", "$below", "waiting")]


async def test_hiding_a_message_hides_edits_that_came_before_it(road):
    """The homeserver would go on showing them (matrix-facts 2.6)."""
    edit = {
        "msgtype": "m.text",
        "body": "* 改好了",
        "m.new_content": {"msgtype": "m.text", "body": "改好了"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$late"},
    }
    await road.take(raw(content=edit, event_id="$edit"))
    await road.judge()
    await road.take(raw(BAD, event_id="$late"))
    await road.judge()

    hidden = {subject for _, subject, _ in await road.actions("redact")}
    assert hidden == {"$late", "$edit"}


async def test_an_edit_of_a_hidden_message_is_hidden_when_it_comes(road):
    edit = {
        "msgtype": "m.text",
        "body": "* 没事",
        "m.new_content": {"msgtype": "m.text", "body": "没事"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$bad"},
    }
    await road.take(raw(BAD, event_id="$bad"))
    await road.judge()
    await road.take(raw(content=edit, event_id="$edit"))
    await road.judge()

    hidden = [subject for _, subject, _ in await road.actions("redact")]
    assert hidden == ["$bad", "$edit"]


@pytest.mark.parametrize("edit_first", [True, False])
async def test_original_and_edit_in_one_batch_are_each_hidden_once(road, edit_first):
    edit = {
        "msgtype": "m.text",
        "body": "* 没事",
        "m.new_content": {"msgtype": "m.text", "body": "没事"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$bad"},
    }
    both = [raw(content=edit, event_id="$edit"), raw(BAD, event_id="$bad")]
    await road.take(*(both if edit_first else reversed(both)))
    await road.judge()

    hidden = [subject for _, subject, _ in await road.actions("redact")]
    assert sorted(hidden) == ["$bad", "$edit"]


async def test_a_teacher_who_is_a_parent_here_is_still_staff(pool):
    """X01 chooses the role; nothing makes them a stranger to the staff."""
    both = replace(PEOPLE[2], roles=frozenset({Role.TEACHER, Role.GUARDIAN}))
    as_parent = replace(policy(), roles=(Role.GUARDIAN, Role.STUDENT), rights={})
    road = await build(pool, people=[*PEOPLE[:2], both], kinds=as_parent)
    await road.take(*(raw(BAD, sender=TEACHER) for _ in range(4)))
    await road.judge()

    assert await road.actions("redact") == []
    await road.tower.close()


@pytest.mark.parametrize(
    "event",
    [
        raw(type_="m.room.redaction", content={"redacts": "$x", "reason": BAD}),
        raw(
            type_="m.room.member",
            state_key=PUPIL,
            content={"membership": "leave", "reason": BAD},
        ),
        raw(
            type_="m.room.third_party_invite",
            state_key="x",
            content={"display_name": BAD},
        ),
    ],
    ids=["redaction", "leaving", "third-party invite"],
)
async def test_a_reason_is_a_text_like_any_other(road, event):
    """Clients show it to everybody."""
    await road.take(event)
    await road.judge()

    assert len(await road.actions("redact")) == 1


@pytest.mark.parametrize("reason", ["x\0y", "好" * 70_000])
async def test_no_reason_keeps_a_redaction_off_the_record(road, reason):
    content = {"redacts": "$x", "reason": reason}
    await road.take(raw(type_="m.room.redaction", content=content, event_id="$r"))
    await road.judge()

    [row] = await road.fetch("SELECT event_id, reason FROM redactions")
    assert row["reason"] == reason.replace("\0", "�")
    assert await road.fetch("SELECT * FROM parked") == []


@pytest.mark.parametrize("target", ["$x\0y", "$" + "很" * 40_000])
async def test_no_target_keeps_an_edit_from_being_judged(road, target):
    edit = {
        "msgtype": "m.text",
        "body": BAD,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }
    await road.take(raw(content=edit, event_id="$edit"))
    await road.judge()

    assert [s for _, s, _ in await road.actions("redact")] == ["$edit"]


async def test_an_original_is_fetched_where_we_only_observe_too(pool):
    """The homeserver would not keep it until somebody lets us act."""
    road = await build(pool, mode=Mode.OBSERVE)
    await road.take(raw(content={}, event_id="$x", unsigned={"redacted_because": {}}))
    await road.judge()

    assert await road.actions() == [("recover", "$x", "waiting")]
    await road.tower.close()


async def test_a_stranger_is_reported_once_we_may_act(pool):
    road = await build(pool, mode=Mode.OBSERVE)
    await road.take(raw(sender=STRANGER))
    await road.judge()
    assert await road.actions() == []
    async with pool.acquire() as connection:
        await rooms.set_mode(connection, ROOM, Mode.ENFORCE, because="test")
    await road.take(raw(sender=STRANGER))
    await road.judge()

    assert [kind for kind, *_ in await road.actions()] == ["call"]
    await road.tower.close()


async def test_after_the_breaker_a_person_lets_us_go_on(pool):
    """What was hidden before does not count again."""
    road = await build(pool, breaker=Breaker(room=4))
    await road.take(*(raw(f"{BAD}{n}") for n in range(10)))
    await road.judge()
    async with pool.acquire() as connection:
        await rooms.set_mode(connection, ROOM, Mode.ENFORCE, because="a person")
    await road.take(*(raw(f"{BAD}{n}") for n in range(10, 13)))
    await road.judge()

    statuses = [status for *_, status in await road.actions("redact")]
    assert statuses.count("waiting") == 4 + 3
    await road.tower.close()


async def test_observing_records_and_does_nothing(pool):
    road = await build(pool, mode=Mode.OBSERVE)
    await road.take(raw(BAD))
    await road.judge()

    assert {status for *_, status in await road.actions()} == {"observed"}
    assert await road.fetch("SELECT * FROM outbox") == []
    await road.tower.close()


async def test_the_breaker_stops_at_its_limit_and_calls_a_person(pool):
    road = await build(pool, breaker=Breaker(room=4))
    await road.take(*(raw(f"{BAD}{n}", event_id=f"${n}") for n in range(10)))
    await road.judge()

    redactions = await road.actions("redact")
    assert [status for *_, status in redactions].count("waiting") == 4
    [room] = await road.fetch("SELECT mode, mode_because FROM rooms")
    assert room["mode"] == "observe"
    assert "more than 4 hides" in room["mode_because"]
    [call] = await road.fetch("SELECT * FROM actions WHERE rule = 'breaker'")
    assert (call["kind"], call["status"]) == ("call", "waiting")
    await road.tower.close()


async def test_the_breaker_of_the_school_counts_all_rooms(pool):
    other = Room(
        room_id=RoomId("!other"),
        room_class=RoomClass.MANAGED,
        kind=KindName("class_students"),
        mode=Mode.ENFORCE,
    )
    road = await build(pool, breaker=Breaker(room=4, school=6), more_rooms=[other])
    for room_id in (ROOM, "!other"):
        await road.take(*(raw(f"{BAD}{n}", room_id=room_id) for n in range(4)))
        await road.judge()

    statuses = [status for *_, status in await road.actions("redact")]
    assert statuses.count("waiting") == 6
    [school] = await road.fetch("SELECT mode FROM school")
    assert school["mode"] == "observe"
    await road.tower.close()


async def test_backfilled_history_is_recorded_and_never_acted_on(road):
    await road.take(raw(BAD), raw("刷"), raw("刷"), raw("刷"), source="adoption")

    assert await road.judge() == 0
    assert await road.actions() == []
    assert len(await road.fetch("SELECT * FROM events")) == 4


async def test_reconciled_events_are_judged_by_their_own_time(road):
    """A backlog is not a flood."""
    now = datetime.now(tz=UTC)
    await road.take(
        *(raw("早", sent_at=now - timedelta(hours=n)) for n in (3, 2, 1)),
        raw(BAD, event_id="$bad", sent_at=now - timedelta(hours=1)),
        source="reconcile",
    )
    await road.judge()

    assert [s for _, s, _ in await road.actions("redact")] == ["$bad"]


async def test_a_stranger_is_judged_and_reported_once(road):
    await road.take(raw(sender=STRANGER), raw(BAD, sender=STRANGER, event_id="$bad"))
    await road.judge()
    await road.take(raw("又来了", sender=STRANGER))
    await road.judge()

    assert ("redact", "$bad", "waiting") in await road.actions()
    reports = await road.fetch("SELECT * FROM actions WHERE rule = 'stranger'")
    assert len(reports) == 1


async def test_without_a_roster_nobody_is_reported_as_a_stranger(pool):
    road = await build(pool, people=())
    await road.take(raw(sender=STRANGER))
    await road.judge()

    assert await road.actions() == []
    await road.tower.close()


async def test_a_new_roster_holds_from_the_next_event_on(road, pool):
    """Whoever joins the staff is staff at once, without a restart."""
    promoted = [replace(p, roles=PEOPLE[2].roles) for p in PEOPLE]
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, promoted, source="test", content=b"")
    await road.take(raw(BAD))
    await road.judge()

    assert await road.actions("redact") == []


async def test_an_echo_completes_its_action(road):
    await road.take(raw(BAD, event_id="$bad"))
    await road.judge()
    [row] = await road.fetch("SELECT id FROM actions WHERE kind = 'redact'")
    echo = {"redacts": "$bad", "homeroom.action": str(row["id"])}
    await road.take(
        raw(type_="m.room.redaction", sender=BOT, content=echo, event_id="$echo")
    )
    await road.judge()

    [action] = await road.fetch("SELECT * FROM actions WHERE kind = 'redact'")
    assert (action["status"], action["result"]) == ("done", "$echo")
    assert await road.fetch("SELECT * FROM outbox WHERE id = $1", row["id"]) == []


async def test_a_mark_in_somebody_elses_event_completes_nothing(road):
    """Nothing in an event's content ever exempts it."""
    await road.take(raw(BAD, event_id="$bad"))
    await road.judge()
    [row] = await road.fetch("SELECT id FROM actions WHERE kind = 'redact'")
    forged = {"msgtype": "m.text", "body": BAD, "homeroom.action": str(row["id"])}
    await road.take(raw(content=forged, event_id="$forged"))
    await road.judge()

    assert await road.actions("redact") == [
        ("redact", "$bad", "waiting"),
        ("redact", "$forged", "waiting"),
    ]


async def test_what_arrives_already_redacted_is_to_be_recovered(road):
    event = raw(content={"x": 1}, event_id="$gone", unsigned={"redacted_because": {}})
    await road.take(event)
    await road.judge()

    assert await road.actions() == [("recover", "$gone", "waiting")]


async def test_a_redaction_keeps_who_why_and_what(road):
    await road.take(raw("我说错了", event_id="$mine"))
    redaction = {"redacts": "$mine", "reason": "打错字"}
    await road.take(raw(type_="m.room.redaction", content=redaction, event_id="$r"))
    await road.judge()

    [row] = await road.fetch("SELECT * FROM redactions")
    assert (row["event_id"], row["target"], row["sender"], row["reason"]) == (
        "$r",
        "$mine",
        PUPIL,
        "打错字",
    )


async def test_an_event_that_cannot_be_judged_is_parked_and_the_room_goes_on(pool):
    """Three tries, then it is set aside; the others lose nothing by it."""

    def explode(event, _settings, _context):
        if event.event_id == "$poison":
            raise RuntimeError("boom")
        return ()

    broken = Rule(name="broken", settings=dict, check=explode)
    kinds = replace(
        policy(), rules=(*policy().rules, ActiveRule(rule=broken, settings={}))
    )
    road = await build(pool, kinds=kinds)
    await road.take(raw("一"), raw("二", event_id="$poison"), raw(BAD, event_id="$bad"))
    for _ in range(5):
        await road.judge()

    assert [s for _, s, _ in await road.actions("redact")] == ["$bad"]
    [parked] = await road.fetch("SELECT * FROM parked")
    assert "RuntimeError" in parked["because"]
    assert await road.fetch("SELECT * FROM inbox") == []
    await road.tower.close()


async def test_encryption_in_a_managed_room_is_reported(road):
    """From then on we can neither read nor keep what is written."""
    content = {"algorithm": "m.megolm.v1.aes-sha2"}
    await road.take(
        raw(type_="m.room.encryption", content=content, state_key="", sender=TEACHER)
    )
    await road.judge()

    [call] = await road.fetch("SELECT kind, rule FROM actions")
    assert tuple(call) == ("call", "room_encrypted")


def levels(content: dict[str, Any]) -> bytes:
    return raw(
        type_="m.room.power_levels", state_key="", sender=TEACHER, content=content
    )


async def test_an_old_state_event_found_late_overwrites_nothing(road):
    """Reconciling reads the state whole; its events may come in any order."""
    new = {"users": {BOT: 100, OTHER_PUPIL: 100}}
    old = {"users": {BOT: 100, PUPIL: 100}}
    await road.take(levels(new))
    await road.judge()
    await road.take(levels(old), source="reconcile")
    await road.take(raw(BAD, event_id="$bad"))
    await road.judge()

    assert await road.actions("redact") == [("redact", "$bad", "waiting")]


async def test_state_that_was_read_whole_counts_from_the_next_event_on(road, pool):
    """Not what this process remembers of the room."""
    await road.take(raw("早"))
    await road.judge()
    content = json.dumps({"users": {BOT: 100, PUPIL: 100}}).encode()
    row = ("m.room.power_levels", "", "$levels", TEACHER, content)
    async with pool.acquire() as connection, connection.transaction():
        await events.replace_state(connection, ROOM, [row], at=datetime.now(tz=UTC))
    await road.take(raw(BAD))
    await road.judge()

    assert await road.actions("redact") == []


async def test_what_was_found_is_remembered_across_a_restart(pool):
    """Rules that look back are not begun anew: a quarrel goes on."""
    road = await build(pool)
    await road.take(raw(f"你{BAD}", event_id="$before"))
    await road.judge()
    await road.tower.close()
    again = await build(pool)
    await again.take(raw("好的"))
    await again.judge()

    memory = again.moderation._memories._rooms[ROOM]  # noqa: SLF001
    found = {past.event_id: past.categories for past in memory.history.recent}
    assert found[EventId("$before")] == {Category.ABUSE}
    await again.tower.close()
