"""The homeserver's transactions as bytes on the wire: whose, how many, how broken."""

import contextlib
import io
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from appservice.web.transactions import LARGEST, Transactions
from tests.road import BAD, PUPIL, ROOM, Road, body_of, build, raw

TOKEN = "hs token"  # noqa: S105
PATH = "/_matrix/app/v1"


@dataclass(frozen=True, kw_only=True)
class Port:
    """Our port, as the homeserver sees it."""

    road: Road
    url: str
    pings: list[str]
    """The ids of the pings that came."""

    async def put(
        self, body: bytes, *, query: str = "", token: str | None = TOKEN
    ) -> tuple[int, dict[str, Any]]:
        return await self.ask("PUT", f"transactions/1{query}", body, token=token)

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, token: str | None = TOKEN
    ) -> tuple[int, dict[str, Any]]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method,
                f"{self.url}{PATH}/{path}",
                data=io.BytesIO(body),
                headers=headers,
            ) as answer,
        ):
            return answer.status, await answer.json()

    async def stored(self) -> list[str]:
        rows = await self.road.fetch("SELECT event_id FROM events ORDER BY seq")
        return [row["event_id"] for row in rows]

    async def parked(self) -> int:
        [(count,)] = await self.road.fetch("SELECT count(*) FROM parked")
        return int(count)


@contextlib.asynccontextmanager
async def open_port(pool: Any) -> AsyncIterator[Port]:
    road = await build(pool)
    app = web.Application(client_max_size=LARGEST)
    pings: list[str] = []
    transactions = Transactions(road.intake, hs_token=TOKEN, heard=pings.append)
    app.add_routes(transactions.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield Port(road=road, url=url, pings=pings)
    await runner.cleanup()
    await road.tower.close()


@pytest.fixture
async def port(pool):
    async with open_port(pool) as opened:
        yield opened


# Whose ------------------------------------------------------------------------------

BODY = body_of([raw(event_id="$e")])


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("", None),
        ("", "wrong"),
        ("", ""),
        ("", f"{TOKEN}x"),
        ("", "密"),
        ("?access_token=hs%20token", None),
        ("?access_token=hs%20token", "wrong"),
    ],
)
async def test_only_the_homeserver_is_heard(port, query, token):
    """A token in an address ends up in logs, so it is none (MSC1228 is long past)."""
    encoded = None if token is None else token.encode().decode("latin-1")
    status, answer = await port.put(BODY, query=query, token=encoded)

    assert (status, answer["errcode"]) == (403, "M_FORBIDDEN")
    assert await port.stored() == []


async def test_everything_the_homeserver_may_ask_needs_the_token(port):
    for method, path in (
        ("POST", "ping"),
        ("GET", "users/@x:school.test"),
        ("GET", "rooms/%23x:school.test"),
    ):
        status, _ = await port.ask(method, path, token="wrong")  # noqa: S106
        assert status == 403, path


async def test_nobody_is_made_on_demand(port):
    """A name somebody mistypes must not become an account or a room."""
    assert (await port.ask("GET", "users/@x:school.test"))[0] == 404
    assert (await port.ask("GET", "rooms/%23x:school.test"))[0] == 404
    ping = b'{"transaction_id": "mine"}'
    assert await port.ask("POST", "ping", ping) == (200, {})
    assert port.pings == ["mine"]
    for body in (b"{}", b"[]", b"", b"\xff"):
        assert await port.ask("POST", "ping", body) == (200, {})


# How many ---------------------------------------------------------------------------


async def test_what_is_answered_with_200_is_stored(port):
    assert await port.put(BODY) == (200, {})
    assert await port.stored() == ["$e"]


async def test_the_same_transaction_id_again_is_not_the_same_transaction(port):
    """Synapse on SQLite begins anew after a restart (matrix-facts 0.6)."""
    await port.put(BODY)
    await port.put(body_of([raw(event_id="$f")]))
    await port.put(BODY)

    assert await port.stored() == ["$e", "$f"]


async def test_a_transaction_of_thirty_mebibytes_is_taken(port):
    """One that is refused for its size is sent again for ever."""
    events = [raw("长" * 55_000, event_id=f"$long{n}") for n in range(100)]
    body = body_of([raw(BAD, event_id="$bad"), *events])
    assert len(body) > 30 * 1024 * 1024

    assert await port.put(body) == (200, {})
    await port.road.judge()
    assert len(await port.stored()) == 101
    assert ("redact", "$bad", "waiting") in await port.road.actions("redact")


