"""Storage: the database, its schema and clock, and the room on the disk."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from appservice.database import database
from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.visit import Visit
from appservice.domain.ids import UserId
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import RoomClass
from appservice.embedded.child import EmbeddedError
from appservice.store import desired, rooms, roster, schema

OLDEST: Final = 15
"""The oldest major version of PostgreSQL that has what our SQL uses."""

APART_AT_MOST: Final = timedelta(seconds=10)
"""Clocks. A command is too old after five minutes, a mute ends by the minute."""

ABOUT: Final = """
    SELECT current_setting('server_version_num')::int / 10000 AS major,
           pg_encoding_to_char(encoding) AS encoding,
           clock_timestamp() AS now,
           pg_database_size(datname) AS bytes
      FROM pg_database
     WHERE datname = current_database()
"""


async def look_at_database(visit: Visit) -> list[Finding]:
    """See to the database, and read who and which rooms are in it."""
    config = visit.config
    if config.database.url is None and not config.database.directory.exists():
        text = "the embedded database is not there yet"
        return [note("database", text, "start Homeroom once; it makes the database")]
    try:
        async with database(config, quietly=True, migrate=False) as url:
            return await _ask(visit, url)
    except EmbeddedError as error:
        remedy = "see docs/operating.md, or name a database of yours"
        return [problem("database", str(error), remedy)]
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Its name alone: what PostgreSQL says may quote the address.
        text = f"cannot be reached ({type(error).__name__})"
        return [problem("database", text, "start it, or correct database.url")]


async def _ask(visit: Visit, url: str) -> list[Finding]:
    connection = await asyncpg.connect(url, timeout=3)
    try:
        before = visit.clock()
        about = await connection.fetchrow(ABOUT)
        found = [_version(about), _clock("database", about["now"], before)]
        try:
            await schema.require_newest(connection)
        except schema.WrongSchema as wrong:
            text, _, remedy = str(wrong).partition(": ")
            return [*found, problem("schema", text, remedy)]
        found.append(ok("schema", f"revision {schema.newest()}"))
        await _read_school(visit, connection)
        return [*found, _roster(visit)]
    finally:
        await connection.close()


def _version(about: Any) -> Finding:
    text = f"PostgreSQL {about['major']}, {about['bytes'] / 2**20:.0f} MiB"
    if about["major"] < OLDEST:
        return problem("database", text, f"version {OLDEST} or later is needed")
    if about["encoding"] != "UTF8":
        remedy = "make the database anew with ENCODING 'UTF8'"
        return problem("database", f"{text}, encoding {about['encoding']}", remedy)
    return ok("database", text)


async def _read_school(visit: Visit, connection: Any) -> None:
    visit.people = await roster.everybody(connection)
    rows = await desired.outlines(connection, UserId(visit.config.bot))
    for room in await rooms.all_rooms(connection):
        if room.room_class is RoomClass.MANAGED and room.successor is None:
            state = RoomState.read(rows.get(room.room_id, ()))
            visit.rooms[room.room_id] = (room, state)


def _roster(visit: Visit) -> Finding:
    if not visit.people:
        text = "nobody is in it, so everybody counts as a guest"
        return problem("roster", text, "`homeroom roster import FILE`")
    with_account = sum(person.user_id is not None for person in visit.people)
    return ok("roster", f"{len(visit.people)} people, {with_account} with an account")


def _clock(whose: str, theirs: datetime, ours: datetime) -> Finding:
    apart = abs(theirs - ours)
    text = f"the {whose}'s is {apart.total_seconds():.1f} s from ours"
    if apart > APART_AT_MOST:
        return problem("clock", text, "let both machines keep time by NTP")
    return ok("clock", text)


def homeserver_clock(sent_at_ms: int, before: datetime) -> Finding:
    """Compare the homeserver's clock by when it says that something was sent."""
    sent_at = datetime.fromtimestamp(sent_at_ms / 1000, tz=before.tzinfo)
    return _clock("homeserver", sent_at, before)


def look_at_disk(visit: Visit) -> list[Finding]:
    """See how much room there is where we, or our database, write."""
    places = [visit.config.registrations.road.parent]
    if visit.config.database.url is None:
        places.append(visit.config.database.directory)
    free, place = min((shutil.disk_usage(_existing(p)).free, p) for p in places)
    text = f"{free / 2**30:.1f} GiB free at {place}"
    if free < visit.least_free:
        remedy = f"make room: {visit.least_free / 2**30:.0f} GiB at least"
        return [problem("disk", text, remedy)]
    return [ok("disk", text)]


def _existing(path: Path) -> Path:
    return next(p for p in (path, *path.parents) if p.exists())
