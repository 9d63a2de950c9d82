"""Desired: how long it takes to see that a room is as it should be."""

import json
import shutil
import time
from typing import Any, Self

from appservice.domain.desired import Effects, Service, differences
from appservice.domain.ids import RoomId, UserId
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.embedded.postgres import Postgres
from appservice.services.bell import Tower
from appservice.services.room_check import RoomChecks
from appservice.services.school import School
from appservice.store import events, schema
from appservice.store.pool import open_pool
from bench import Figure, Options, absolute, percentile, school

TEACHERS = """
    INSERT INTO people (person_id, name, roles, classes, subjects, pupils, user_id,
                        posts)
    SELECT 't' || n, '老师' || n, '{teacher}', ARRAY[n || '班'], '{}', '{}',
           '@teacher' || n || ':school.test', ARRAY['class_teacher:' || n || '班']
      FROM generate_series(0, $1::integer - 1) AS n
"""

Row = tuple[str, str, str, str, bytes]


async def desired(options: Options) -> list[Figure]:
    """One room of 500; 300 rooms of 30 at a start."""
    del options
    path = school.directory()
    try:
        async with Postgres(directory=path / "postgres", durable=False) as postgres:
            return [
                await _large_room(postgres),
                await _many_rooms(postgres),
            ]
    finally:
        shutil.rmtree(path, ignore_errors=True)


async def _large_room(postgres: Postgres) -> Figure:
    """From the database to the verdict that nothing differs; the median of 20."""
    async with _Kept(postgres, "large", rooms=1, members=500) as kept:
        times = []
        for _ in range(21):
            begin = time.perf_counter()
            assert await kept.checks.all() == 0
            times.append(1000 * (time.perf_counter() - begin))
    return absolute(
        "road-desired-500", percentile(times[1:], 0.5), unit="ms", at_most=20
    )


async def _many_rooms(postgres: Postgres) -> Figure:
    """All of them once, with nothing remembered, as after a start."""
    async with _Kept(postgres, "many", rooms=300, members=30) as kept:
        begin = time.perf_counter()
        assert await kept.checks.all() == 0
        took = time.perf_counter() - begin
        # No action was decided, so the homeserver is asked for nothing.
        assert not await kept.pool.fetchval("SELECT count(*) FROM actions")
    return absolute("road-desired-start", took, unit="s", at_most=2)


class _Kept:
    """A school whose rooms are as they should be."""

    def __init__(
        self, postgres: Postgres, name: str, *, rooms: int, members: int
    ) -> None:
        self._postgres = postgres
        self._name = name
        self._rooms = rooms
        self._members = members

    async def __aenter__(self) -> Self:
        await self._postgres.create_database(self._name)
        url = self._postgres.url(self._name)
        await schema.upgrade(url)
        self.pool = await open_pool(url)
        count = self._rooms * self._members
        async with self.pool.acquire() as connection:
            ids = await school.fill(connection, count=self._rooms, pupils=count)
        ours = await school.as_services_know_it(self.pool)
        async with self.pool.acquire() as connection:
            # The last in the roster: whoever looks for the owner goes through all.
            await connection.execute(TEACHERS, self._rooms)
            await ours.load_people(connection)
            for number, id_ in enumerate(ids):
                rows = self._state(ours, number, id_)
                await events.fold_state(connection, id_, rows)
        self.checks = RoomChecks(self.pool, ours, Tower(self.pool))
        # The first look takes what is there as what those in charge chose.
        await self.checks.all()
        await self.pool.execute("DELETE FROM outbox")
        await self.pool.execute("DELETE FROM corrections")
        await self.pool.execute("DELETE FROM actions")
        self.checks = RoomChecks(
            self.pool, await school.as_services_know_it(self.pool), Tower(self.pool)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()

    def _state(self, ours: School, number: int, room_id: RoomId) -> list[Row]:
        """Write a room's state, and put right what differs."""
        members = [
            school.pupil(n)
            for n in range(number, self._rooms * self._members, self._rooms)
        ]
        names = {user_id: ours.people[user_id].name for user_id in members} | {
            ours.bot: "Homeroom"
        }
        rows = [
            _row("m.room.create", {"room_version": "12"}, sender=ours.bot),
            _row("m.room.power_levels", {"users": {}}, sender=ours.bot),
            *(
                _row(
                    "m.room.member",
                    {"membership": "join", "displayname": name},
                    key=user_id,
                    sender=user_id,
                )
                for user_id, name in names.items()
            ),
        ]
        policy = ours.policy_of(school.KIND)
        assert policy is not None
        return [*rows, *_missing(ours, policy, room_id, rows)]


def _missing(
    ours: School, policy: Policy, room_id: RoomId, rows: list[Row]
) -> list[Row]:
    found = differences(
        RoomState.read(rows),
        room=ours.rooms[room_id],
        policy=policy,
        people=ours.people,
        service=Service(bot=ours.bot, keeper=ours.keeper),
        effects=Effects(),
    )
    return [_row(each.type, each.content, sender=ours.bot) for each in found]


def _row(type_: str, content: dict[str, Any], *, sender: UserId, key: str = "") -> Row:
    return type_, key, f"${type_}{key}", sender, json.dumps(content).encode()


BENCHES = {"road-desired": desired}