async def test_without_the_database_nothing_is_acknowledged(port, pool):
    """The homeserver sends it again; nothing of it may be called received."""
    await pool.close()

    status, answer = await port.put(BODY)

    assert status == 503
    assert "database" in answer["error"]


# How broken -------------------------------------------------------------------------

WRONG = (
    *("null", "true", "7", "-1", "1.5", "1e400", '"x"', '""', "[]", "{}", "[1]"),
    *('{"a":1}', "9" * 5000, "-" + "9" * 5000, '"\\u0000"', '"\\ud800"'),
    '"' + "长" * 30_000 + '"',
)
FIELDS = (
    *("event_id", "room_id", "type", "sender", "state_key", "origin_server_ts"),
    *("content", "unsigned"),
)


def _with(field: str, value: str, number: int) -> bytes:
    """Make an event with the JSON of one field replaced."""
    event = json.loads(raw(event_id=f"$poison{number}"))
    event[field] = "@"
    return json.dumps(event).replace('"@"', value).encode()


POISON = [
    *(
        _with(field, value, number)
        for number, (field, value) in enumerate(itertools.product(FIELDS, WRONG))
    ),
    raw(event_id="$deep").replace(b'"\\u4f60\\u597d"', b"[" * 5000 + b"]" * 5000),
    raw(event_id="$deeper").replace(
        b'"\\u4f60\\u597d"', b'{"a":' * 5000 + b"1" + b"}" * 5000
    ),
    raw(event_id="$nul").replace(b"\\u4f60", b"\\u0000"),
    raw(event_id="$lone").replace(b"\\u4f60", b"\\udfff"),
    raw(event_id="$bytes").replace(b"\\u4f60", b"\xff\xfe"),
    raw(event_id="$twice").replace(b'{"event_id"', b'{"event_id": "$t", "event_id"'),
    raw(event_id="$" + "e" * 65_536),
    raw(event_id="$key", state_key="k" * 65_536),
    raw(event_id="$type", type_="t" * 65_536),
    raw(event_id="$sender", sender="@" + "s" * 65_536),
    *(b"null", b"7", b'"x"', b"[]", b"{}", b"[[[]]]", b"-0.0"),
]


async def test_no_event_stops_the_others(port):
    """One pupil's message must not stop the road for the whole school."""
    events, good = [], []
    for n, poison in enumerate(POISON):
        good.append(f"$good{n}")
        events += [poison, raw(f"{BAD}{n}", event_id=f"$good{n}")]
    for at in range(0, len(events), 100):
        assert (await port.put(body_of(events[at : at + 100])))[0] == 200
    await port.road.judge()

    stored = await port.stored()
    hidden = {subject for _, subject, _ in await port.road.actions("redact")}
    assert [e for e in stored if e.startswith("$good")] == good
    assert set(good) <= hidden
    assert await port.road.fetch("SELECT * FROM inbox") == []


async def test_what_has_an_id_and_a_room_of_ours_is_on_record_or_set_aside(port):
    """Nothing that concerns us vanishes without a trace."""
    ours = [
        _with(field, value, number)
        for number, (field, value) in enumerate(itertools.product(FIELDS[2:], WRONG))
    ]
    assert (await port.put(body_of(ours)))[0] == 200

    assert len(await port.stored()) + await port.parked() == len(ours)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"7", b"[]", b"{", b"not json", b'{"events": 7}'),
        *(b'{"events": {"a": 1}}', b'{"events": [null]}', b'{"events": [7, "x", []]}'),
        *(b'{"events": [', b'{"ephemeral": 7}', b'\xff\xfe{"events": []}', b"{}"),
    ],
    ids=repr,
)
async def test_a_body_of_whatever_sort_does_not_stop_the_road(port, body):
    """What can never be understood must not be sent again for ever."""
    assert (await port.put(body))[0] == 200
    assert (await port.put(BODY))[0] == 200
    assert await port.stored() == ["$e"]


async def test_events_of_other_rooms_and_receipts_leave_nothing(port):
    elsewhere = raw(BAD, room_id="!elsewhere", event_id="$elsewhere")
    receipt = {
        "type": "m.receipt",
        "room_id": ROOM,
        "content": {"$e": {"m.read.private": {PUPIL: {"ts": 1}}}},
    }
    await port.put(body_of([elsewhere], ephemeral=[receipt]))

    assert await port.stored() == []
    assert await port.parked() == 0
