"""Adoption: reading the past of a room, beside a bare loop over the same pages."""

import json
import shutil
import time
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import asyncpg
from synapse.api.room_versions import RoomVersions
from synapse.events import make_event_from_dict

from appservice import config as configuration
from appservice.demo.stage import DOMAIN, Stage
from appservice.domain.ids import RoomId, UserId
from appservice.domain.rooms import Room, RoomClass
from appservice.homeserver import homeserver
from appservice.services.bell import Tower
from appservice.services.intake import Intake
from appservice.services.past import PAGE, PastReader
from appservice.services.school import School
from appservice.store import rooms
from appservice.store.pool import open_pool
from bench import Figure, Options, absolute, compared, school

BOT, KEEPER = UserId(f"@homeroom:{DOMAIN}"), UserId(f"@homeroom_keeper:{DOMAIN}")

LAST = """
    SELECT e.event_id, j.json
      FROM events AS e
      JOIN event_json AS j USING (event_id)
     WHERE e.room_id = $1
       AND e.type = 'm.room.message'
     ORDER BY e.stream_ordering DESC
     LIMIT 1
"""
COLUMNS = """
    SELECT column_name
      FROM information_schema.columns
     WHERE table_name = $1
       AND is_generated = 'NEVER'
"""
HOUR_MS = 3_600_000
ALIKE = ("events", "event_json", "event_to_state_groups")


async def adoption(options: Options) -> list[Figure]:
    """Adopt a room with a long past; nothing else happens meanwhile."""
    count = 100_000 if options.full else 20_000
    path = school.directory()
    try:
        async with Stage(directory=path, durable=True) as stage:
            room_id = await _with_a_past(stage, count)
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            found = 0
            # In turn, so that what one leaves warm the other finds so too.
            for _ in range(2):
                times["bare"].append(await _bare(stage, room_id))
                spent, found = await _ours(stage, room_id)
                times["ours"].append(spent)
    finally:
        shutil.rmtree(path, ignore_errors=True)
    assert found >= count, f"{found} events of {count} were read"
    return [
        compared(
            "adoption-history",
            count / min(times["ours"]),
            count / min(times["bare"]),
            unit="events/s",
            at_least=0.8,
        ),
        absolute("adoption-events", found, unit="events", at_least=count),
    ]


async def _with_a_past(stage: Stage, count: int) -> RoomId:
    """Make a room, and write a past for it where Synapse keeps such."""
    async with stage.service() as running:
        room_id = await running.client.create_room({"preset": "private_chat"})
        await running.client.send(room_id, "m.room.message", _text("早"), txn=uuid4())
    await stage.synapse.stop()
    url = stage.postgres.url("synapse")
    connection = await asyncpg.connect(url)
    try:
        await _clone(connection, room_id, count)
    finally:
        await connection.close()
    await stage.synapse.start()
    return room_id


async def _clone(connection: Any, room_id: str, count: int) -> None:
    event_id, raw = await connection.fetchrow(LAST, room_id)
    fields = json.loads(raw)
    made = [_another(fields, number) for number in range(1, count + 1)]
    await connection.execute(
        "CREATE TEMP TABLE made (number bigint, event_id text, json text)"
    )
    rows = [(number, *each) for number, each in enumerate(made, start=1)]
    await connection.copy_records_to_table("made", records=rows)
    for table in ALIKE:
        names = [row["column_name"] for row in await connection.fetch(COLUMNS, table)]
        wanted = [_value(name) for name in names]
        await connection.execute(
            f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608 - Synapse's own
            f"SELECT {', '.join(wanted)} FROM {table} AS t CROSS JOIN made AS m "
            f"WHERE t.event_id = $1",
            event_id,
        )
    # Where Synapse goes on counting.
    await connection.execute(
        "SELECT setval('events_stream_seq', (SELECT max(stream_ordering) FROM events))"
    )
    await connection.execute("ANALYZE")


async def _bare(stage: Stage, room_id: RoomId) -> float:
    """Read all pages as any script does; return the seconds."""
    token = configuration.registrations(stage.config()).road.as_token
    url = f"{stage.synapse.url}/_matrix/client/v3/rooms/{quote(room_id)}/messages"
    query = {"dir": "b", "limit": str(PAGE)}
    headers = {"Authorization": f"Bearer {token}"}
    began = time.perf_counter()
    async with aiohttp.ClientSession(headers=headers) as session:
        while True:
            async with session.get(url, params=query) as response:
                page = await response.json()
            if page.get("end") is None:
                return time.perf_counter() - began
            query["from"] = page["end"]


async def _ours(stage: Stage, room_id: RoomId) -> tuple[float, int]:
    """Adopt its past into an empty record; return the seconds, and how many events."""
    pool = await open_pool(stage.url)
    room = Room(room_id=room_id, room_class=RoomClass.MANAGED, kind=school.KIND)
    ours = School(policies={}, bot=BOT, keeper=KEEPER)
    tower = Tower(pool)
    async with pool.acquire() as connection:
        await connection.execute("TRUNCATE seen, events, adoptions")
        await rooms.add(connection, room)
        await ours.load_rooms(connection)
    async with homeserver(stage.config()) as client:
        reader = PastReader(pool, client, Intake(pool, ours, tower))
        began = time.perf_counter()
        events = 0
        async for progress in reader.read(room_id):
            events = progress.events
        spent = time.perf_counter() - began
    await tower.close()
    await pool.close()
    return spent, events


def _another(fields: dict[str, Any], number: int) -> tuple[str, str]:
    """Make an event like this one; its id is a hash of it (Matrix spec, room v4)."""
    words = school.CHAT[number % len(school.CHAT)]
    made = {
        **fields,
        "content": _text(f"{words} {number}"),
        "depth": fields["depth"] + number,
        "origin_server_ts": fields["origin_server_ts"] - HOUR_MS + number,
    }
    return make_event_from_dict(made, RoomVersions.V12).event_id, json.dumps(made)


def _value(name: str) -> str:
    match name:
        case "event_id" | "json":
            return f"m.{name}"
        case "stream_ordering" | "topological_ordering" | "depth":
            return f"t.{name} + m.number"
        case _:
            return f"t.{name}"


def _text(body: str) -> dict[str, str]:
    return {"msgtype": "m.text", "body": body}


BENCHES = {"adoption-history": adoption}
