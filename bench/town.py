"""One homeserver with a room of Homeroom's and one of a bare bot's, and a pupil."""

import asyncio
import contextlib
import json
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from appservice import config as configuration
from appservice.demo.stage import Stage, free_port
from appservice.domain.ids import PersonId, RoomId, UserId
from appservice.domain.people import Person, Role
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.embedded.child import start as start_child
from appservice.embedded.synapse import Account
from appservice.matrix.client import Client
from appservice.store import rooms, roster
from bench import school

RIGHT = "学生1"
"""The name of the pupil who writes."""

# Names are put right as often as they are false, and nothing waits for its turn.
POLICY = "extends: class_students\nnames:\n  put_right_at_most: 1000000\n"
SCOPE = "0班"


@dataclass(slots=True)
class Watcher:
    """Another client: notes when it sees a message, its redaction, a name."""

    url: str
    account: Account
    seen: dict[str, float] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)
    names: list[tuple[str, str | None, float]] = field(default_factory=list)
    """Event id, name, when."""

    async def watch(self, session: aiohttp.ClientSession) -> None:
        """Look until cancelled."""
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
            return
        self.seen.setdefault(event["event_id"], now)
        if event["type"] == "m.room.member":
            name = event["content"].get("displayname")
            self.names.append((event["event_id"], name, now))


@dataclass(kw_only=True)
class Town:
    """Who and what there is. Rooms are called ``ours`` and ``bare``."""

    stage: Stage
    session: aiohttp.ClientSession
    sender: Account
    watcher: Watcher
    bare_token: str
    ids: dict[str, RoomId] = field(default_factory=dict)

    async def talk(self, name: str, text: str) -> str:
        """Let the pupil write; return the event id."""
        path = f"send/m.room.message/{secrets.token_hex(8)}"
        return await self._put(name, path, {"msgtype": "m.text", "body": text})

    async def call_oneself(self, name: str, displayname: str) -> str:
        """Let the pupil take a name in a room; return the event id."""
        path = f"state/m.room.member/{quote(self.sender.user_id)}"
        content = {"membership": "join", "displayname": displayname}
        return await self._put(name, path, content)

    async def _put(self, name: str, path: str, content: dict[str, Any]) -> str:
        async with self.session.put(
            f"{self.stage.synapse.url}/_matrix/client/v3/rooms/{self.ids[name]}/{path}",
            json=content,
            headers={"Authorization": f"Bearer {self.sender.access_token}"},
        ) as answer:
            return str((await answer.json())["event_id"])

    async def gone(self, *event_ids: str) -> None:
        """Wait until messages are redacted."""
        async with asyncio.timeout(60):
            while not self.watcher.gone.keys() >= set(event_ids):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def exposure(self, event_id: str) -> float:
        """Say for how many milliseconds a message was seen; 0: nobody saw it."""
        gone = self.watcher.gone[event_id]
        return 1000 * (gone - self.watcher.seen.get(event_id, gone))


@contextlib.asynccontextmanager
async def town(path: Path) -> AsyncIterator[Town]:
    """Open both rooms, with both services running and warm."""
    port = free_port()
    tokens = [secrets.token_hex(32) for _ in range(3)]
    policies = path / "policies"
    policies.mkdir()
    (policies / f"{school.KIND}.yaml").write_text(POLICY)
    stage = Stage(
        directory=path,
        settings={
            "breaker.room": 100_000,
            "breaker.school": 100_000,
            "policies.directory": str(policies),
        },
        more_registrations=_registrations(path, port, tokens),
    )
    async with stage, contextlib.AsyncExitStack() as stack:
        bot = start_child(
            _bare_bot(stage.synapse.url, port, tokens),
            log=path / "bare.log",
            at_our_death=signal.SIGTERM,
        )
        stack.callback(bot.terminate)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        sender = await stage.synapse.register("pupil1", "x", displayname=RIGHT)
        other = await stage.synapse.register("pupil2", "x", displayname="学生2")
        place = Town(
            stage=stage,
            session=session,
            sender=sender,
            watcher=Watcher(stage.synapse.url, other),
            bare_token=tokens[0],
        )
        await _open_rooms(place, [sender, other])
        await stage.start_process()
        task = asyncio.create_task(place.watcher.watch(session))
        stack.callback(task.cancel)
        for name in ("ours", "bare"):  # warm, and sure that both are listening
            await place.gone(await place.talk(name, school.BANNED))
        yield place


def _bare_bot(url: str, port: int, tokens: Sequence[str]) -> list[str]:
    arguments = [url, school.DOMAIN, str(port), *tokens, school.BANNED, RIGHT]
    return [sys.executable, "-m", "bench.bare_bot", *arguments]


def _registrations(path: Path, port: int, tokens: Sequence[str]) -> list[Path]:
    """Write a road and a hand for the bare bot, like ours."""
    as_token, hs_token, hand_token = tokens
    road = {
        "id": "bare",
        "url": f"http://127.0.0.1:{port}",
        "as_token": as_token,
        "hs_token": hs_token,
        "sender_localpart": "bare",
        "rate_limited": False,
        "namespaces": {"users": [{"regex": "@bare:.*", "exclusive": True}]},
    }
    hand = {
        **road,
        "id": "bare-hand",
        "url": None,
        "as_token": hand_token,
        "hs_token": secrets.token_hex(32),
        "sender_localpart": "bare_hand",
        "namespaces": {"users": [{"regex": "@pupil.*", "exclusive": False}]},
    }
    files = []
    for fields in (road, hand):
        file = path / f"{fields['id']}.yaml"
        file.write_text(json.dumps(fields))
        files.append(file)
    return files


async def _open_rooms(place: Town, people: Sequence[Account]) -> None:
    url = place.stage.synapse.url
    road = configuration.registrations(place.stage.config()).road
    for name, token in (("ours", road.as_token), ("bare", place.bare_token)):
        client = Client(url, token=token, session=place.session)
        await client.register("homeroom" if name == "ours" else "bare")
        place.ids[name] = await client.create_room(
            {"preset": "private_chat", "invite": [p.user_id for p in people]}
        )
        for person in people:
            await join(place, place.ids[name], person)
    connection = await place.stage.connect()
    async with connection.transaction():
        await roster.replace(connection, pupils(2), source="bench", content=b"")
    room = Room(
        room_id=place.ids["ours"],
        room_class=RoomClass.MANAGED,
        kind=school.KIND,
        name="一班",
        scope=SCOPE,
        mode=Mode.ENFORCE,
    )
    await rooms.add(connection, room)
    await connection.close()


async def join(place: Town, room_id: RoomId, person: Account) -> None:
    """Let somebody accept an invitation."""
    async with place.session.post(
        f"{place.stage.synapse.url}/_matrix/client/v3/join/{room_id}",
        headers={"Authorization": f"Bearer {person.access_token}"},
        json={},
    ) as answer:
        answer.raise_for_status()


def pupils(count: int) -> list[Person]:
    """Make the roster of the room."""
    return [
        Person(
            id=PersonId(f"s{number}"),
            name=f"学生{number}",
            roles=frozenset({Role.STUDENT}),
            classes=frozenset({SCOPE}),
            user_id=UserId(f"@pupil{number}:{school.DOMAIN}"),
        )
        for number in range(1, count + 1)
    ]
