"""Judging: from the inbox to records and outbox, and how a start goes."""

import asyncio
import contextlib
import json
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import psutil
import uvloop

from appservice import config as configuration
from appservice.demo.stage import Stage
from appservice.embedded.postgres import Postgres
from appservice.services.bell import Tower
from appservice.services.breaker import Breaker
from appservice.services.intake import Intake
from appservice.services.moderation import Moderation
from appservice.store import events, schema
from appservice.store.pool import open_pool
from bench import Figure, Options, absolute, school

LINE = "RESULT "


@contextlib.asynccontextmanager
async def _postgres() -> AsyncIterator[str]:
    path = school.directory()
    try:
        async with Postgres(directory=path) as postgres:
            await postgres.create_database("homeroom")
            url = postgres.url("homeroom")
            await schema.upgrade(url)
            yield url
    finally:
        shutil.rmtree(path, ignore_errors=True)


async def _build(pool: Any) -> tuple[Intake, Moderation, Tower]:
    ours = await school.as_services_know_it(pool)
    tower = Tower(pool)
    # The breaker would stop us where this is about how fast we go on.
    breaker = Breaker(room=10**9, school=10**9)
    return Intake(pool, ours, tower), Moderation(pool, ours, tower, breaker), tower


async def _fill(url: str, count: int) -> None:
    pool = await open_pool(url)
    async with pool.acquire() as connection:
        rooms = await school.fill(connection, count=50)
    intake, _, tower = await _build(pool)
    for body in school.transactions(school.mixed(rooms, count), 100):
        await intake.take(body)
    async with pool.acquire() as connection:
        await connection.execute("ANALYZE")
    await tower.close()
    await pool.close()


async def judged(options: Options) -> list[Figure]:
    """50 rooms, the usual mix, one process, two cores shared with Postgres."""
    count = 100_000
    async with _postgres() as url:
        await _fill(url, count)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.judged",
            url,
            str(count if options.full else 30_000),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    [line] = [row for row in out.decode().splitlines() if row.startswith(LINE)]
    result = json.loads(line.removeprefix(LINE))
    return [
        absolute("road-judged", result["rate"], unit="events/s", at_least=3000),
        absolute("road-memory", result["memory"], unit="MB", at_most=250),
    ]


async def _measure(url: str, at_least: int) -> dict[str, float]:
    """Judge in a process that has done nothing else."""
    pool = await open_pool(url)
    _, moderation, tower = await _build(pool)
    count, start = 0, time.perf_counter()
    process, memory = psutil.Process(), 0
    while count < at_least:
        judged_now = await moderation.judge_next()
        if not judged_now:
            break
        count += judged_now
        if count % 5000 < judged_now:
            memory = max(memory, process.memory_info().rss)
    took = time.perf_counter() - start
    await tower.close()
    await pool.close()
    return {"rate": count / took, "memory": memory / 1e6}


async def start(_: Options) -> list[Figure]:
    """300 rooms and 30,000 memberships: from the start to the first verdict."""
    path = school.directory()
    try:
        async with Stage(directory=path) as stage:
            connection = await stage.connect()
            rooms = await school.fill(connection, count=300)
            await _members(connection, rooms)
            await connection.close()
            seconds = [await _start_once(stage, rooms, n) for n in range(3)]
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return [absolute("road-start", max(seconds), unit="s", at_most=3)]


async def _members(connection: Any, rooms: list[Any]) -> None:
    content = b'{"membership":"join","displayname":"\xe5\xad\xa6\xe7\x94\x9f"}'
    for room in rooms:
        rows = [
            ("m.room.member", school.pupil(n), f"$m{n}", school.pupil(n), content)
            for n in range(100)
        ]
        await events.fold_state(connection, room, rows)


async def _start_once(stage: Stage, rooms: list[Any], number: int) -> float:
    """Start the service as a school does, and send an event as soon as it answers."""
    config = stage.config()
    token = configuration.registrations(config).road.hs_token
    content = {"msgtype": "m.text", "body": school.BANNED}
    event = school.event(f"start{number}", rooms[7], school.pupil(1), content)
    url = f"http://127.0.0.1:{stage.port}/_matrix/app/v1/transactions/1"
    connection = await stage.connect()
    begin = time.perf_counter()
    await stage.start_process(wait=False)
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"}
    ) as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.put(url, data=b'{"events":[' + event + b"]}") as got:
                    if got.status == 200:
                        break
            await asyncio.sleep(0.01)
    await _until_judged(connection, f"%start{number}")
    took = time.perf_counter() - begin
    await connection.close()
    await stage.stop_process(signal.SIGKILL)
    return took


async def _until_judged(connection: Any, event_id: str) -> None:
    question = "SELECT count(*) FROM judgements WHERE event_id LIKE $1"
    while not await connection.fetchval(question, event_id):  # noqa: ASYNC110 - polled
        await asyncio.sleep(0.005)


BENCHES = {"road-judged": judged, "road-start": start}

if __name__ == "__main__":
    result = uvloop.run(_measure(sys.argv[1], int(sys.argv[2])))
    sys.stdout.write(LINE + json.dumps(result) + "\n")
