"""Whether we are alive, whether we are ready, and how we are doing."""

import contextlib
from collections.abc import Awaitable, Callable

import asyncpg
from aiohttp import web
from prometheus_client import generate_latest

from appservice import metrics


class Health:
    """``/live``, ``/ready`` and ``/metrics``. None of them names a person or a word."""

    def __init__(
        self,
        *,
        problem: Callable[[], Awaitable[str | None]],
        measure: Callable[[], Awaitable[None]],
    ) -> None:
        self._problem = problem
        self._measure = measure

    def routes(self) -> list[web.AbstractRouteDef]:
        """List the routes."""
        return [
            web.get("/live", self._live),
            web.get("/ready", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _live(self, _request: web.Request) -> web.Response:
        """The process answers; that is all this says."""
        return web.json_response({"live": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        """Whether a transaction would be stored and judged."""
        problem = await self._problem()
        status = 200 if problem is None else 503
        return web.json_response(
            {"ready": problem is None, "problem": problem}, status=status
        )

    async def _metrics(self, _request: web.Request) -> web.Response:
        # Else the gauges keep their last value; /ready says that the database is away.
        with contextlib.suppress(
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError
        ):
            await self._measure()
        text = generate_latest(metrics.REGISTRY)
        return web.Response(
            body=text, headers={"Content-Type": "text/plain; version=0.0.4"}
        )
