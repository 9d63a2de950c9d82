"""Opening the sample school: its roster, its accounts, its rooms."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

from appservice import config as configuration
from appservice.demo import school, talk
from appservice.demo.people import Failed, Member
from appservice.demo.school import SampleRoom
from appservice.demo.stage import Stage
from appservice.domain.ids import RoomId, UserId
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.matrix.client import Client
from appservice.store import rooms

PATIENCE: Final = 20.0
"""Seconds until Homeroom must have put the new rooms right."""

OFFICIAL: Final = "学校官方群"
"""What the topics of official rooms begin with (A02)."""

NOTIFY = "SELECT pg_notify('homeroom', '0 rooms')"


SUCCESSOR = "SELECT successor FROM rooms WHERE room_id = $1"


@dataclass(kw_only=True)
class School:
    """The sample school while it is open."""

    stage: Stage
    members: dict[str, Member]
    """By localpart."""
    rooms: dict[str, RoomId] = field(default_factory=dict)
    """By kind: there is one of each."""
    exposures: list[float] = field(default_factory=list)
    """How long each hidden message was seen, in milliseconds."""

    def __getitem__(self, localpart: str) -> Member:
        return self.members[localpart]

    def __post_init__(self) -> None:
        self._connection: Any = None
        self._one_at_a_time = asyncio.Lock()

    async def rest(self) -> None:
        """Let everybody hang up: accounts that others use now must not answer."""
        await asyncio.gather(*(member.close() for member in self.members.values()))
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def ask(self, sql: str, *args: object) -> Any:
        """Ask Homeroom's database for one value."""
        async with self._one_at_a_time:
            if self._connection is None:
                self._connection = await self.stage.connect()
            return await self._connection.fetchval(sql, *args)


@contextlib.asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[School]:
    """Yield the school with everybody logged in; Homeroom runs and keeps its rooms."""
    config = stage.config()
    members = {
        who.localpart: Member(stage.synapse.url, who, bot=config.bot)
        for who in school.everybody()
    }
    open_school = School(stage=stage, members=members)
    try:
        enrolling = (_enrol(stage, member) for member in members.values())
        await asyncio.gather(_start(stage), *enrolling)
        talk.progress("群与成员 · rooms and members")
        open_school.rooms = await _make_rooms(stage, members)
        write_demo_json(stage, open_school.rooms)
        yield open_school
    finally:
        await open_school.rest()


async def homeroom(*arguments: str | Path) -> str:
    """
    Run a command as in a terminal; return what it said.

    Raises:
        Failed: With what it said.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "appservice"),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Failed(f"homeroom {arguments[0]}: {said.decode().strip()}")
    return said.decode().strip()


async def _start(stage: Stage) -> None:
    """Import the roster, and run Homeroom."""
    path = stage.directory / "roster.csv"
    path.write_text(school.ROSTER, encoding="utf-8")
    # In any order: a running service hears of a new roster.
    said, _ = await asyncio.gather(
        homeroom("roster", "import", "--config", stage.config_path, path),
        stage.start_process(),
    )
    talk.progress(f"{path}: {said}")


async def _enrol(stage: Stage, member: Member) -> None:
    who = member.who
    await stage.synapse.register(who.localpart, who.password, displayname=who.called)
    await member.log_in()


async def _make_rooms(stage: Stage, members: dict[str, Member]) -> dict[str, RoomId]:
    """
    Make bare rooms, tell Homeroom of them, let people come in.

    Names, levels, topics and settings are Homeroom's to see to: wait until it has.
    """
    config = stage.config()
    async with as_service(stage) as bot:
        made = (bot.create_room(_settings(r, config.keeper)) for r in school.ROOMS)
        ids: dict[str, RoomId] = {
            room.kind: room_id
            for room, room_id in zip(
                school.ROOMS, await asyncio.gather(*made), strict=True
            )
        }
        await _keep(stage, ids)
        joins = [
            members[name].join(ids[r.kind]) for r in school.ROOMS for name in r.members
        ]
        await asyncio.gather(*joins)
        talk.progress("Homeroom 整理各群 · Homeroom puts the rooms right")
        async with asyncio.timeout(PATIENCE):
            for room in school.ROOMS:
                await _until_right(bot, ids[room.kind], room)
    return ids


@contextlib.asynccontextmanager
async def as_service(stage: Stage) -> AsyncIterator[Client]:
    """Act with the token of Homeroom's own account, behind Homeroom's back."""
    token = configuration.registrations(stage.config()).road.as_token
    async with aiohttp.ClientSession() as session:
        yield Client(stage.synapse.url, token=token, session=session)


def _settings(room: SampleRoom, keeper: str) -> dict[str, Any]:
    users = {who.localpart: who.user_id for who in school.everybody()}
    settings: dict[str, Any] = {
        "preset": "private_chat",
        "room_version": room.version,
        "invite": [users[name] for name in room.members],
    }
    if int(room.version) >= 12:
        # A room of version 12 never gets another creator.
        settings["creation_content"] = {"additional_creators": [keeper]}
    return settings


async def _until_right(bot: Client, room_id: RoomId, room: SampleRoom) -> None:
    while not _is_right(await bot.state(room_id), room):  # noqa: ASYNC110 - polled
        await asyncio.sleep(0.05)


def _is_right(state: Sequence[Mapping[str, Any]], room: SampleRoom) -> bool:
    """Whether everybody has the right name, office and level, and the room its own."""
    found = {(each["type"], each["state_key"]): each["content"] for each in state}
    users = {who.localpart: who.user_id for who in school.everybody()}
    names = {
        name: found.get(("m.room.member", users[name]), {}).get("displayname")
        for name in room.names
    }
    levels = found["m.room.power_levels", ""].get("users", {})
    offices = {name: levels.get(users[name]) for name in room.levels}
    called = found.get(("m.room.name", ""), {}).get("name")
    topic = found.get(("m.room.topic", ""), {}).get("topic", "")
    return (
        names == room.names
        and offices == room.levels
        and called == room.name
        and OFFICIAL in topic
    )


async def _keep(stage: Stage, ids: dict[str, RoomId]) -> None:
    connection = await stage.connect()
    try:
        for room in school.ROOMS:
            kept = Room(
                room_id=ids[room.kind],
                room_class=RoomClass.MANAGED,
                kind=room.kind,
                name=room.name,
                scope=room.scope,
                mode=Mode.ENFORCE,
            )
            await rooms.add(connection, kept)
        await connection.execute(NOTIFY)
    finally:
        await connection.close()


async def successor(school: School, room_id: RoomId) -> RoomId:
    """Wait until Homeroom keeps another room in the place of one; return it."""
    while True:
        found = await school.ask(SUCCESSOR, room_id)
        if found is not None:
            return RoomId(str(found))
        await asyncio.sleep(0.05)


def write_demo_json(stage: Stage, ids: dict[str, RoomId]) -> None:
    """Write who and what there is, for scripts; whole or not at all."""
    fields = {
        "homeserver": stage.synapse.url,
        "users": [
            {
                "user_id": UserId(who.user_id),
                "password": who.password,
                "name": who.name,
                "role": who.role.value,
            }
            for who in school.everybody()
        ],
        "rooms": [
            {"room_id": ids[room.kind], "kind": room.kind, "name": room.name}
            for room in school.ROOMS
        ],
    }
    path = stage.directory / "demo.json"
    beside = path.with_suffix(".new")
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        json.dump(fields, file, ensure_ascii=False, indent=1)
    beside.rename(path)
