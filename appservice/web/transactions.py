"""
The application service API (Matrix spec, Application Service API).

A transaction is answered with 200 when, and only when, it is stored.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from appservice import metrics
from appservice.services.intake import Intake
from appservice.store.pool import is_away

log = logging.getLogger(__name__)

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a body. 100 events of 64 KiB, escaped, and room to spare: a transaction that
is refused for its size would be sent again for ever."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Transactions:
    """The routes the homeserver calls."""

    def __init__(
        self, intake: Intake, *, hs_token: str, heard: Callable[[str], None]
    ) -> None:
        """
        Args:
            heard: Called with the id of each ping that reaches us.
        """
        self._intake = intake
        self._heard = heard
        self._expected = f"Bearer {hs_token}".encode()

    def routes(self) -> list[web.AbstractRouteDef]:
        """List the routes."""
        base = "/_matrix/app/v1"
        return [
            web.put(
                f"{base}/transactions/{{txn_id}}", self._for_homeserver(self._take)
            ),
            web.post(f"{base}/ping", self._for_homeserver(self._pong)),
            web.get(f"{base}/users/{{user_id}}", self._for_homeserver(self._nobody)),
            web.get(f"{base}/rooms/{{alias}}", self._for_homeserver(self._nobody)),
        ]

    def _for_homeserver(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "").encode(
                "utf-8", "surrogateescape"
            )
            if not hmac.compare_digest(given, self._expected):
                return _error(403, "M_FORBIDDEN", "wrong hs_token")
            return await handler(request)

        return guarded

    async def _take(self, request: web.Request) -> web.Response:
        """The transaction's id is not looked at: Synapse may use one again."""
        body = await request.read()
        try:
            await self._intake.take(body)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("transaction not stored: database away")
            return _error(503, "M_UNKNOWN", "the database is away; send it again")
        return web.json_response({})

    async def _pong(self, request: web.Request) -> web.Response:
        metrics.PINGS.inc()
        try:
            fields = await request.json()
        except ValueError:
            fields = None
        if isinstance(fields, dict):
            self._heard(str(fields.get("transaction_id")))
        return web.json_response({})

    async def _nobody(self, _request: web.Request) -> web.Response:
        """Accounts and aliases are made by us beforehand, never on being asked."""
        return _error(404, "M_NOT_FOUND", "not made on demand")


def _error(status: int, errcode: str, error: str) -> web.Response:
    return web.json_response({"errcode": errcode, "error": error}, status=status)
