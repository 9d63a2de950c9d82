"""
The application service API (Matrix spec, Application Service API).

A transaction is answered with 200 when, and only when, it is stored.
"""

import logging
from collections.abc import Callable
from typing import Final

from aiohttp import web

from appservice import metrics
from appservice.services.intake import Intake
from appservice.store.pool import is_away
from appservice.web.homeserver import BASE, for_homeserver, pong, refusal

log = logging.getLogger(__name__)

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a body. 100 events of 64 KiB, escaped, and room to spare: a transaction that
is refused for its size would be sent again for ever."""


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
        self._hs_token = hs_token

    def routes(self) -> list[web.AbstractRouteDef]:
        """List the routes."""
        take = for_homeserver(self._hs_token, self._take)
        ping = for_homeserver(self._hs_token, pong(self._note))
        nobody = for_homeserver(self._hs_token, self._nobody)
        return [
            web.put(f"{BASE}/transactions/{{txn_id}}", take),
            web.post(f"{BASE}/ping", ping),
            web.get(f"{BASE}/users/{{user_id}}", nobody),
            web.get(f"{BASE}/rooms/{{alias}}", nobody),
        ]

    async def _take(self, request: web.Request) -> web.Response:
        """The transaction's id is not looked at: Synapse may use one again."""
        body = await request.read()
        try:
            await self._intake.take(body)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("transaction not stored: database away")
            return refusal(503, "M_UNKNOWN", "the database is away; send it again")
        return web.json_response({})

    def _note(self, txn_id: str) -> None:
        metrics.PINGS.inc()
        self._heard(txn_id)

    async def _nobody(self, _request: web.Request) -> web.Response:
        """Accounts and aliases are made by us beforehand, never on being asked."""
        return refusal(404, "M_NOT_FOUND", "not made on demand")
