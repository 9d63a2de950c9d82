"""What the homeserver never pushed is found, in its order, and judged."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from appservice.matrix.client import Page
from appservice.matrix.errors import Unavailable
from appservice.store import rooms
from tests.fakes.homeserver import BOT, Fault, failing, hanging, limited
from tests.road import BAD, PUPIL, ROOM, TEACHER
from tests.services.outward import OTHER_ROOM, Outward, outward


@pytest.fixture
async def out(pool):
    async with outward(pool) as built:
        yield built


def timeline(out: Outward, room_id: str = ROOM) -> list[str]:
    return [event["event_id"] for event in out.homeserver.rooms[room_id].timeline]


async def stored(out: Outward, room_id: str = ROOM) -> list[str]:
    """List what is on record, in the order in which it will be judged."""
    rows = await out.road.fetch(
        "SELECT event_id FROM events WHERE room_id = $1 ORDER BY seq", room_id
    )
    return [row["event_id"] for row in rows]


async def watermark(out: Outward, room_id: str = ROOM) -> Any:
    [row] = await out.road.fetch(
        "SELECT event_id FROM watermarks WHERE room_id = $1", room_id
    )
    return row["event_id"]


async def test_a_gap_is_found_and_judged(out):
    """Events queued in a homeserver that restarts are never pushed."""
    await out.reconcile.room(ROOM)
    bad = out.homeserver.say(ROOM, PUPIL, BAD)
    good = out.homeserver.say(ROOM, PUPIL, "对不起")

    assert await out.reconcile.room(ROOM) == 2
    await out.road.judge()
    assert await out.road.actions("redact") == [("redact", bad, "waiting")]
    assert await watermark(out) == good


async def test_without_a_gap_nothing_is_found(out):
    event_id = out.homeserver.say(ROOM, PUPIL)
    await out.reconcile.room(ROOM)

    assert await out.reconcile.room(ROOM) == 0
    assert (await stored(out)).count(event_id) == 1


async def test_what_was_pushed_meanwhile_is_not_taken_twice(out):
    """It was judged when it came, and is not judged again."""
    bad = out.homeserver.say(ROOM, PUPIL, BAD)
    await out.hear(ROOM, bad)
    await out.reconcile.room(ROOM)
    await out.road.judge()

    assert await out.road.actions("redact") == [("redact", bad, "waiting")]


async def test_a_long_gap_is_taken_in_its_order(out):
    """Six pages, of which only the ends are held in memory."""
    for n in range(550):
        out.homeserver.say(ROOM, PUPIL, f"第{n}条")

    assert await out.reconcile.room(ROOM) == len(timeline(out))
    assert await stored(out) == timeline(out)
    assert await watermark(out) == timeline(out)[-1]


@pytest.mark.parametrize("good_pages", [0, 1, 3, 6, 8])
async def test_a_walk_that_breaks_off_is_resumed_without_a_gap(out, good_pages):
    """Whether on the way back or on the way forth: the watermark has not moved."""
    for n in range(550):
        out.homeserver.say(ROOM, PUPIL, f"第{n}条")
    out.homeserver.fail("messages", *[Fault()] * good_pages, failing())
    with pytest.raises(Unavailable):
        await out.reconcile.room(ROOM)

    assert await watermark(out) is None
    before = await stored(out)
    assert before == timeline(out)[: len(before)]
    await out.reconcile.room(ROOM)
    assert await stored(out) == timeline(out)
    assert await watermark(out) == timeline(out)[-1]


async def test_a_page_of_nothing_is_not_the_beginning_of_the_room(out):
    """A homeserver may show nothing of a page, and have older ones."""
    event_id = out.homeserver.say(ROOM, PUPIL)
    end = len(timeline(out))
    empty = {"chunk": [], "start": f"t{end}", "end": f"t{end}"}
    older = {"chunk": [], "start": f"t{end + 1}", "end": f"t{end}"}
    out.homeserver.fail("messages", Fault(status=200, body=older))
    await out.reconcile.room(ROOM)
    assert event_id in await stored(out)

    out.homeserver.fail("messages", *[Fault(status=200, body=empty)] * 5)
    assert await out.reconcile.room(ROOM) == 0


async def test_the_watermark_waits_until_all_is_stored(out, pool, database):
    """The database goes away while the homeserver still answers."""
    gate = asyncio.Event()
    out.homeserver.fail("messages", hanging(gate))
    walk = asyncio.create_task(out.reconcile.room(ROOM))
    await out.seen("messages")
    await pool.close()
    gate.set()
    with pytest.raises(asyncpg.InterfaceError):
        await walk

    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT count(event_id) FROM watermarks") == 0
    await connection.close()


async def test_a_room_that_cannot_be_read_costs_the_others_nothing(out, caplog):
    del out.homeserver.rooms[ROOM].members[BOT]
    event_id = out.homeserver.say(OTHER_ROOM, PUPIL)

    await out.reconcile.everything()

    assert event_id in await stored(out, OTHER_ROOM)
    assert await stored(out) == []
    assert "room cannot be read: is the service's account in it?" in caplog.messages


async def test_an_invitation_is_accepted_before_reading(out):
    out.homeserver.rooms[ROOM].members[BOT] = "invite"
    event_id = out.homeserver.say(ROOM, PUPIL)

    await out.reconcile.room(ROOM)

    assert out.homeserver.rooms[ROOM].members[BOT] == "join"
    assert event_id in await stored(out)


async def test_where_we_were_put_out_and_are_invited_again_state_is_read_whole(out):
    """What changed meanwhile is not shown to us, and no gap may tell of it."""
    await out.reconcile.room(ROOM)
    read = len(out.homeserver.sent("state"))
    for membership in ("leave", "invite"):
        event_id = out.homeserver.set_member(ROOM, TEACHER, BOT, membership)
        await out.hear(ROOM, event_id)

    gate = asyncio.Event()
    out.homeserver.fail("messages", hanging(gate))
    walk = asyncio.create_task(out.reconcile.room(ROOM))
    await out.seen("join_room")
    await out.seen("messages", times=2)
    await out.hear(ROOM, timeline(out)[-1])
    gate.set()

    assert await walk == 0
    assert out.homeserver.rooms[ROOM].members[BOT] == "join"
    assert len(out.homeserver.sent("state")) == read + 1


@pytest.mark.parametrize("fault", [limited(1), failing()], ids=["429", "500"])
async def test_a_room_that_fails_costs_the_others_nothing(out, fault):
    """Synapse answers 500 for one broken room, perhaps for ever."""
    events = [out.homeserver.say(room_id, PUPIL) for room_id in (ROOM, OTHER_ROOM)]
    out.homeserver.fail("messages", fault, room_id=ROOM)
    with pytest.raises(Unavailable):
        await out.reconcile.everything()
    assert events[1] in await stored(out, OTHER_ROOM)

    await out.reconcile.everything()
    assert events[0] in await stored(out)


@pytest.mark.parametrize(
    "odd", ["\ud83d", 10**30, -(10**30)], ids=["half a character", "long", "negative"]
)
async def test_an_event_that_is_hard_to_write_down_holds_up_no_other(out, odd):
    """The homeserver serves it at every walk, and the room would never be known."""
    await out.reconcile.room(ROOM)
    content = {"msgtype": "m.text", "body": BAD, "odd": odd}
    strange = out.homeserver.say(ROOM, PUPIL, content=content)
    out.homeserver.say(
        ROOM, PUPIL, type="m.room.topic", state_key="", content={"topic": odd}
    )
    bad = out.homeserver.say(ROOM, PUPIL, BAD)

    assert await out.reconcile.room(ROOM) == 3
    assert await watermark(out) == bad
    await out.road.judge()
    assert [s for _, s, _ in await out.road.actions("redact")] == [strange, bad]


async def test_an_event_that_nobody_can_write_down_is_set_aside(out):
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    page = Page(
        events=[{"event_id": "$deep", "room_id": ROOM, "content": {"deep": deep}}],
        start="t0",
        end=None,
    )
    at = await _watermark(out)
    await out.reconcile._take(page, ROOM, at)  # noqa: SLF001 - no server would say it

    [parked] = await out.road.fetch("SELECT raw FROM parked")
    assert b"$deep" in parked["raw"]


async def _watermark(out: Outward) -> Any:
    async with out.pool.acquire() as connection:
        return await rooms.watermark(connection, ROOM)


# A watermark that is gone -----------------------------------------------------------


def _purge(out: Outward, event_id: str) -> None:
    timeline = out.homeserver.rooms[ROOM].timeline
    timeline[:] = [event for event in timeline if event["event_id"] != event_id]


def _long_ago(out: Outward, body: str) -> str:
    hours = timedelta(hours=2).total_seconds()
    sent = int((datetime.now(tz=UTC).timestamp() - hours) * 1000)
    event_id = out.homeserver.say(ROOM, PUPIL, body, origin_server_ts=sent)
    timeline = out.homeserver.rooms[ROOM].timeline
    timeline.insert(0, timeline.pop())
    return event_id


@pytest.mark.parametrize("pages", [0, 4])
async def test_what_was_written_before_us_is_never_judged(out, caplog, pages):
    """Though the event up to which we know the room was purged."""
    for _ in range(pages * 100):
        _long_ago(out, "早")
    before = _long_ago(out, BAD)
    await out.reconcile.room(ROOM)
    gone = out.homeserver.say(ROOM, PUPIL, "你好")
    await out.reconcile.room(ROOM)
    _purge(out, gone)
    bad = out.homeserver.say(ROOM, PUPIL, BAD)
    asked = len(out.homeserver.sent("messages"))

    assert await out.reconcile.room(ROOM) == 1
    assert len(out.homeserver.sent("messages")) <= asked + 3
    await out.road.judge()
    assert await out.road.actions("redact") == [("redact", bad, "waiting")]
    assert before not in await stored(out)
    assert "watermark not found: what came before it may be missing" in caplog.messages


async def test_a_watermark_that_is_there_is_no_news(out, caplog):
    for _ in range(3):
        out.homeserver.say(ROOM, PUPIL)
        await out.reconcile.room(ROOM)

    assert caplog.messages == []


async def test_an_event_that_claims_to_be_old_hides_nothing(out):
    """Who may set the time of an event could end every walk with it."""
    await out.reconcile.room(ROOM)
    bad = out.homeserver.say(ROOM, PUPIL, BAD)
    out.homeserver.say(ROOM, PUPIL, "你好", origin_server_ts=1)

    assert await out.reconcile.room(ROOM) == 2
    await out.road.judge()
    assert await out.road.actions("redact") == [("redact", bad, "waiting")]


# Originals --------------------------------------------------------------------------


async def _redacted_while_we_were_away(out: Outward) -> str:
    event_id = out.homeserver.say(ROOM, PUPIL, BAD)
    content = {"redacts": event_id}
    redaction = out.homeserver.say(
        ROOM, PUPIL, type="m.room.redaction", content=content
    )
    event = out.homeserver.rooms[ROOM].event(redaction)
    assert event is not None
    out.homeserver.redact_quietly(ROOM, event_id, event)
    return event_id


async def test_the_original_of_what_was_taken_back_meanwhile_is_kept(out):
    event_id = await _redacted_while_we_were_away(out)
    await out.reconcile.room(ROOM)
    await out.road.judge()
    async with out.at_work():
        await out.idle()

    [row] = await out.road.fetch("SELECT * FROM originals")
    assert (row["event_id"], row["because"]) == (event_id, "recovered")
    assert json.loads(row["raw"])["content"]["body"] == BAD


async def test_an_original_that_is_gone_is_recorded_as_gone(out):
    event_id = await _redacted_while_we_were_away(out)
    out.homeserver.originals.clear()
    await out.reconcile.room(ROOM)
    await out.road.judge()
    async with out.at_work():
        await out.idle()

    [row] = await out.road.fetch("SELECT * FROM originals")
    assert (row["event_id"], row["raw"]) == (event_id, None)
    assert row["because"].startswith("original not recovered")


async def test_an_original_is_asked_for_again_after_an_outage(out):
    event_id = await _redacted_while_we_were_away(out)
    out.homeserver.fail("event", failing(), failing())
    await out.reconcile.room(ROOM)
    await out.road.judge()
    async with out.at_work():
        await out.idle()

    [row] = await out.road.fetch("SELECT * FROM originals")
    assert (row["event_id"], row["because"]) == (event_id, "recovered")
