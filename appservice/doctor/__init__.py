"""
The doctor: looks at all that Homeroom stands on, and says what to put right.

One module a side: the school's files, the database and disk, the homeserver, the calls
between it and us, a room tried out, who could see too much, people and rooms. Each
looks at the real thing; nothing is changed but a room of our own, which is left again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from appservice import config as configuration
from appservice.doctor import (
    calls,
    files,
    homeserver,
    openness,
    people,
    storage,
    tryout,
)
from appservice.doctor.finding import Finding, Status, ok, problem
from appservice.doctor.visit import LEAST_FREE, Visit
from appservice.documents import ConfigError
from appservice.matrix.errors import Unavailable
from appservice.matrix.inquiry import Inquiry

__all__ = ["Finding", "Status", "examine"]


def _now() -> datetime:
    return datetime.now(tz=UTC)


async def examine(
    path: Path,
    *,
    synapse: Sequence[Path] = (),
    clock: Callable[[], datetime] = _now,
    least_free: int = LEAST_FREE,
) -> list[Finding]:
    """
    Look at everything.

    Args:
        path: Homeroom's configuration.
        synapse: Synapse's ``homeserver.yaml`` and its other parts, for what it tells
            nobody.
        clock: What time it is here.
        least_free: Bytes that must be free on the disk.

    Returns:
        In the order in which mistakes are best put right.
    """
    try:
        config = configuration.load(path)
    except ConfigError as error:
        return [
            problem("configuration", str(each), "`homeroom check-config` says more")
            for each in error.mistakes
        ]
    async with aiohttp.ClientSession() as session:
        visit = Visit(
            config=config,
            registrations=configuration.registrations(config),
            admin_token=configuration.admin_token(config),
            inquiry=Inquiry(config.homeserver.url, session=session),
            clock=clock,
            least_free=least_free,
        )
        database, outside = await asyncio.gather(
            storage.look_at_database(visit), homeserver.reach(visit)
        )
        return [
            ok("configuration", f"{path}"),
            *files.look_at_policies(visit),
            *database,
            *storage.look_at_disk(visit),
            outside,
            *(await _at_the_homeserver(visit) if outside.status is Status.OK else []),
            *files.look_at_synapse(synapse, config),
        ]


async def _at_the_homeserver(visit: Visit) -> list[Finding]:
    found = []
    try:
        found.append(await homeserver.version(visit))
        tokens = await homeserver.tokens(visit)
        found += tokens
        if tokens[0].status is not Status.OK:
            # As nobody there is little to be seen.
            return found
        async with calls.at_the_port(visit) as service:
            found += service
            found += await homeserver.administration(visit)
            looks = await asyncio.gather(
                _one(calls.ping(visit)),
                tryout.try_out(visit),
                openness.openness(visit),
                _one(people.reached(visit)),
                people.in_rooms(visit),
                # All of them to their end: the room that was tried out is left.
                return_exceptions=True,
            )
        for look in looks:
            found += [_away(look)] if isinstance(look, Unavailable) else _good(look)
    except Unavailable as failure:
        found.append(_away(failure))
    return found


async def _one(look: Awaitable[Finding]) -> list[Finding]:
    return [await look]


def _good(look: list[Finding] | BaseException) -> list[Finding]:
    if isinstance(look, BaseException):
        raise look
    return look


def _away(failure: Unavailable) -> Finding:
    text = f"it gave no answer while we looked: {failure}"
    return problem("homeserver", text, "look at its log, and look again")
