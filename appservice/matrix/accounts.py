"""Accounts at the homeserver: ours, the members', and whose requests they are."""

import json
from typing import Any

import aiohttp
from mautrix.api import Method, Path, SynapseAdminPath

from appservice.domain.ids import EventId, UserId
from appservice.matrix.api import SILENT, Api
from appservice.matrix.errors import Refused

LINGER_MS = 20_000
"""Less than ``api.PATIENCE``, so that an end is the homeserver's."""

NOTHING = json.dumps(
    {
        "room": {"rooms": [], "timeline": {"limit": 1}},
        "presence": {"types": []},
        "account_data": {"types": []},
    }
)


def query_of(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


def as_object(answer: Any) -> dict[str, Any]:
    """Take what should be a JSON object; anything else counts as an empty one."""
    return answer if isinstance(answer, dict) else {}


def event_id_of(answer: Any) -> EventId:
    """Read the event id in an answer."""
    return EventId(str(as_object(answer).get("event_id")))


class Accounts:
    """
    The homeserver's accounts.

    Every method raises ``Unavailable`` or ``Refused`` and nothing else.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        session: aiohttp.ClientSession,
        hand_token: str | None = None,
        admin_token: str | None = None,
    ) -> None:
        self._url = url
        self._session = session
        self._hand_token = hand_token
        self._token = token
        self._admin_token = admin_token or token
        self._api = self._as(token)

    def _as(self, token: str, user_id: UserId | None = None) -> Api:
        return Api(
            self._url,
            token,
            client_session=self._session,
            as_user_id=user_id,  # type: ignore[arg-type]  # NewTypes of the same str
            log=SILENT,  # type: ignore[arg-type]  # any logger does
        )

    def _hand(self, user_id: UserId) -> Api:
        if self._hand_token is None:
            raise Refused(
                "no hand registration is configured: nothing is done as a member",
                status=403,
                errcode="M_FORBIDDEN",
            )
        return self._as(self._hand_token, user_id)

    async def linger(self, user_id: UserId, *, since: str | None) -> str:
        """
        Wait on a ``/sync`` that asks for nothing; it ends when the homeserver does.

        Args:
            user_id: One of our own accounts, not the bot: Synapse answers 500 to that.
            since: Where to go on; None: answer at once.

        Returns:
            Where to go on.
        """
        query = query_of(
            since=since,
            timeout="0" if since is None else str(LINGER_MS),
            filter=NOTHING,
            set_presence="offline",
        )
        api = self._as(self._token, user_id)
        answer = await api.request(Method.GET, Path.v3.sync, query_params=query)
        return str(as_object(answer).get("next_batch"))

    async def register(self, localpart: str) -> None:
        """Make one of our own accounts; one that exists is left as it is."""
        content = {
            "type": "m.login.application_service",
            "username": localpart,
            "inhibit_login": True,
        }
        try:
            await self._api.request(Method.POST, Path.v3.register, content)
        except Refused as error:
            if error.errcode != "M_USER_IN_USE":
                raise

    async def set_displayname(
        self, user_id: UserId, name: str, *, as_member: bool = False
    ) -> None:
        """Set the name in somebody's profile, as the bot or as themselves."""
        api = self._hand(user_id) if as_member else self._api
        path = Path.v3.profile[user_id].displayname
        await api.request(Method.PUT, path, {"displayname": name})

    async def force_displayname(self, user_id: UserId, name: str) -> None:
        """
        Set the name in somebody's profile as an administrator (Synapse's admin API).

        For homeservers where nobody may change names (``enable_set_displayname``); the
        bot must be an administrator there, or an admin token configured.
        """
        path = SynapseAdminPath.v2.users[user_id]
        api = self._as(self._admin_token)
        await api.request(Method.PUT, path, {"displayname": name})

    async def may_set_displaynames(self) -> bool:
        """Whether people may change their names (spec: ``m.set_displayname``)."""
        answer = as_object(await self._api.request(Method.GET, Path.v3.capabilities))
        can = as_object(as_object(answer.get("capabilities")).get("m.set_displayname"))
        return can.get("enabled") is not False

    async def is_admin(self, user_id: UserId) -> bool:
        """Whether our token may use Synapse's admin API, asked about an account."""
        path = SynapseAdminPath.v1.users[user_id].admin
        try:
            await self._as(self._admin_token).request(Method.GET, path)
        except Refused:
            return False
        return True

    async def exists(self, user_id: UserId) -> bool:
        """Whether the homeserver knows this account."""
        try:
            await self._api.request(Method.GET, Path.v3.profile[user_id])
        except Refused as error:
            if error.status in (403, 404):
                return False
            raise
        return True

    async def ping(self, registration_id: str, *, txn: str) -> float:
        """
        Ask the homeserver to reach us; it then delivers what waits at once.

        Returns:
            The round trip in milliseconds, as the homeserver measured it.
        """
        path = Path.v1.appservice[registration_id].ping
        content = {"transaction_id": txn}
        answer = as_object(await self._api.request(Method.POST, path, content))
        return float(answer.get("duration_ms") or 0)
