"""Renaming: how long a false name is seen, and that five hundred delay no redaction."""

import asyncio
import shutil
import time

from appservice.domain.ids import UserId
from appservice.store import roster, timers
from bench import Figure, Options, compared, percentile, school
from bench.exposure import exposures
from bench.town import RIGHT, Town, join, pupils, town

PACE = 0.15
BLOCK = 25


async def rename(options: Options) -> list[Figure]:
    """False names, one after the other, in alternating blocks."""
    count = 200 if options.full else 50
    path = school.directory()
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    try:
        async with town(path) as place:
            for number in range(2 * count // BLOCK):
                name = ("ours", "bare")[number % 2]
                for n in range(BLOCK):
                    times[name].append(await _false_name(place, name, f"{number}-{n}"))
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return [
        compared(
            f"road-rename-{name}",
            percentile(times["ours"], share),
            percentile(times["bare"], share),
            unit="ms",
            at_most=1.2,
        )
        for name, share in (("median", 0.5), ("p95", 0.95))
    ]


async def _false_name(place: Town, name: str, suffix: str) -> float:
    """Take a false name; say for how many milliseconds another client saw it."""
    begin = time.perf_counter()
    names = place.watcher.names
    event_id = await place.call_oneself(name, f"大王{suffix}")
    async with asyncio.timeout(30):
        while not (seen := _span(names, event_id)):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    await asyncio.sleep(max(0, PACE - (time.perf_counter() - begin)))
    return seen[0]


def _span(names: list[tuple[str, str | None, float]], event_id: str) -> list[float]:
    """From the false name to the right one after it; empty: not there yet."""
    for number, (id_, _, since) in enumerate(names):
        if id_ == event_id:
            return [
                1000 * (until - since)
                for _, name, until in names[number:]
                if name == RIGHT
            ][:1]
    return []


async def calm(options: Options) -> list[Figure]:
    """Redactions while a whole room is renamed, beside redactions in quiet."""
    count = 500 if options.full else 100
    path = school.directory()
    try:
        async with town(path) as place:
            await _fill(place, count)
            quiet = await exposures(place, "ours", 50, prefix="quiet")
            await _let_all_be_renamed(place, count)
            busy: list[float] = []
            number = 0
            while await _waiting(place):
                busy += await exposures(place, "ours", 10, prefix=f"busy{number}")
                number += 1
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return [
        compared(
            "road-calm-p95",
            percentile(busy, 0.95),
            percentile(quiet, 0.95),
            unit="ms",
            at_most=1.3,
        )
    ]


async def _fill(place: Town, count: int) -> None:
    """Let everybody come in under a name that will not be theirs."""
    connection = await place.stage.connect()
    gate = asyncio.Semaphore(4)
    token = place.ids["ours"]

    async def come(number: int) -> None:
        async with gate:
            account = await place.stage.synapse.register(
                f"pupil{number}", "x", displayname=f"学生{number}"
            )
            await invite(place, UserId(account.user_id))
            await join(place, token, account)

    async with connection.transaction():
        await roster.replace(connection, pupils(count), source="bench", content=b"")
    await connection.execute("SELECT pg_notify('homeroom', '0 inbox')")
    await asyncio.gather(*(come(number) for number in range(3, count + 1)))
    await connection.close()


async def invite(place: Town, user_id: UserId) -> None:
    """Invite somebody as our bot."""
    from appservice.homeserver import homeserver  # noqa: PLC0415 - for this only

    async with homeserver(place.stage.config()) as client:
        await client.invite(place.ids["ours"], user_id)


async def _let_all_be_renamed(place: Town, count: int) -> None:
    """Give everybody but who writes another name in the roster."""
    people = [
        person
        if person.user_id == place.sender.user_id
        else type(person)(
            id=person.id,
            name=f"{person.name}改",
            roles=person.roles,
            classes=person.classes,
            user_id=person.user_id,
        )
        for person in pupils(count)
    ]
    connection = await place.stage.connect()
    async with connection.transaction():
        await roster.replace(connection, people, source="bench", content=b"")
        await timers.hurry(connection, "desired")
    await connection.execute("SELECT pg_notify('homeroom', '0 timers')")
    async with asyncio.timeout(30):
        while not await _waiting(place):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    await connection.close()


async def _waiting(place: Town) -> int:
    """Count the renames still to be done."""
    connection = await place.stage.connect()
    try:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM outbox JOIN actions USING (id) "
                "WHERE kind = 'rename'"
            )
        )
    finally:
        await connection.close()


BENCHES = {"road-rename": rename, "road-calm": calm}
