"""
Servers are killed under load, and afterwards everything is as if they had not been.

Nothing is lost: whatever Synapse acknowledged is on record, and what breaks a rule is
hidden. Nothing is done twice: one redaction for each, one notice for each row.
"""

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import psutil
import pytest

from appservice import config as configuration
from appservice.domain.actions import Send
from appservice.domain.ids import RoomId
from appservice.matrix.client import MARK, Client
from appservice.services.post import post
from appservice.store.outbox import Decided
from tests.synapse.cast import PEOPLE
from tests.synapse.kinds import KIND
from tests.synapse.member import Member, until
from tests.synapse.school import BAD, BOT, School, people_join

ROOMS = 3
NOTICE = {"msgtype": "m.notice", "body": "通知"}

pytestmark = pytest.mark.synapse


@dataclass(kw_only=True)
class Load:
    """People who write without a pause, and a list of what Synapse took."""

    school: School
    rooms: list[RoomId]
    bad: dict[str, RoomId] = field(default_factory=dict)
    fine: dict[str, RoomId] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    """Notices that were put into the outbox, by their marks."""

    @contextlib.asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Let everybody write in every room until the block ends."""
        writers = [
            asyncio.create_task(self._write(self.school.members[name], room_id))
            for room_id in self.rooms
            for name in ("xiaoming", "xiaohong")
        ]
        writers += [
            asyncio.create_task(self._command(room_id)) for room_id in self.rooms
        ]
        try:
            yield
            assert not any(writer.done() for writer in writers), writers
        finally:
            for writer in writers:
                writer.cancel()
            await asyncio.gather(*writers, return_exceptions=True)

    async def _write(self, member: Member, room_id: RoomId) -> None:
        number = 0
        while True:
            number += 1
            is_bad = number % 2 == 0
            body = f"{member.user_id}说{number}{BAD if is_bad else ''}"
            content = {"msgtype": "m.text", "body": body}
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                status, answer = await member.put(room_id, "m.room.message", content)
                if status == 200:
                    found = self.bad if is_bad else self.fine
                    found[answer["event_id"]] = room_id
            if number % 10 == 0:
                with contextlib.suppress(Exception):
                    await self._post(room_id)
            await asyncio.sleep(random.uniform(0.05, 0.4))  # noqa: S311

    async def _command(self, room_id: RoomId) -> None:
        """Let the teacher command, and a pupil take another name now and then."""
        number = 0
        while True:
            number += 1
            body = (f"!warn 小明同学 {number}", f"！公告 第{number}次")[number % 2]
            content = {"msgtype": "m.text", "body": body}
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                status, answer = await self.school.wang.put(
                    room_id, "m.room.message", content
                )
                if status == 200:
                    self.commands.append(answer["event_id"])
                await self._take_a_name(room_id, f"大王{number}")
            await asyncio.sleep(random.uniform(0.5, 2))  # noqa: S311

    async def _take_a_name(self, room_id: RoomId, name: str) -> None:
        pupil = self.school.xiaohong
        content = {"membership": "join", "displayname": name}
        await pupil.put(room_id, "m.room.member", content, pupil.user_id)

    async def _post(self, room_id: RoomId) -> None:
        """Put a notice into the outbox; where the database is away, another time."""
        row = Decided(
            id=uuid4(),
            room_id=room_id,
            action=Send(type="m.room.message", content=NOTICE),
        )
        connection = await self.school.stage.connect()
        try:
            async with asyncio.timeout(5), connection.transaction():
                await post(connection, [row])
        finally:
            # Not close(): it may have ended in the middle, or we be cancelled.
            connection.terminate()
        self.posted.append(str(row.id))

    async def check(self) -> None:
        """Compare what happened in the rooms with what should have."""
        school = self.school
        sent = [*self.bad, *self.fine, *self.commands]
        await school.settled(*sent, at_most=180)
        redacted: Counter[str] = Counter()
        marks: Counter[str] = Counter()
        async with _bot(school) as bot:
            for room_id in [*self.rooms, *await _direct_rooms(school)]:
                for event in await _timeline(bot, room_id):
                    if event["sender"] != BOT:
                        continue
                    if event["type"] == "m.room.redaction":
                        redacted[event["content"]["redacts"]] += 1
                    elif MARK in event["content"]:
                        marks[event["content"][MARK]] += 1
        told = await school.fetch(
            "SELECT id::text FROM actions WHERE kind IN ('tell', 'send')"
        )
        given_up = await school.fetch(
            "SELECT kind, result FROM actions WHERE status = 'abandoned'"
        )
        obeyed = await school.fetch("SELECT event_id, result FROM commands")
        done = {row["event_id"] for row in obeyed if row["result"] == "done"}
        late = {row["event_id"] for row in obeyed} - done
        posted = await self._unpublished()
        figures = {
            "events": len(sent),
            "bad": len(self.bad),
            "posted": len(self.posted),
            "not hidden": sum(redacted[e] == 0 for e in self.bad),
            "hidden twice": sum(n > 1 for n in redacted.values()),
            "hidden wrongly": sum(redacted[e] > 0 for e in self.fine),
            "not told": sum(marks[row["id"]] == 0 for row in told),
            "told twice": sum(n > 1 for n in marks.values()),
            "notices lost": len(set(self.posted) - {row["id"] for row in told}),
            "commands": len(self.commands),
            "commands lost": len(set(self.commands) - done - late),
            "announcements lost": len(posted),
            "names false": await self._false_names(),
            "parked": len(await school.fetch("SELECT 1 FROM parked")),
            "given up": len(given_up),
        }
        print(figures)  # noqa: T201 - what docs/benchmarks.md quotes; shown with -s
        for name, figure in figures.items():
            if name not in ("events", "bad", "posted", "commands"):
                assert figure == 0, (name, figures, given_up)
        assert self.bad
        assert self.posted

    async def _unpublished(self) -> list[Any]:
        """List announcements that never became an event; their echoes may be late."""
        unpublished = "SELECT action FROM announcements WHERE event_id IS NULL"

        async def none_is() -> bool:
            return not await self.school.fetch(unpublished)

        with contextlib.suppress(AssertionError):
            await until(none_is, at_most=60)
        return await self.school.fetch(unpublished)

    async def _false_names(self) -> int:
        """Count who has another name in the end, once the budget is full again."""
        school = self.school
        await school.fetch("UPDATE false_names SET put_right = '{}'")
        await school.fetch(
            "INSERT INTO timers (due_at, kind) VALUES (now(), 'desired') "
            "ON CONFLICT (kind, subject) DO UPDATE SET due_at = now()"
        )
        pupils = {
            school.members[person.id].user_id: person.name
            for person in PEOPLE
            if person.id in ("xiaoming", "xiaohong")
        }

        async def false() -> list[str]:
            return [
                user_id
                for room_id in self.rooms
                for user_id, name in pupils.items()
                if (await _name(school.wang, room_id, user_id)) != name
            ]

        async def none_is_false() -> bool:
            return not await false()

        with contextlib.suppress(AssertionError):
            await until(none_is_false, at_most=60)
        return len(await false())


@contextlib.asynccontextmanager
async def _bot(school: School) -> AsyncIterator[Client]:
    config = school.stage.config()
    token = configuration.registrations(config).road.as_token
    async with aiohttp.ClientSession() as session:
        yield Client(config.homeserver.url, token=token, session=session)


async def _name(witness: Member, room_id: RoomId, user_id: str) -> str | None:
    return (await witness.member(room_id, user_id)).get("displayname")


async def _direct_rooms(school: School) -> list[RoomId]:
    rows = await school.fetch("SELECT room_id FROM rooms WHERE class = 'service'")
    return [row["room_id"] for row in rows]


async def _timeline(bot: Client, room_id: RoomId) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    before: str | None = None
    while True:
        page = await bot.messages(room_id, before=before, limit=500)
        found += page.events
        if page.end is None:
            return found
        before = page.end


@pytest.fixture
async def load(servers_directory, request) -> AsyncIterator[Load]:
    """Homeroom as a process of its own, Synapse on a Postgres of its own."""
    directory = servers_directory / f"faults-{request.node.name[:40]}"
    school = School(directory=directory, own_cluster=True, durable=True)
    async with school:
        await people_join(school)
        await school.start()
        # Of a shipped kind: the process knows no other.
        rooms = [await school.room(kind=KIND) for _ in range(ROOMS)]
        await school.stop()
        await school.stage.start_process()
        yield Load(school=school, rooms=rooms)


async def _kill_homeroom(school: School) -> None:
    """At any moment, its start included."""
    await school.stage.stop_process(signal.SIGKILL)
    await school.stage.start_process(wait=False)


async def _crash_postgres(school: School) -> None:
    """Kill one of its processes: it ends all connections, and recovers from its log."""
    assert school.stage.postgres.pid is not None
    server = psutil.Process(school.stage.postgres.pid)
    victims = [p for p in server.children() if "checkpointer" in " ".join(p.cmdline())]
    os.kill(random.choice(victims).pid, signal.SIGKILL)  # noqa: S311


async def _kill_synapse(school: School) -> None:
    """It forgets what it had queued, and all transaction ids."""
    await school.stage.synapse.kill()
    await school.stage.synapse.start()


Fault = Callable[[School], Awaitable[None]]


async def _disturb(
    load: Load, faults: Iterable[Fault], *, pause: tuple[float, float]
) -> None:
    async with load.flowing():
        await asyncio.sleep(random.uniform(*pause))  # noqa: S311
        for fault in faults:
            await fault(load.school)
            await asyncio.sleep(random.uniform(*pause))  # noqa: S311
    await load.school.stage.wait_until_ready()
    await load.check()


async def test_three_kills_and_a_crash_of_the_database_change_nothing_but_time(load):
    """The short form, in every run."""
    faults = [_kill_homeroom, _kill_homeroom, _crash_postgres, _kill_homeroom]

    await _disturb(load, faults, pause=(1.0, 3.0))


@pytest.mark.faults
@pytest.mark.timeout(1200)
async def test_fifty_kills_change_nothing_but_time(load):
    """At random moments: before the first commit, in the middle, after the last."""
    await _disturb(load, [_kill_homeroom] * 50, pause=(0.2, 4.0))


@pytest.mark.faults
@pytest.mark.timeout(1200)
async def test_a_database_that_crashes_again_and_again_loses_nothing(load):
    await _disturb(load, [_crash_postgres] * 10, pause=(1.0, 4.0))


@pytest.mark.faults
@pytest.mark.timeout(1200)
async def test_a_homeserver_that_is_killed_again_and_again_loses_nothing(load):
    """What it had queued for us is gone each time; reconciling finds it."""
    await _disturb(load, [_kill_synapse] * 8, pause=(1.0, 5.0))


@pytest.mark.faults
@pytest.mark.timeout(1200)
async def test_everything_at_random_loses_nothing(load):
    faults = [_kill_homeroom, _crash_postgres, _kill_synapse] * 8
    random.shuffle(faults)

    await _disturb(load, faults, pause=(0.2, 3.0))
