"""
The composition root: the only module that builds things, and their order.

Start: database, partitions, school, port (the homeserver may already be calling),
accounts, ping, loops. Stop: the port, the loops, what is under way, the database.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from appservice import config as configuration
from appservice.commands.answering import Answering
from appservice.config import Config
from appservice.configured import school_of
from appservice.database import database, pool_on
from appservice.domain.ids import KindName
from appservice.domain.policy import Policy
from appservice.in_force import keep_versions, load_policies, require_ready
from appservice.matrix.api import PATIENCE
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused, Unavailable
from appservice.reloading import Reloading
from appservice.services.bell import Tower
from appservice.services.breaker import Breaker
from appservice.services.direct import DirectRooms
from appservice.services.enforcement import Enforcement
from appservice.services.inspection import Inspection
from appservice.services.intake import Intake
from appservice.services.lookout import Lookout
from appservice.services.moderation import Moderation
from appservice.services.reconcile import Reconcile
from appservice.services.room_check import RoomChecks
from appservice.services.school import School
from appservice.services.upgrades import Upgrades
from appservice.services.upkeep import Upkeep, prepare_partitions
from appservice.services.worker import keep_doing
from appservice.store.alone import let_others_finish, take_over
from appservice.store.pool import is_away, patiently
from appservice.web.health import Health
from appservice.web.transactions import LARGEST, Transactions

__all__ = ["PortTaken", "Service", "load_policies", "run", "service"]

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Service:
    """Everything that runs, for whoever started it."""

    config: Config
    pool: Any
    school: School
    tower: Tower
    client: Client
    intake: Intake
    moderation: Moderation
    enforcement: Enforcement
    reconcile: Reconcile
    checks: RoomChecks
    upkeep: Upkeep
    lookout: Lookout
    inspection: Inspection
    reloading: Reloading

    async def problem(self) -> str | None:
        """Say what keeps us from doing our work; None: nothing."""
        try:
            async with asyncio.timeout(2), self.pool.acquire() as connection:
                await connection.execute("SELECT 1")
        except Exception as error:
            if not is_away(error):
                raise
            return "the database cannot be reached"
        if not self.lookout.reached.is_set():
            return "the homeserver has not reached us yet"
        return None


@contextlib.asynccontextmanager
async def service(
    config: Config, pool: Any, *, kinds: Mapping[KindName, Policy] | None = None
) -> AsyncIterator[Service]:
    """
    Yield the running service; it stops in order when the block ends.

    Args:
        kinds: Policies to use; None: the shipped ones and the school's own.
    """
    registrations = configuration.registrations(config)
    hand = registrations.hand
    school = school_of(config, kinds or load_policies(config), hand=hand)
    async with pool.acquire() as connection:
        await let_others_finish(connection)
    await patiently(lambda: _prepare(pool, school))
    require_ready(school.policies, {room.kind for room in school.managed})
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        client = Client(
            config.homeserver.url,
            token=registrations.road.as_token,
            hand_token=hand.as_token if hand else None,
            admin_token=configuration.admin_token(config),
            session=session,
        )
        running = _build(
            config, pool, school, client, registration=registrations.road.id
        )
        runner = await _open_port(config, running, registrations.road.hs_token)
        async with _loops(running):
            try:
                yield running
            finally:
                await runner.cleanup()


async def _prepare(pool: Any, school: School) -> None:
    """Read and write what must be there before anything comes in."""
    async with pool.acquire() as connection:
        school.versions.update(await keep_versions(connection, school.policies))
        # The timer would find it in the default partition.
        await prepare_partitions(connection)
        await school.load_rooms(connection)
        await school.load_people(connection)


def _build(
    config: Config, pool: Any, school: School, client: Client, *, registration: str
) -> Service:
    tower = Tower(pool)
    checks = RoomChecks(pool, school, tower)
    breaker = Breaker(
        room=config.breaker.room,
        school=config.breaker.school,
        window=config.breaker.window,
        language=config.language,
    )
    intake = Intake(pool, school, tower)
    commands = Answering(school, checks, zone=config.zone)
    reconcile = Reconcile(pool, client, school, intake)
    direct = DirectRooms(pool, client, school)
    upkeep = Upkeep(
        pool,
        school,
        tower,
        reconcile=reconcile,
        checks=checks,
        upgrades=Upgrades(pool, client, school, tower),
        reconcile_every=config.reconcile.every,
        keep_service_rooms=config.service_rooms.keep,
    )
    return Service(
        config=config,
        pool=pool,
        school=school,
        tower=tower,
        client=client,
        intake=intake,
        reconcile=reconcile,
        moderation=Moderation(pool, school, tower, breaker, commands),
        checks=checks,
        enforcement=Enforcement(pool, client, school, tower, direct),
        upkeep=upkeep,
        reloading=Reloading(config, pool, school),
        inspection=Inspection(
            pool,
            client,
            intake,
            at_most=config.media.largest_mb * 2**20,
            scanner=config.media.clamd,
        ),
        lookout=Lookout(
            client,
            upkeep,
            bot=school.bot,
            keeper=school.keeper,
            registration=registration,
        ),
    )


class PortTaken(Exception):
    """The homeserver could not reach us; the message says why and what to do."""


async def _open_port(config: Config, running: Service, hs_token: str) -> web.AppRunner:
    app = web.Application(client_max_size=LARGEST)
    transactions = Transactions(
        running.intake, hs_token=hs_token, heard=running.lookout.hear
    )
    app.add_routes(transactions.routes())
    health = Health(problem=running.problem, measure=running.upkeep.measure)
    app.add_routes(health.routes())
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False)
    await runner.setup()
    host, port = config.listen.host, config.listen.port
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise PortTaken(
            f"listen: {host}:{port} cannot be used ({error.strerror}); end the program "
            "that has it (another Homeroom?), or write another address in the "
            "configuration and in the road registration's url"
        ) from error
    log.info("listening", extra={"port": config.listen.port})
    return runner


@contextlib.asynccontextmanager
async def _loops(running: Service) -> AsyncIterator[None]:
    async with running.pool.acquire() as guard:
        await take_over(guard)
        await patiently(running.upkeep.set_standing_timers)
        tower, enforcement = running.tower, running.enforcement
        loops = [
            keep_doing(
                "moderation", running.moderation.judge_next, tower.bell("inbox")
            ),
            keep_doing(
                "enforcement",
                enforcement.start_next,
                tower.bell("outbox"),
                seconds_to_next=enforcement.seconds_to_next,
            ),
            keep_doing(
                "inspection",
                running.inspection.look_next,
                tower.bell("inspection"),
                seconds_to_next=running.inspection.seconds_to_next,
            ),
            # A second lane: one file that comes slowly holds up no other.
            keep_doing(
                "inspection", running.inspection.look_next, tower.bell("inspection")
            ),
            keep_doing(
                "policies",
                running.reloading.look,
                tower.bell("policies"),
                seconds_to_next=running.reloading.seconds_to_next,
            ),
            keep_doing("listening", tower.listen, tower.bell("listening")),
            keep_doing("rooms", _watcher(running), tower.bell("rooms")),
            keep_doing("lookout", running.lookout.look_next, tower.bell("lookout")),
            keep_doing(
                "upkeep",
                running.upkeep.ring_next,
                tower.bell("timers"),
                seconds_to_next=running.upkeep.seconds_to_next,
            ),
        ]
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await enforcement.stop()
            await tower.close()


def _watcher(running: Service) -> Any:
    """Notice rooms that somebody added from the command line."""

    async def look() -> bool:
        before = set(running.school.rooms)
        async with running.pool.acquire() as connection:
            await running.school.load_rooms(connection)
            await running.tower.look_around(connection)
        if running.intake.has_refused:
            # The homeserver took our refusal for an outage and would wait for minutes.
            running.intake.has_refused = False
            with contextlib.suppress(Unavailable, Refused):
                await running.lookout.ask_to_be_reached()
            await running.upkeep.reconcile_now()
        for room_id in set(running.school.rooms) - before:
            with contextlib.suppress(Unavailable, Refused):
                await running.reconcile.room(room_id)
                await running.checks.room(room_id)
        return False

    return look


async def run(path: Path) -> None:
    """Run the service of a configuration file until cancelled."""
    config = configuration.load(path)
    async with (
        database(config) as url,
        pool_on(url) as pool,
        service(config, pool),
    ):
        await asyncio.Event().wait()
