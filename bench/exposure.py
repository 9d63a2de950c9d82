"""Exposure: how long others see what is then redacted, beside a bare bot's."""

import asyncio
import contextlib
import json
import secrets
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from appservice import config as configuration
from appservice.demo.stage import Stage, free_port
from appservice.domain.ids import KindName, RoomId
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.embedded.child import start as start_child
from appservice.embedded.synapse import Account
from appservice.matrix.client import Client
from appservice.store import rooms
from bench import Figure, Options, compared, percentile, school

PACE = 0.15
"""Seconds between messages."""

BLOCK = 50


@dataclass(slots=True)
class _Watcher:
    """Another client: notes when it sees a message, and when its redaction."""

    url: str
    account: Account
    seen: dict[str, float] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)

    async def watch(self, session: aiohttp.ClientSession) -> None:
        since, headers = "", {"Authorization": f"Bearer {self.account.access_token}"}
        while True:
            query = {"timeout": "30000", **({"since": since} if since else {})}
            async with session.get(
                f"{self.url}/_matrix/client/v3/sync", params=query, headers=headers
            ) as answer:
                fields = await answer.json()
            now = time.perf_counter()
            since = fields["next_batch"]
            for room in fields.get("rooms", {}).get("join", {}).values():
                for event in room["timeline"]["events"]:
                    self._note(event, now)

    def _note(self, event: dict[str, Any], now: float) -> None:
        if event["type"] == "m.room.redaction":
            target = event.get("redacts") or event["content"].get("redacts")
            self.gone.setdefault(str(target), now)
        else:
            self.seen.setdefault(event["event_id"], now)


async def exposure(options: Options) -> list[Figure]:
    """Paced messages in alternating blocks, a real Synapse on Postgres."""
    count = 400 if options.full else 100
    path = school.directory()
    try:
        async with _town(path) as (stage, watcher, talk):
            del stage
            ours, bare = await _alternate(talk, watcher, count)
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return [
        compared(
            f"road-exposure-{name}",
            percentile(ours, share),
            percentile(bare, share),
            unit="ms",
            at_most=at_most,
        )
        for name, share, at_most in (("median", 0.5, 1.2), ("p95", 0.95, 1.3))
    ]


async def _alternate(
    talk: Any, watcher: _Watcher, count: int
) -> tuple[list[float], list[float]]:
    block = min(BLOCK, count // 2)
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(2 * count // block):
        name = ("ours", "bare")[number % 2]
        sent = []
        for n in range(block):
            begin = time.perf_counter()
            sent.append(await talk(name, f"{school.BANNED}{number}-{n}"))
            await asyncio.sleep(max(0, PACE - (time.perf_counter() - begin)))
        async with asyncio.timeout(30):
            while not watcher.gone.keys() >= set(sent):  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.02)
        times[name] += [
            # Seen first in the same answer as its redaction: nobody saw it.
            1000 * (watcher.gone[id_] - watcher.seen.get(id_, watcher.gone[id_]))
            for id_ in sent
        ]
    return times["ours"], times["bare"]


@contextlib.asynccontextmanager
async def _town(path: Path) -> AsyncIterator[tuple[Stage, _Watcher, Any]]:
    """One homeserver; one room of Homeroom's and one of the bare bot's."""
    port, as_token, hs_token = free_port(), secrets.token_hex(32), secrets.token_hex(32)
    registration = _registration(path, port, as_token, hs_token)
    stage = Stage(
        directory=path,
        settings={"breaker.room": 100_000, "breaker.school": 100_000},
        more_registrations=[registration],
    )
    async with stage, contextlib.AsyncExitStack() as stack:
        bot = start_child(
            _bare_bot(stage.synapse.url, port, as_token, hs_token),
            log=path / "bare.log",
            at_our_death=signal.SIGTERM,
        )
        stack.callback(bot.terminate)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        sender = await stage.synapse.register("pupil1", "x")
        other = await stage.synapse.register("pupil2", "x")
        ids = await _rooms(stage, session, as_token, [sender, other])
        await stage.start_process()
        watcher = _Watcher(stage.synapse.url, other)
        task = asyncio.create_task(watcher.watch(session))
        stack.callback(task.cancel)
        headers = {"Authorization": f"Bearer {sender.access_token}"}

        async def talk(name: str, text: str) -> str:
            url = f"{stage.synapse.url}/_matrix/client/v3/rooms/{ids[name]}/send"
            async with session.put(
                f"{url}/m.room.message/{secrets.token_hex(8)}",
                json={"msgtype": "m.text", "body": text},
                headers=headers,
            ) as answer:
                return str((await answer.json())["event_id"])

        for name in ("ours", "bare"):  # warm, and sure that both are listening
            id_ = await talk(name, school.BANNED)
            async with asyncio.timeout(30):
                while id_ not in watcher.gone:  # noqa: ASYNC110 - polled
                    await asyncio.sleep(0.02)
        yield stage, watcher, talk


def _bare_bot(url: str, port: int, as_token: str, hs_token: str) -> list[str]:
    arguments = [url, school.DOMAIN, str(port), as_token, hs_token, school.BANNED]
    return [sys.executable, "-m", "bench.bare_bot", *arguments]


def _registration(path: Path, port: int, as_token: str, hs_token: str) -> Path:
    file = path / "bare.yaml"
    fields = {
        "id": "bare",
        "url": f"http://127.0.0.1:{port}",
        "as_token": as_token,
        "hs_token": hs_token,
        "sender_localpart": "bare",
        "rate_limited": False,
        "namespaces": {"users": [{"regex": "@bare:.*", "exclusive": True}]},
    }
    file.write_text(json.dumps(fields))
    return file


async def _rooms(
    stage: Stage, session: aiohttp.ClientSession, bare_token: str, people: list[Account]
) -> dict[str, RoomId]:
    road = configuration.registrations(stage.config()).road
    ids = {}
    for name, token in (("ours", road.as_token), ("bare", bare_token)):
        client = Client(stage.synapse.url, token=token, session=session)
        await client.register("homeroom" if name == "ours" else "bare")
        ids[name] = await client.create_room(
            {"preset": "public_chat", "invite": [p.user_id for p in people]}
        )
        for person in people:
            async with session.post(
                f"{stage.synapse.url}/_matrix/client/v3/join/{ids[name]}",
                headers={"Authorization": f"Bearer {person.access_token}"},
                json={},
            ) as answer:
                answer.raise_for_status()
    connection = await stage.connect()
    room = Room(
        room_id=ids["ours"],
        room_class=RoomClass.MANAGED,
        kind=KindName("class_students"),
        name="一班",
        mode=Mode.ENFORCE,
    )
    await rooms.add(connection, room)
    await connection.close()
    return ids


BENCHES = {"road-exposure": exposure}
