"""
Lookout: whether the homeserver is there, and what to do when it is back.

Our second account waits on an empty ``/sync``. When that breaks off the homeserver has
gone, perhaps to restart, and Synapse then loses what it had queued for us: so we ask to
be reached at once (ping) and walk all rooms.
"""

import asyncio
import logging
from typing import Final
from uuid import uuid4

from appservice.domain.ids import UserId
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused, Unavailable
from appservice.services.upkeep import Upkeep

log = logging.getLogger(__name__)

FIRST_WAIT: Final = 0.25
LONGEST_WAIT: Final = 10.0


class Lookout:
    """Stays in touch with the homeserver."""

    def __init__(
        self,
        client: Client,
        upkeep: Upkeep,
        *,
        bot: UserId,
        keeper: UserId,
        registration: str,
    ) -> None:
        self.reached = asyncio.Event()
        """Set once the homeserver has reached us."""
        self._client = client
        self._upkeep = upkeep
        self._accounts = (bot, keeper)
        self._registration = registration
        self._in_touch = False
        self._since: str | None = None
        self._ping: str | None = None
        """The ping we wait for; None: it has come."""
        self._wait = FIRST_WAIT

    async def look_next(self) -> bool:
        """Get in touch, or wait until something happens to the connection."""
        try:
            if self._in_touch:
                self._since = await self._client.linger(
                    self._accounts[1], since=self._since
                )
            else:
                await self._get_in_touch()
        except Unavailable as failure:
            log.warning("homeserver away, waiting", extra={"because": str(failure)})
            await self._lose_touch()
        except Refused as refused:
            log.error(  # noqa: TRY400 - the words say it all
                "homeserver refuses us: is the registration installed there?",
                extra={"because": str(refused)},
            )
            await self._lose_touch()
        return True

    async def _get_in_touch(self) -> None:
        for account in self._accounts:
            localpart = account.removeprefix("@").partition(":")[0]
            await self._client.register(localpart)
        await self.ask_to_be_reached()
        # Where this begins: what comes later is then waited for.
        self._since = await self._client.linger(self._accounts[1], since=None)
        await self._upkeep.reconcile_now()
        self._in_touch = True
        self._wait = FIRST_WAIT
        self.reached.set()
        log.info("homeserver reached")

    async def ask_to_be_reached(self) -> None:
        """
        Ping; the homeserver then delivers at once what it had kept for us.

        Raises:
            Refused: It has reached somebody else, who has the same tokens.
        """
        ping = self._ping = str(uuid4())
        await self._client.ping(self._registration, txn=ping)
        if self._ping == ping:
            raise Refused(
                "the homeserver reaches another Homeroom with the same tokens: end "
                "that one, or correct the url in the road registration",
                status=409,
                errcode="HOMEROOM_ELSEWHERE",
            )

    def hear(self, ping: str) -> None:
        """Take note that the homeserver has called."""
        if ping == self._ping:
            self._ping = None

    async def _lose_touch(self) -> None:
        self._in_touch = False
        await asyncio.sleep(self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
