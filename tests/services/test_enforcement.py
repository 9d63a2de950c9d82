"""Each action once, in its order, whatever the homeserver does."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from appservice import metrics
from appservice.domain.actions import (
    Call,
    Notice,
    Recover,
    Redirect,
    Remove,
    Rename,
    SendAs,
    SetState,
    Tell,
    Urgency,
)
from appservice.domain.ids import EventId, PersonId, RoomId, UserId
from appservice.domain.people import Right
from appservice.services import enforcement
from appservice.services.direct import alias_localpart
from appservice.services.post import post
from appservice.store import events, inbox, outbox
from appservice.store.outbox import Decided
from tests.fakes.homeserver import (
    BOT,
    CUT,
    DYING,
    LOST,
    Fault,
    failing,
    hanging,
    html,
    limited,
    refusing,
)
from tests.road import BAD, OTHER_PUPIL, PEOPLE, PUPIL, ROOM, TEACHER
from tests.services.outward import (
    OTHER_ROOM,
    Outward,
    outward,
    redact,
    send,
    tell,
    until,
)

WAITING_FOR_LOCKS = """
    SELECT pid
      FROM pg_stat_activity
     WHERE datname = current_database()
       AND wait_event_type = 'Lock'
"""


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    """Try again sooner than at a school: the tests wait for it."""
    monkeypatch.setattr(enforcement, "FIRST_WAIT", timedelta(seconds=0.1))


@pytest.fixture
async def out(pool):
    async with outward(pool) as built:
        yield built


async def _claim(out: Outward) -> Any:
    """Take the most urgent row, as a process does that dies right after."""
    async with out.pool.acquire() as connection:
        due = await outbox.claim(
            connection, list(Urgency), not_in=(), lease=enforcement.LEASE
        )
        assert due is not None
        return due


async def _start_anew(out: Outward) -> Any:
    """What a process does that finds itself alone (``store.alone``)."""
    async with out.pool.acquire() as connection:
        await outbox.release(connection)


# Once ------------------------------------------------------------------------------


async def test_an_action_is_carried_out_and_its_event_recorded(out):
    event_id = out.homeserver.say(ROOM, PUPIL)
    [id_] = await out.decide(redact(event_id))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    [redaction] = out.homeserver.by_bot("m.room.redaction")
    assert (await out.action(id_))["result"] == redaction["event_id"]
    assert redaction["content"]["homeroom.action"] == str(id_)


@pytest.mark.parametrize(
    "fault",
    [failing(500), failing(504), html(502), html(200), CUT, LOST],
    ids=["500", "504", "html", "html as a success", "cut", "answer lost"],
)
async def test_a_redaction_is_tried_again_with_the_same_id_and_done_once(out, fault):
    event_id = out.homeserver.say(ROOM, PUPIL)
    out.homeserver.fail("redact", fault)
    [id_] = await out.decide(redact(event_id))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert {r.last for r in out.homeserver.sent("redact")} == {str(id_)}
    assert out.redactions() == [event_id]


@pytest.mark.parametrize("action", [redact, send, tell], ids=["redact", "send", "tell"])
async def test_a_lost_answer_does_nothing_twice_though_ids_are_forgotten(out, action):
    """The homeserver forgets transaction ids when it restarts: we look first."""
    event_id = out.homeserver.say(ROOM, PUPIL)
    [first] = await out.decide(tell())
    async with out.at_work():
        await out.ended(first)
        endpoint = "redact" if action is redact else "send"
        before = len(out.homeserver.sent(endpoint))
        out.homeserver.fail(endpoint, LOST, CUT)
        [id_] = await out.decide(redact(event_id) if action is redact else action())
        await out.seen(endpoint, times=before + 2)

        async def is_postponed():
            return (await out.row(id_))["claimed_until"] is None

        await until(is_postponed)
        out.homeserver.forget_transactions()
        assert await out.ended(id_) == ["done"]

    if action is redact:
        assert out.redactions() == [event_id]
    else:
        assert out.notices().count(str(id_)) == 1


async def test_what_was_perhaps_sent_stays_so_while_the_homeserver_is_away(out):
    """It dies with our request, comes back, and has forgotten our transaction id."""
    out.homeserver.fail("send", Fault(), DYING)
    [first] = await out.decide(send())
    async with out.at_work():
        await out.ended(first)
        [id_] = await out.decide(send())
        await out.seen("send", times=2)

        async def was_refused():
            return (await out.row(id_))["claimed_until"] is None

        await until(was_refused)
        await out.homeserver.go_away()
        out.homeserver.forget_transactions()
        await out.homeserver.come_back()
        assert await out.ended(id_) == ["done"]

    assert sorted(out.notices()) == sorted([str(first), str(id_)])


async def test_what_was_perhaps_sent_stays_so_after_a_429(out):
    """The limit says that this attempt did nothing, not that none did."""
    out.homeserver.fail("send", LOST, CUT)
    out.homeserver.fail("messages", limited(1))
    [id_] = await out.decide(send())
    async with out.at_work():
        await out.seen("messages")
        out.homeserver.forget_transactions()
        assert await out.ended(id_) == ["done"]

    assert out.notices() == [str(id_)]


async def test_an_echo_is_looked_for_since_the_first_attempt(out, pool):
    """After an hour of failures the first attempt is an hour ago, not a minute."""
    out.homeserver.fail("send", LOST, CUT)
    out.homeserver.fail("messages", failing())
    [id_] = await out.decide(send())
    async with out.at_work():
        await out.seen("send", times=2)

        async def is_postponed():
            return (await out.row(id_))["claimed_until"] is None

        await until(is_postponed)
        await pool.execute("UPDATE outbox SET attempted_at = now() - interval '1 hour'")
        for event in out.homeserver.rooms[ROOM].timeline:
            event["origin_server_ts"] -= 3_600_000
        out.homeserver.forget_transactions()
        for _ in range(3):
            out.homeserver.say(ROOM, PUPIL)
        assert await out.ended(id_) == ["done"]

    assert out.notices() == [str(id_)]


# After a crash ---------------------------------------------------------------------


@pytest.mark.parametrize("was_sent", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("action", [redact, send, tell], ids=["redact", "send", "tell"])
async def test_a_crash_around_the_sending_leaves_it_done_once(out, action, was_sent):
    event_id = out.homeserver.say(ROOM, PUPIL)
    [id_] = await out.decide(redact(event_id) if action is redact else action())
    due = await _claim(out)
    if was_sent:
        await out.enforcement._performing._perform(due)  # noqa: SLF001 - and dies before noting it
    out.homeserver.forget_transactions()
    await _start_anew(out)
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    if action is redact:
        assert out.redactions() == [event_id]
    else:
        assert out.notices() == [str(id_)]


async def test_what_a_dead_process_claimed_is_due_again_when_the_claim_ends(out, pool):
    """Another process may run, so nobody may take it before."""
    [id_] = await out.decide(send())
    await _claim(out)
    assert await out.enforcement.start_next() is False

    await pool.execute("UPDATE outbox SET claimed_until = now()")
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert out.notices() == [str(id_)]


async def test_a_state_that_is_so_already_is_not_written_again(out):
    topic = SetState(type="m.room.topic", state_key="", content={"topic": "作业"})
    [id_] = await out.decide(topic)
    await out.enforcement._performing._perform(await _claim(out))  # noqa: SLF001
    await _start_anew(out)
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert len(out.homeserver.by_bot("m.room.topic")) == 1


# Never ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [refusing(), refusing(404, "M_NOT_FOUND")], ids=["403", "404"]
)
async def test_what_is_refused_is_given_up_and_reported(out, fault, caplog):
    out.homeserver.fail("redact", fault)
    [id_] = await out.decide(redact("$gone"))
    async with out.at_work():
        assert await out.ended(id_) == ["abandoned"]

    assert len(out.homeserver.sent("redact")) == 1
    assert (await out.action(id_))["result"].startswith(str(fault.status))
    assert "action given up" in caplog.messages
    [report] = await out.road.fetch("SELECT * FROM actions WHERE kind = 'call'")
    assert report["rule"] == "abandoned"


async def test_nobody_is_told_that_something_was_hidden_which_was_not(out):
    """Neither its author nor its reviewer; its owner is told that it stands."""
    out.homeserver.fail("redact", refusing())
    await out.hear(ROOM, out.homeserver.say(ROOM, PUPIL, BAD))
    async with out.at_work():
        await out.idle()

    rows = await out.road.fetch(
        "SELECT kind, rule, status, result FROM actions ORDER BY seq"
    )
    judged = [row for row in rows if row["rule"] == "abuse"]
    assert {row["kind"] for row in judged} == {"redact", "tell", "ask"}
    assert {row["status"] for row in judged} == {"abandoned"}
    assert judged[-1]["result"].startswith("not hidden: 403")
    said = [e["content"]["body"] for e in out.homeserver.by_bot("m.room.message")]
    assert len(out.notices()) == 1
    [question] = await out.road.fetch("SELECT choice FROM questions")
    assert question["choice"] == "moot"
    assert any("收起" in body and "@homeroom:school.test" in body for body in said)


async def test_what_fails_again_and_again_is_given_up_in_the_end(out, pool):
    out.homeserver.fail("redact", failing())
    [id_] = await out.decide(redact("$x"))
    await pool.execute("UPDATE outbox SET attempts = $1", enforcement.TRIES - 1)
    async with out.at_work():
        assert await out.ended(id_) == ["abandoned"]


async def test_a_mistake_of_our_own_is_given_up_in_the_end(out, pool, caplog):
    """Else it is made every two minutes, for as long as the service lives."""
    nonsense = Notice(name="no such sentence")
    [first] = await out.decide(Tell(user_id=PUPIL, notice=nonsense))
    await pool.execute("UPDATE outbox SET attempts = $1", enforcement.TRIES - 2)
    async with out.at_work():

        async def has_failed():
            return "action failed" in caplog.messages

        await until(has_failed)
        assert (await out.action(first))["status"] == "waiting"
        await pool.execute("UPDATE outbox SET claimed_until = NULL")
        out.road.tower.ring("outbox")
        assert await out.ended(first) == ["abandoned"]

    assert "action given up" in caplog.messages
    result = (await out.action(first))["result"]
    assert result == f"after {enforcement.TRIES}: KeyError"


async def test_an_action_that_nobody_understands_holds_up_no_other(out, pool, caplog):
    """It may have been written by a newer version, before somebody went back."""
    strange, good = await out.decide(send(), send())
    await pool.execute(
        """UPDATE actions SET body = '{"act": "sing"}' WHERE id = $1""", strange
    )
    async with out.at_work():
        assert await out.ended(strange, good) == ["abandoned", "done"]

    assert out.notices() == [str(good)]
    assert "action not understood, given up" in caplog.messages


async def test_a_homeserver_that_does_not_know_us_costs_nothing_that_waits(out):
    """Somebody took the registration out; what was decided is good when it is back."""
    event_id = out.homeserver.say(ROOM, PUPIL)
    out.homeserver.fail("redact", refusing(401, "M_UNKNOWN_TOKEN"))
    [id_] = await out.decide(redact(event_id))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]


async def test_a_homeserver_that_is_away_costs_no_tries(out):
    """A night without a homeserver must not give up what waits."""
    await out.homeserver.go_away()
    [id_] = await out.decide(send())
    async with out.at_work():

        async def has_tried():
            row = await out.row(id_)
            return row["claimed_until"] is None and row["due_in"] > 0

        await until(has_tried)
        assert (await out.row(id_))["attempts"] == 0
        await out.homeserver.come_back()
        assert await out.ended(id_) == ["done"]


# Later ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        (limited(600), 600),
        (limited(600, in_header=True), 600),
        (limited(), 0.1),
    ],
    ids=["in the body", "in the header", "without a time"],
)
async def test_a_limit_holds_its_room_and_no_other(out, fault, asked):
    events = [out.homeserver.say(room, PUPIL) for room in (ROOM, ROOM, OTHER_ROOM)]
    out.homeserver.fail("redact", *[fault] * 50, room_id=ROOM)
    here = await out.decide(*map(redact, events[:2]))
    async with out.at_work():
        await out.seen("redact")
        [there] = await out.decide(redact(events[2]), room_id=OTHER_ROOM)
        assert await out.ended(there) == ["done"]

        async def is_postponed():
            row = await out.row(here[0])
            return row["claimed_until"] is None and row["attempts"] == 0

        await until(is_postponed)
        waits = [(await out.row(id_))["due_in"] for id_ in here]

    assert all(asked - 1 < wait <= asked + 0.1 for wait in waits)


async def test_a_limit_on_a_notice_does_not_keep_a_message_visible(out):
    """It holds for a direct room, or for making one; not for the class."""
    event_id = out.homeserver.say(ROOM, PUPIL)
    out.homeserver.fail("create_room", limited(600))
    out.homeserver.fail("redact", failing())
    told, id_ = await out.decide(tell(), redact(event_id))
    async with out.at_work():
        await out.seen("create_room")
        assert await out.ended(id_) == ["done"]
        assert (await out.row(told))["due_in"] > 500

    assert out.redactions() == [event_id]


async def test_a_hanging_room_holds_up_no_other(out):
    """Ten redactions hang there; here one is done meanwhile."""
    gate = asyncio.Event()
    out.homeserver.fail("redact", *[hanging(gate)] * 20, room_id=ROOM)
    hung = [out.homeserver.say(ROOM, PUPIL) for _ in range(10)]
    ids = await out.decide(*map(redact, hung))
    async with out.at_work():
        await out.seen("redact", times=enforcement.IN_ONE_ROOM)
        event_id = out.homeserver.say(OTHER_ROOM, PUPIL)
        [id_] = await out.decide(redact(event_id), room_id=OTHER_ROOM)
        assert await out.ended(id_) == ["done"]
        assert out.redactions() == [event_id]
        gate.set()
        await out.ended(*ids)

    assert sorted(out.redactions()) == sorted([event_id, *hung])


# Order ------------------------------------------------------------------------------


async def test_the_rows_of_one_verdict_keep_their_order(out):
    """The author is told after it is hidden, even if hiding takes three tries."""
    out.homeserver.fail("redact", failing(), html())
    event_id = out.homeserver.say(ROOM, PUPIL, BAD)
    await out.hear(ROOM, event_id)
    async with out.at_work():
        await out.idle()

    did = [r.endpoint for r in out.homeserver.requests if r.endpoint != "event"]
    assert did[:3] == ["redact", "redact", "redact"]
    assert "redact" not in did[3:]
    assert did.count("create_room") == 2, "one for the author, one for the teacher"


async def test_writes_to_one_state_key_keep_their_order(out):
    """The first is tried again before the others; which then come too late."""
    out.homeserver.fail("set_state", failing())
    topics = [
        SetState(type="m.room.topic", state_key="", content={"topic": str(n)})
        for n in range(3)
    ]
    ids = await out.decide(*topics)
    async with out.at_work():
        assert await out.ended(*ids) == ["done", "outdated", "outdated"]

    written = [e["content"]["topic"] for e in out.homeserver.by_bot("m.room.topic")]
    assert written == ["0"]


async def test_what_was_decided_on_another_state_is_not_written(out):
    """It was computed from what is no longer so: the room is looked at anew."""
    theirs = out.homeserver.set_state(ROOM, TEACHER, "m.room.topic", {"topic": "b"})
    topic = SetState(
        type="m.room.topic",
        state_key="",
        content={"topic": "a"},
        replaces=EventId("$old"),
    )
    [id_] = await out.decide(topic)
    async with out.at_work():
        assert await out.ended(id_) == ["outdated"]

    assert out.homeserver.by_bot("m.room.topic") == []
    [timer] = await out.road.fetch("SELECT kind, subject FROM timers")
    assert tuple(timer) == ("desired", ROOM)
    [folded] = await out.road.fetch("SELECT event_id FROM room_state")
    assert folded["event_id"] == theirs


async def test_a_room_that_is_judged_meanwhile_is_waited_for(out):
    """Else we and who judges would wait for each other, and Postgres end one of us."""
    theirs = out.homeserver.set_state(ROOM, TEACHER, "m.room.topic", {"topic": "b"})
    topic = SetState(
        type="m.room.topic",
        state_key="",
        content={"topic": "a"},
        replaces=EventId("$old"),
    )

    async def waits() -> bool:
        return bool(await out.road.fetch(WAITING_FOR_LOCKS))

    async with out.at_work():
        async with out.pool.acquire() as judging, judging.transaction():
            await inbox.hold(judging, ROOM)
            [id_] = await out.decide(topic)
            await until(waits)
            rows = [("m.room.topic", "", theirs, TEACHER, b"{}")]
            await events.fold_state(judging, ROOM, rows)
        assert await out.ended(id_) == ["outdated"]


async def test_nobody_can_be_invited_into_somebodys_direct_room(out):
    """By default everybody may invite, and what is said there is for one person."""
    await out.decide(tell())
    async with out.at_work():
        await out.idle()

    [made] = out.homeserver.sent("create_room")
    assert made.content["power_level_content_override"]["invite"] == 100


async def test_who_is_quick_does_not_make_names_look_as_if_rooms_had_none(out):
    """They took the false name again at once: profiles are not written for that."""
    gate = asyncio.Event()
    out.homeserver.fail("event", hanging(gate))
    [theirs] = [
        event["event_id"]
        for event in out.homeserver.rooms[ROOM].timeline
        if event.get("state_key") == PUPIL
    ]
    content = {"membership": "join", "displayname": "小明"}
    rename = Rename(user_id=PUPIL, content=content, replaces=EventId(theirs))
    [id_] = await out.decide(rename)
    async with out.at_work():
        await out.seen("event")
        again = {"membership": "join", "displayname": "孙悟空"}
        await out.client.set_member(RoomId(ROOM), PUPIL, again)
        gate.set()
        assert await out.ended(id_) == ["done"]

    assert out.homeserver.sent("set_name") == []
    assert out.road.school.has_room_names


async def test_a_member_who_left_meanwhile_is_not_renamed(out):
    """To write the member event of somebody who has gone would bring them back."""
    content = {"membership": "join", "displayname": "小明"}
    rename = Rename(user_id=PUPIL, content=content, replaces=EventId("$old"))
    [id_] = await out.decide(rename)
    await out.pool.execute("UPDATE outbox SET written_at = now() - interval '1 minute'")
    async with out.at_work():
        assert await out.ended(id_) == ["outdated"]

    assert out.homeserver.sent("set_state") == []


async def test_who_has_gone_already_is_not_removed(out):
    notice = Notice(name="removed")
    [id_] = await out.decide(Remove(user_id=UserId("@gone:school.test"), notice=notice))
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert out.homeserver.sent("kick") == []


async def test_writes_to_different_state_keys_do_not_wait_for_each_other(out):
    gate = asyncio.Event()
    out.homeserver.fail("set_state", hanging(gate))
    topic = SetState(type="m.room.topic", state_key="", content={"topic": "x"})
    name = SetState(type="m.room.name", state_key="", content={"name": "x"})
    first, second = await out.decide(topic, name)
    async with out.at_work():
        assert await out.ended(second) == ["done"]
        assert (await out.action(first))["status"] == "waiting"
        gate.set()
        await out.ended(first)


async def test_a_fresh_redaction_overtakes_what_waits_though_all_of_it_hangs(out):
    """500 rows, and every request that is allowed for them under way and stuck."""
    gate = asyncio.Event()
    out.homeserver.fail("send", *[hanging(gate)] * 600)
    out.homeserver.fail("event", *[hanging(gate)] * 600)
    out.homeserver.fail("set_state", *[hanging(gate)] * 600)
    topics = [
        SetState(type="m.room.topic", state_key=str(n), content={}) for n in range(100)
    ]
    await out.decide(*[send()] * 200, *[Recover(event_id=EventId("$x"))] * 200, *topics)
    async with out.at_work():
        await out.seen("set_state", times=enforcement.IN_ONE_ROOM)
        event_id = out.homeserver.say(ROOM, PUPIL)
        [id_] = await out.decide(redact(event_id))
        assert await out.ended(id_) == ["done"]
        [(left,)] = await out.road.fetch("SELECT count(*) FROM outbox")
        assert left == 500
        gate.set()


# Private words ----------------------------------------------------------------------

SECOND_TEACHER = replace(
    PEOPLE[2], id=PersonId("t2"), name="李老师", user_id=UserId("@li:school.test")
)


async def test_a_call_becomes_one_notice_for_each_who_may_review(pool):
    async with outward(pool, people=(*PEOPLE, SECOND_TEACHER)) as out:
        notice = Notice(name="look_flag", values={"role": "student", "room": "x"})
        [id_] = await out.decide(Call(right=Right.REVIEW, notice=notice))
        due = await _claim(out)
        await _start_anew(out)
        async with out.at_work():
            await out.ended(id_)
            await out.enforcement._carry_out(due)  # noqa: SLF001 - its claim had run out
            await out.idle()

        told = await out.road.fetch("SELECT subject FROM actions WHERE kind = 'tell'")
        assert sorted(row["subject"] for row in told) == ["@li:school.test", TEACHER]
        assert len(out.notices()) == 2


def _counted(kind: str, result: str) -> float:
    labels = {"kind": kind, "result": result}
    return metrics.REGISTRY.get_sample_value("homeroom_actions_total", labels) or 0


async def test_a_call_is_counted_once(out):
    """It ends apart from the others, and ending it again counts nothing."""
    before = _counted("call", "done")
    notice = Notice(name="look_flag", values={"role": "student", "room": "x"})
    await out.decide(Call(right=Right.REVIEW, notice=notice))
    async with out.at_work():
        await out.idle()

    assert _counted("call", "done") == before + 1


async def test_one_direct_room_is_made_though_we_die_right_after(out):
    """The alias leads back to it."""
    out.homeserver.fail("create_room", LOST)
    [id_] = await out.decide(tell())
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert len(out.homeserver.aliases) == 1
    [room_id] = out.homeserver.aliases.values()
    [(known,)] = await out.road.fetch(
        "SELECT room_id FROM rooms WHERE direct_with = $1", PUPIL
    )
    assert known == room_id
    assert out.notices() == [str(id_)]


def _half_made(out: Outward, *members: str) -> str:
    """A room that Synapse has named, and then did not get any further."""
    alias = f"#{alias_localpart(PUPIL)}:school.test"
    room = out.homeserver.room("!half", *members)
    out.homeserver.aliases[alias] = "!half"
    if not members:
        room.members.clear()
    return alias


async def test_a_direct_room_that_is_being_made_is_waited_for(out):
    """We died while Synapse made it, and ask again while it still does."""
    _half_made(out)
    [id_] = await out.decide(tell())
    async with out.at_work():
        await out.seen("join_room", times=2)
        out.homeserver.rooms["!half"].members |= {BOT: "join", PUPIL: "invite"}
        assert await out.ended(id_) == ["done"]

    assert list(out.homeserver.aliases.values()) == ["!half"]


async def test_a_direct_room_that_nobody_can_enter_is_replaced(out, pool):
    """Synapse died while making it."""
    alias = _half_made(out)
    [id_] = await out.decide(tell())
    async with out.at_work():
        await out.seen("join_room")
        await pool.execute("UPDATE outbox SET attempted_at = now() - interval '3 min'")
        assert await out.ended(id_) == ["done"]

    assert out.homeserver.aliases[alias] != "!half"
    assert out.notices() == [str(id_)]


async def test_who_was_not_yet_invited_to_a_direct_room_is(out):
    """Synapse died between our joining and inviting."""
    _half_made(out, BOT)
    [id_] = await out.decide(tell())
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert out.homeserver.rooms["!half"].members[PUPIL] == "invite"


async def test_a_direct_room_that_was_made_twice_at_once_is_found(out):
    """Synapse then answers 409, and not what it says for an alias in use."""
    _half_made(out, BOT, PUPIL)
    out.homeserver.fail("create_room", refusing(409, "M_UNKNOWN"))
    [id_] = await out.decide(tell())
    async with out.at_work():
        assert await out.ended(id_) == ["done"]

    assert list(out.homeserver.aliases.values()) == ["!half"]


async def test_two_notices_at_once_make_one_direct_room(out):
    ids = await out.decide(tell(), tell())
    async with out.at_work():
        assert await out.ended(*ids) == ["done", "done"]

    assert len(out.homeserver.aliases) == 1
    assert sorted(out.notices()) == sorted(map(str, ids))


async def test_somebody_without_an_account_is_given_up(out):
    """A roster may name who never logged in; Synapse refuses to invite them."""
    out.homeserver.fail("create_room", refusing(403))
    [id_] = await out.decide(tell("@nobody:school.test"))
    async with out.at_work():
        assert await out.ended(id_) == ["abandoned"]


# An invitation to a room we cannot read ---------------------------------------------


INVITATION = UUID(int=7)


def _invite(out: Outward) -> Any:
    room = out.homeserver.room("!secret", PUPIL)
    room.members[BOT] = "invite"
    action = Redirect(user_id=PUPIL)
    return Decided(id=INVITATION, room_id=RoomId("!secret"), action=action)


def _said(out: Outward) -> Any:
    return [
        e
        for e in out.homeserver.rooms["!secret"].timeline
        if e["type"] == "m.room.message"
    ]


async def test_whoever_invites_us_is_asked_to_another_room(out):
    await out.write(_invite(out))
    async with out.at_work():
        assert await out.ended(INVITATION) == ["done"]

    assert len(_said(out)) == 1
    assert out.homeserver.rooms["!secret"].members[BOT] == "leave"
    assert len(out.homeserver.aliases) == 1


@pytest.mark.parametrize("is_encrypted", [True, False])
async def test_a_room_is_only_called_encrypted_where_it_is(out, is_encrypted):
    """Else people look for a lock that is not there."""
    row = _invite(out)
    if is_encrypted:
        content = {"algorithm": "m.megolm.v1.aes-sha2"}
        out.homeserver.say(
            "!secret", PUPIL, type="m.room.encryption", state_key="", content=content
        )
    await out.write(row)
    async with out.at_work():
        assert await out.ended(INVITATION) == ["done"]

    [said] = _said(out)
    assert ("加密" in said["content"]["body"]) is is_encrypted


@pytest.mark.parametrize("endpoint", ["create_room", "join_room", "send", "leave"])
async def test_an_answer_lost_on_the_way_out_leaves_nothing_half_done(out, endpoint):
    """At whatever step: one sentence there, one direct room, and we have left."""
    [greeted] = await out.decide(tell(TEACHER))
    async with out.at_work():
        await out.ended(greeted)
        room_id = "!secret" if endpoint != "create_room" else None
        out.homeserver.fail(
            endpoint, LOST, *[CUT] * (endpoint == "send"), room_id=room_id
        )
        await out.write(_invite(out))
        await out.seen(endpoint, room_id=room_id)
        out.homeserver.forget_transactions()
        assert await out.ended(INVITATION) == ["done"]

    assert len(_said(out)) == 1
    assert out.homeserver.rooms["!secret"].members[BOT] == "leave"


async def test_a_crash_before_we_came_does_not_lose_an_invitation(out):
    await out.write(_invite(out))
    await _claim(out)
    await _start_anew(out)
    async with out.at_work():
        assert await out.ended(INVITATION) == ["done"]

    assert len(_said(out)) == 1


# Passes -----------------------------------------------------------------------------

WORDS = {"msgtype": "m.text", "body": BAD}


async def _write_as_member(out: Outward) -> Any:
    """Let the service write in a pupil's name what a pupil may not write."""
    id_ = uuid4()
    action = SendAs(user_id=PUPIL, type="m.room.message", content=WORDS)
    async with out.pool.acquire() as connection, connection.transaction():
        await post(connection, [Decided(id=id_, room_id=ROOM, action=action)])
    out.road.tower.ring("outbox")
    async with out.at_work():
        await out.ended(id_)
    [event] = [
        e
        for e in out.homeserver.rooms[ROOM].timeline
        if e["type"] == "m.room.message" and e["sender"] == PUPIL
    ]
    return event["event_id"]


