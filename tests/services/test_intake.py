"""What comes in is stored once and whole, whatever else comes with it."""

import json

import pytest

from appservice.domain.ids import KindName, RoomId
from appservice.domain.rooms import Room, RoomClass
from tests.road import BOT, PUPIL, ROOM, STRANGER, body_of, build, raw

DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
LONG_NUMBER = b"9" * 5000


@pytest.fixture
async def road(pool):
    built = await build(pool)
    yield built
    await built.tower.close()


def poison(fragment: bytes, event_id: str) -> bytes:
    """Put raw JSON where an event's content should be."""
    event = raw(event_id=event_id)
    return event.replace(b'"content": {', b'"poison": ' + fragment + b', "content": {')


async def stored(road) -> list[str]:
    rows = await road.fetch("SELECT event_id FROM events ORDER BY seq")
    return [row["event_id"] for row in rows]


async def test_events_keep_the_order_they_came_in(road):
    await road.intake.take(body_of(raw(event_id=f"${n}") for n in range(100)))

    assert await stored(road) == [f"${n}" for n in range(100)]


async def test_an_event_keeps_the_very_bytes_that_came(road):
    event = raw("一  二\\u0000", event_id="$bytes").replace(b'"type"', b'  "type"')
    await road.intake.take(body_of([event]))

    [row] = await road.fetch("SELECT raw FROM events")
    assert row["raw"] == event


async def test_rooms_that_are_not_ours_leave_no_trace(road):
    """All other rooms do not exist for us."""
    await road.intake.take(body_of([raw(room_id="!private"), raw(event_id="$ours")]))

    assert await stored(road) == ["$ours"]
    assert await road.fetch("SELECT * FROM parked") == []
    [seen] = await road.fetch("SELECT event_id FROM seen")
    assert seen["event_id"] == "$ours"


async def test_receipts_are_not_kept(road):
    """m.read.private must not be, and m.read is no acknowledgement."""
    receipt = {
        "type": "m.receipt",
        "room_id": ROOM,
        "content": {"$x": {"m.read.private": {PUPIL: {"ts": 1}}}},
    }
    await road.intake.take(body_of([raw(event_id="$one")], ephemeral=[receipt]))

    tables = await road.fetch(
        "SELECT table_name AS name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    for row in tables:
        question = f'SELECT t::text AS row FROM "{row["name"]}" AS t'  # noqa: S608
        found = await road.fetch(question)
        assert not any("m.read.private" in line["row"] for line in found)


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("a NUL", rb'"a\u0000b"'),
        ("a lone surrogate", rb'"\ud800"'),
        ("5,000 levels", DEEP),
        ("a 5,000-digit number", LONG_NUMBER),
        ("an overflowing float", b"1e999"),
        ("invalid UTF-8", b'"\xff\xfe"'),
        ("a bracket in a string", rb'"]}\"{["'),
    ],
)
async def test_poison_neither_stops_the_road_nor_costs_its_neighbours(
    road, name, fragment
):
    """One pupil's message would otherwise stop the school."""
    bad = poison(fragment, "$poison")
    await road.intake.take(body_of([raw(event_id="$before"), bad, raw(event_id="$z")]))
    await road.judge()

    assert await stored(road) == ["$before", "$poison", "$z"], name
    assert await road.fetch("SELECT * FROM inbox") == []
    assert await road.fetch("SELECT * FROM parked") == []


@pytest.mark.parametrize(
    "field", ["event_id", "room_id", "sender", "type", "state_key", "origin_server_ts"]
)
async def test_a_field_of_a_wrong_type_never_stops_the_road(road, field):
    odd: list[object] = [None, 7, -1.5, True, [], {}, "", "\0", 10**30]
    for number, value in enumerate(odd):
        event = {**json.loads(raw(event_id=f"$odd{number}")), field: value}
        good = f"$good{number}"
        body = body_of([json.dumps(event).encode(), raw(event_id=good)])
        await road.intake.take(body)
        await road.judge()

        assert good in await stored(road)
    assert await road.fetch("SELECT * FROM inbox") == []


async def test_an_event_without_an_id_is_set_aside_whole_and_once(road):
    body = body_of([b'{"type": "m.room.message", "content": {}}', b'"text"', b"5"])
    await road.intake.take(body)
    await road.intake.take(body)

    parked = await road.fetch("SELECT raw, because FROM parked ORDER BY id")
    assert [row["raw"] for row in parked] == [
        b'{"type": "m.room.message", "content": {}}',
        b'"text"',
        b"5",
    ]


async def test_an_event_the_database_refuses_is_set_aside_and_the_rest_stored(road):
    """An id longer than an index row may be."""
    monster = raw(event_id="$" + "".join(chr(0x4E00 + n) for n in range(20000)))
    await road.intake.take(body_of([raw(event_id="$a"), monster, raw(event_id="$b")]))

    assert await stored(road) == ["$a", "$b"]
    [parked] = await road.fetch("SELECT raw, because FROM parked")
    assert parked["raw"] == monster
    assert "ProgramLimitExceeded" in parked["because"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"events": [', b"\x00", b"null"])
async def test_a_body_that_is_no_object_is_set_aside_and_answered(road, body):
    """Refusing it would make the homeserver send it again for ever."""
    await road.intake.take(body)

    [parked] = await road.fetch("SELECT raw FROM parked")
    assert parked["raw"] == body


@pytest.mark.parametrize("events", ["{}", '"x"', "null", "7"])
async def test_events_that_are_no_list_do_no_harm(road, events):
    await road.intake.take(b'{"events": ' + events.encode() + b"}")

    assert await stored(road) == []


async def test_service_rooms_are_kept_apart_and_never_judged(pool):
    direct = Room(
        room_id=RoomId("!direct"),
        room_class=RoomClass.SERVICE,
        kind=KindName("direct"),
    )
    road = await build(pool, more_rooms=[direct])
    await road.take(*(raw("笨猪", room_id="!direct") for _ in range(4)))
    await road.judge()

    rows = await road.fetch("SELECT DISTINCT retention FROM events")
    assert [row["retention"] for row in rows] == ["service"]
    assert await road.actions() == []
    await road.tower.close()


def invitation(sender: str, *, is_direct: bool = True, to: str = BOT) -> bytes:
    content = {"membership": "invite", "is_direct": is_direct}
    return raw(
        type_="m.room.member",
        room_id="!dm",
        sender=sender,
        state_key=to,
        content=content,
    )


async def test_an_invitation_to_a_direct_room_is_answered_elsewhere(road):
    await road.take(invitation(PUPIL))

    [action] = await road.fetch("SELECT kind, subject, room_id FROM actions")
    assert tuple(action) == ("redirect", PUPIL, "!dm")


@pytest.mark.parametrize(
    "event",
    [
        invitation(STRANGER),
        invitation(PUPIL, is_direct=False),
        invitation(PUPIL, to=STRANGER),
    ],
    ids=["from a stranger", "to a room", "of somebody else"],
)
async def test_other_invitations_are_none_of_our_business(road, event):
    await road.take(event)

    assert await road.fetch("SELECT * FROM actions") == []
    assert await road.fetch("SELECT * FROM events") == []


async def test_an_invitation_that_comes_again_is_answered_once(road):
    """By the same event, or by a pupil with much time."""
    event = invitation(PUPIL)
    for _ in range(2):
        await road.take(event)
    await road.take(invitation(PUPIL), invitation(PUPIL))

    assert len(await road.fetch("SELECT * FROM actions")) == 1
