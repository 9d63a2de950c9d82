"""Bells wake loops here and in other processes; a poll is the truth."""

import asyncio

import asyncpg

from appservice.services.bell import Bell, Tower
from tests.road import BAD, ROOM, build, raw


async def test_a_ring_before_the_wait_is_not_lost():
    bell = Bell()
    bell.ring()

    async with asyncio.timeout(1):
        await bell.wait(at_most=60)


async def test_a_wait_ends_without_a_ring():
    async with asyncio.timeout(1):
        await Bell().wait(at_most=0.01)


async def listening(*towers: Tower) -> list[asyncio.Task[None]]:
    """Let towers listen, and wait until each knows that it has company."""
    tasks = [asyncio.create_task(tower.listen()) for tower in towers]
    async with asyncio.timeout(5):
        while True:
            async with towers[0].pool.acquire() as connection:
                if await towers[0].listeners(connection) == len(towers):
                    return tasks
            await asyncio.sleep(0.01)


async def test_another_process_hears_a_ring(pool):
    here, there = Tower(pool), Tower(pool, me="another process")
    tasks = await listening(here, there)
    bell = there.bell("inbox")
    here.ring("inbox")

    async with asyncio.timeout(5):
        await bell.wait(at_most=60)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await here.close()


async def test_alone_nobody_else_is_rung_for(pool, database):
    """A NOTIFY costs a flush of the disk; without listeners it is for nothing."""
    tower = Tower(pool)
    [task] = await listening(tower)
    async with pool.acquire() as connection:
        await tower.look_around(connection)
    heard: list[object] = []
    ear = await asyncpg.connect(database)
    await ear.add_listener("homeroom", lambda *_: heard.append(_))
    tower.ring("inbox")
    await tower.close()
    await ear.execute("SELECT 1")
    await ear.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert heard == []


async def test_two_processes_share_the_work_and_do_nothing_twice(pool):
    """Order and exclusion belong to the database."""
    one = await build(pool)
    other = await build(pool)
    await one.take(*(raw(f"{BAD}{n}", event_id=f"${n:02}") for n in range(25)))
    await one.take(*(raw("刷屏", event_id=f"$f{n}") for n in range(6)))
    await asyncio.gather(*(road.judge() for road in (one, other, one, other)))

    hidden = [subject for _, subject, _ in await one.actions("redact")]
    assert sorted(hidden) == sorted(set(hidden))
    assert hidden == [*(f"${n:02}" for n in range(25)), "$f2", "$f3", "$f4", "$f5"]
    [turn] = await one.fetch("SELECT judged_seq FROM turns WHERE room_id = $1", ROOM)
    [last] = await one.fetch("SELECT max(seq) AS seq FROM events")
    assert turn["judged_seq"] == last["seq"]
    for road in (one, other):
        await road.tower.close()