async def test_what_we_write_as_a_member_is_not_judged(out):
    event_id = await _write_as_member(out)
    await out.hear(ROOM, event_id)

    assert await out.road.actions("redact") == []


async def test_a_pass_is_for_one_event(out):
    """The pupil writes the same again, and now it is the pupil's."""
    await out.hear(ROOM, await _write_as_member(out))
    again = out.homeserver.say(ROOM, PUPIL, BAD)
    await out.hear(ROOM, again)

    assert await out.road.actions("redact") == [("redact", again, "waiting")]


@pytest.mark.parametrize(
    "of_another",
    [{"sender": OTHER_PUPIL}, {"room_id": OTHER_ROOM}, {"body": BAD + "!"}],
    ids=["person", "room", "content"],
)
async def test_a_pass_fits_nothing_else(out, of_another):
    await _write_as_member(out)
    what = {"room_id": ROOM, "sender": PUPIL, "body": BAD, **of_another}
    event_id = out.homeserver.say(what["room_id"], what["sender"], what["body"])
    await out.hear(what["room_id"], event_id)

    assert [s for _, s, _ in await out.road.actions("redact")] == [event_id]


async def test_an_expired_pass_is_not_honoured(out, pool):
    event_id = await _write_as_member(out)
    await pool.execute("UPDATE passes SET expires_at = now() - interval '1 second'")
    await out.hear(ROOM, event_id)

    assert await out.road.actions("redact") == [("redact", event_id, "waiting")]


async def test_what_was_perhaps_written_as_a_member_is_not_written_twice(out):
    out.homeserver.fail("send", LOST, CUT)
    event_id = await _write_as_member(out)
    await out.hear(ROOM, event_id)

    assert await out.road.actions("redact") == []


# Bulk -------------------------------------------------------------------------------


async def test_between_two_that_are_bulk_there_is_a_rest(out):
    """The homeserver must be free for what is fresh; nothing spins meanwhile."""
    gate = asyncio.Event()
    out.homeserver.fail("event", hanging(gate))
    ids = await out.decide(*[Recover(event_id=EventId("$x"))] * 2)
    async with out.at_work():
        await out.seen("event")
        await asyncio.sleep(0.1)
        gate.set()
        await out.ended(ids[0])
        assert (await out.action(ids[1]))["status"] == "waiting"
        event_id = out.homeserver.say(ROOM, PUPIL)
        [fresh] = await out.decide(redact(event_id))
        assert await out.ended(fresh) == ["done"]
        assert await out.ended(ids[1]) == ["done"]
