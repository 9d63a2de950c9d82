"""Opening the sample school: its roster, its accounts, its rooms."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

NOTIFY = "SELECT pg_notify('homeroom', '0 rooms')"


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

    async def rest(self) -> None:
        """Let everybody hang up: accounts that others use now must not answer."""
        await asyncio.gather(*(member.close() for member in self.members.values()))

    async def ask(self, sql: str, *args: object) -> Any:
        """Ask Homeroom's database for one value."""
        connection = await self.stage.connect()
        try:
            return await connection.fetchval(sql, *args)
        finally:
            await connection.close()


@contextlib.asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[School]:
    """Yield the school with everybody logged in; Homeroom runs and keeps its rooms."""
    await _import_roster(stage)
    await stage.start_process()
    talk.progress("账号与房间 · accounts and rooms")
    config = stage.config()
    members = {
        who.localpart: Member(stage.synapse.url, who, bot=config.bot)
        for who in school.everybody()
    }
    open_school = School(stage=stage, members=members)
    try:
        await asyncio.gather(*(_enrol(stage, member) for member in members.values()))
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


async def _import_roster(stage: Stage) -> None:
    path = stage.directory / "roster.csv"
    path.write_text(school.ROSTER, encoding="utf-8")
    said = await homeroom("roster", "import", "--config", stage.config_path, path)
    talk.progress(f"{path}: {said}")


async def _enrol(stage: Stage, member: Member) -> None:
    who = member.who
    await stage.synapse.register(who.localpart, who.password, displayname=who.name)
    await member.log_in()


async def _make_rooms(stage: Stage, members: dict[str, Member]) -> dict[str, RoomId]:
    """Make the rooms as Homeroom's own account, tell Homeroom, let people come in."""
    config = stage.config()
    road = configuration.registrations(config).road
    ids: dict[str, RoomId] = {}
    async with aiohttp.ClientSession() as session:
        bot = Client(stage.synapse.url, token=road.as_token, session=session)
        for room in school.ROOMS:
            ids[room.kind] = await bot.create_room(_settings(room, config.keeper))
    await _keep(stage, ids)
    joins = [
        members[name].join(ids[r.kind]) for r in school.ROOMS for name in r.members
    ]
    await asyncio.gather(*joins)
    return ids


def _settings(room: SampleRoom, keeper: str) -> dict[str, Any]:
    users = {who.localpart: who.user_id for who in school.everybody()}
    return {
        "preset": "private_chat",
        "name": room.name,
        "room_version": "12",
        # A room of version 12 never gets another creator.
        "creation_content": {"additional_creators": [keeper]},
        "invite": [users[name] for name in room.members],
        "power_level_content_override": {
            "users": {users[name]: 50 for name in room.moderators},
            "events": {
                "m.room.power_levels": 100,
                "m.room.history_visibility": 100,
                # In an encrypted room nothing could be judged.
                "m.room.encryption": 100,
                "m.room.tombstone": 150,
            },
        },
    }


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
