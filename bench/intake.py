"""Intake: how much our route costs over a bare one with the same insert."""

import asyncio
import contextlib
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from aiohttp import web

from appservice.demo.stage import free_port
from appservice.embedded.postgres import Postgres
from appservice.services.bell import Tower
from appservice.services.intake import Intake
from appservice.store import inbox, schema
from appservice.store.pool import open_pool
from appservice.web.transactions import LARGEST, Transactions
from bench import Figure, Options, compared, percentile, school

TOKEN = "x" * 64


class _Bare:
    """The shortest route that stores: parse, one insert, 200."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def take(self, request: web.Request) -> web.Response:
        events = json.loads(await request.read())["events"]
        columns: tuple[list[Any], ...] = (
            [event["event_id"] for event in events],
            [event["room_id"] for event in events],
            [event["sender"] for event in events],
            [event["type"] for event in events],
            [event.get("state_key") for event in events],
            [event["origin_server_ts"] for event in events],
            ["managed"] * len(events),
            [json.dumps(event).encode() for event in events],
        )
        async with self._pool.acquire() as connection:
            await connection.fetch(inbox.ARRIVE, *columns, "road")
        return web.json_response({})


class _Caller:
    """A client so plain that it costs next to nothing."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port
        )

    async def put(self, body: bytes) -> float:
        """Send a transaction; return the milliseconds until it was answered."""
        head = (
            f"PUT /_matrix/app/v1/transactions/1 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        start = time.perf_counter()
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        took = (time.perf_counter() - start) * 1000
        assert answer.startswith(b"HTTP/1.1 200"), answer[:60]
        return took

    def close(self) -> None:
        self._writer.close()


@contextlib.asynccontextmanager
async def _both() -> AsyncIterator[tuple[_Caller, _Caller, Any]]:
    """Serve our route and the bare one, each on a database of its own."""
    path = school.directory()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, path, ignore_errors=True)
        postgres = await stack.enter_async_context(Postgres(directory=path))
        callers = []
        for name in ("ours", "bare"):
            await postgres.create_database(name)
            await schema.upgrade(postgres.url(name))
            pool = await open_pool(postgres.url(name))
            stack.push_async_callback(pool.close)
            async with pool.acquire() as connection:
                rooms = await school.fill(connection, count=50)
            app = web.Application(client_max_size=LARGEST)
            if name == "ours":
                app.add_routes(await _our_routes(pool, stack))
            else:
                app.add_routes(
                    [web.put("/_matrix/app/v1/transactions/1", _Bare(pool).take)]
                )
            callers.append(await _serve(app, stack))
        yield callers[0], callers[1], rooms


async def _our_routes(pool: Any, stack: Any) -> list[web.AbstractRouteDef]:
    ours = await school.as_services_know_it(pool)
    tower = Tower(pool)
    stack.push_async_callback(tower.close)
    return Transactions(
        Intake(pool, ours, tower), hs_token=TOKEN, heard=lambda _ping: None
    ).routes()


async def _serve(app: web.Application, stack: Any) -> _Caller:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    caller = _Caller(port)
    await caller.open()
    stack.callback(caller.close)
    return caller


async def _in_turn(
    ours: _Caller, bare: _Caller, bodies: Iterator[bytes], *, rounds: int, block: int
) -> tuple[list[float], list[float]]:
    """Measure blocks of each in turn; the same bodies for both."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        block_bodies = [next(bodies) for _ in range(block)]
        pair = ((ours, times[0]), (bare, times[1]))
        for caller, into in pair if number % 2 else reversed(pair):
            into += [await caller.put(body) for body in block_bodies]
    return times


async def intake_100(options: Options) -> list[Figure]:
    """Transactions of 100 events, one at a time."""
    rounds = 24 if options.full else 10
    async with _both() as (ours, bare, rooms):
        events = school.mixed(rooms, 100 * 10 * (rounds + 2))
        bodies = school.transactions(events, 100)
        await _in_turn(ours, bare, bodies, rounds=2, block=10)  # warm
        mine, theirs = await _in_turn(ours, bare, bodies, rounds=rounds, block=10)
    # The median: now and then Postgres makes a new WAL file, and whoever is at it then
    # waits 50 ms, on the bare route as on ours.
    rate, reference = (100_000 / percentile(times, 0.5) for times in (mine, theirs))
    return [
        compared("road-intake-100", rate, reference, unit="events/s", at_least=0.85)
    ]


async def intake_1(options: Options) -> list[Figure]:
    """One event per transaction, as Synapse mostly sends."""
    rounds = 40 if options.full else 16
    async with _both() as (ours, bare, rooms):
        bodies = school.transactions(school.mixed(rooms, 50 * (rounds + 2)), 1)
        await _in_turn(ours, bare, bodies, rounds=2, block=50)
        mine, theirs = await _in_turn(ours, bare, bodies, rounds=rounds, block=50)
    return [
        compared(
            f"road-intake-1-p{share}",
            percentile(mine, share / 100),
            percentile(theirs, share / 100),
            unit="ms",
            at_most=1.3,
        )
        for share in (50, 95)
    ]


BENCHES = {"road-intake-100": intake_100, "road-intake-1": intake_1}
