"""Calls: whether the homeserver reaches us, and with the right token."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Final
from uuid import uuid4

from aiohttp import web

from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.visit import Visit
from appservice.domain.ids import RoomId
from appservice.matrix.errors import Unavailable
from appservice.matrix.inquiry import Answer, Path
from appservice.web.homeserver import BASE, for_homeserver, pong, refusal

PINGS: Final = "homeroom_pings_total"
EPHEMERAL: Final = 'homeroom_events_dropped_total{why="ephemeral"}'

STALE_AT_MOST: Final = 20
"""Connections that Synapse may still hold to a process of ours that has ended; it finds
out by using each."""

NO_ANSWER: Final = Answer(
    status=504,
    fields={"errcode": "M_CONNECTION_TIMEOUT", "error": "nothing came of it in 5 s"},
)

ARRIVES_WITHIN: Final = 1.5
"""Seconds for something ephemeral, which the homeserver sends at once."""


@contextlib.asynccontextmanager
async def at_the_port(visit: Visit) -> AsyncIterator[list[Finding]]:
    """
    See who is at our port; where nobody is, answer the homeserver ourselves.

    Only its ping: transactions are refused, so that it keeps them for the service.
    """
    try:
        answer = await visit.inquiry.ask("GET", "live", at=visit.own_address)
    except Unavailable:
        answer = None
    if answer is not None and answer.fields.get("live") is True:
        visit.is_running = True
        yield [await _ready(visit)]
    elif answer is not None:
        yield [_taken(visit)]
    else:
        async with _listening(visit) as found:
            yield found


async def _ready(visit: Visit) -> Finding:
    answer = await visit.inquiry.ask("GET", "ready", at=visit.own_address)
    if answer.is_good:
        return ok("service", f"Homeroom runs, at {visit.own_address}")
    because = answer.fields.get("problem")
    remedy = "see the lines below, and its log"
    return problem("service", f"Homeroom runs and is not ready: {because}", remedy)


def _taken(visit: Visit) -> Finding:
    return problem(
        "service",
        f"something else answers at {visit.own_address}",
        "end it, or write another port into listen.port and into the url of the road "
        "registration",
    )


@contextlib.asynccontextmanager
async def _listening(visit: Visit) -> AsyncIterator[list[Finding]]:
    async def not_now(_request: web.Request) -> web.Response:
        return refusal(503, "M_UNKNOWN", "only the doctor is in; send it again")

    hs_token = visit.registrations.road.hs_token
    app = web.Application()
    app.router.add_post(f"{BASE}/ping", for_homeserver(hs_token, pong(visit.heard.add)))
    app.router.add_put(f"{BASE}/transactions/{{txn}}", not_now)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    host, port = visit.config.listen.host, visit.config.listen.port
    try:
        await web.TCPSite(runner, host, port).start()
        yield [note("service", "Homeroom does not run", "start it: `homeroom run`")]
    except OSError as error:
        text = f"{host}:{port} cannot be listened at ({error.strerror})"
        yield [problem("service", text, "write an address of this machine into listen")]
    finally:
        await runner.cleanup()


async def ping(visit: Visit) -> Finding:
    """Let the homeserver call us: its token is tested by whoever answers here."""
    road, txn = visit.registrations.road, str(uuid4())
    before = await _count(visit, PINGS)
    for _ in range(STALE_AT_MOST):
        try:
            answer = await _ping(visit, txn)
        except Unavailable:
            # Synapse tries for a minute; an address that swallows everything, mostly.
            return _unreached(visit, NO_ANSWER)
        if "ResponseNeverReceived" not in str(answer):
            break
    # Synapse 1.163 says so where it is just recovering; its call had come through.
    is_through = answer.is_good or "Already" in str(answer.fields.get("error"))
    if not is_through:
        return _unreached(visit, answer)
    is_here = (
        await _count(visit, PINGS) > before if visit.is_running else txn in visit.heard
    )
    if not is_here:
        return problem(
            "ping",
            f"the homeserver reaches something else at {road.url}",
            "a second Homeroom with the same tokens? End it, or make new registrations "
            "for one of them; or correct the url in the road registration",
        )
    ms = answer.fields.get("duration_ms")
    in_time = "" if ms is None else f" in {ms} ms"
    return ok("ping", f"the homeserver reaches us at {road.url}{in_time}")


async def _ping(visit: Visit, txn: str) -> Answer:
    road = visit.registrations.road
    path = Path.v1.appservice[road.id].ping
    content = {"transaction_id": txn}
    return await visit.inquiry.ask("POST", path, token=road.as_token, content=content)


def _unreached(visit: Visit, answer: Answer) -> Finding:
    road = visit.registrations.road
    match answer.errcode:
        case "M_BAD_STATUS":
            text = f"what answers at {road.url} refuses the homeserver's token"
            remedy = (
                "the homeserver has another hs_token: give it the very file that "
                "Homeroom reads, restart it; or something else answers there"
            )
        case "M_CONNECTION_FAILED" | "M_CONNECTION_TIMEOUT":
            said = answer.fields.get("error")
            text = f"the homeserver cannot reach {road.url} ({said})"
            remedy = (
                "write Homeroom's address, as the homeserver sees it, into the road "
                "registration's url (and listen), restart the homeserver"
            )
        case _:
            text = f"the homeserver does not call us: {answer}"
            remedy = "see the lines on the road's token and on the homeserver"
    return problem("ping", text, remedy)


async def ephemeral(visit: Visit, room_id: RoomId) -> Finding:
    """Type in a room where we are alone: it must come back to us."""
    if not visit.is_running:
        text = "whether read receipts arrive (receive_ephemeral)"
        return note("ephemeral", text, "look again while Homeroom runs")
    before = await _count(visit, EPHEMERAL)
    await visit.inquiry.ask(
        "PUT",
        Path.v3.rooms[room_id].typing[visit.config.bot],
        token=visit.road,
        content={"typing": True, "timeout": 5000},
    )
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ARRIVES_WITHIN):
            while await _count(visit, EPHEMERAL) <= before:  # noqa: ASYNC110 - not ours
                await asyncio.sleep(0.05)
            return ok("ephemeral", "read receipts and the like arrive")
    return problem(
        "ephemeral",
        "the homeserver sends no read receipts",
        "write receive_ephemeral: true into its copy of the road registration, and "
        "restart it",
    )


async def _count(visit: Visit, metric: str) -> float:
    """Read a counter of the running service; 0 where it has not counted yet."""
    if not visit.is_running:
        return 0
    answer = await visit.inquiry.ask("GET", "metrics", at=visit.own_address)
    line = rf"^{re.escape(metric)} ([0-9.e+]+)$"
    match = re.search(line, answer.body.decode(), re.MULTILINE)
    return float(match[1]) if match else 0
