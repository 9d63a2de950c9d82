"""
The Client-Server API as the service's accounts and, with the hand, as members.

On mautrix' thin HTTP layer, never its intents: those create accounts and join people.
Everything is raw JSON, because typed classes refuse what homeservers really send.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp
from mautrix.api import Method, Path

from appservice.domain.ids import EventId, RoomId, UserId
from appservice.matrix.api import SILENT, Api
from appservice.matrix.errors import Refused

MARK = "homeroom.action"
"""Key in the content of our events: the number of the action they come from."""


LINGER_MS = 20_000
"""Less than ``api.PATIENCE``, so that an end is the homeserver's."""

NOTHING = json.dumps(
    {
        "room": {"rooms": [], "timeline": {"limit": 1}},
        "presence": {"types": []},
        "account_data": {"types": []},
    }
)


def _query(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a room's timeline."""

    events: list[dict[str, Any]]
    """Newest first."""
    start: str
    """Where it begins, to read the same page again later."""
    end: str | None
    """Where the next, older page begins; None at the room's start."""


class Client:
    """
    The homeserver, as the bot.

    Every method raises ``Unavailable`` or ``Refused`` and nothing else.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        session: aiohttp.ClientSession,
        hand_token: str | None = None,
    ) -> None:
        self._url = url
        self._session = session
        self._hand_token = hand_token
        self._token = token
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

    # Rooms ------------------------------------------------------------------------

    async def send(
        self,
        room_id: RoomId,
        type_: str,
        content: Mapping[str, Any],
        *,
        txn: UUID,
        as_member: UserId | None = None,
    ) -> EventId:
        """Post an event (spec: PUT /rooms/{roomId}/send); the same twice is one."""
        api = self._api if as_member is None else self._hand(as_member)
        path = Path.v3.rooms[room_id].send[type_][str(txn)]
        answer = await api.request(Method.PUT, path, dict(content))
        return _event_id(answer)

    async def redact(
        self, room_id: RoomId, event_id: EventId, *, txn: UUID, reason: str
    ) -> EventId:
        """Redact an event; our mark goes into the redaction's content."""
        path = Path.v3.rooms[room_id].redact[event_id][str(txn)]
        content = {"reason": reason, MARK: str(txn)}
        return _event_id(await self._api.request(Method.PUT, path, content))

    async def set_state(
        self,
        room_id: RoomId,
        type_: str,
        state_key: str,
        content: Mapping[str, Any],
    ) -> EventId:
        """Write a state event."""
        path = Path.v3.rooms[room_id].state[type_][state_key]
        return _event_id(await self._api.request(Method.PUT, path, dict(content)))

    async def state(self, room_id: RoomId) -> list[dict[str, Any]]:
        """Read the whole state of a room we are in."""
        answer = await self._api.request(Method.GET, Path.v3.rooms[room_id].state)
        return answer if isinstance(answer, list) else []

    async def event(self, room_id: RoomId, event_id: EventId) -> dict[str, Any]:
        """Read one event as it is now, redacted or not."""
        path = Path.v3.rooms[room_id].event[event_id]
        return _object(await self._api.request(Method.GET, path))

    async def original(self, room_id: RoomId, event_id: EventId) -> dict[str, Any]:
        """
        Read a redacted event as it was (MSC2815).

        Works while the homeserver's ``redaction_retention_period`` lasts and where
        ``msc2815_enabled`` is set.
        """
        path = Path.v3.rooms[room_id].event[event_id]
        query = {"fi.mau.msc2815.include_unredacted_content": "true"}
        return _object(await self._api.request(Method.GET, path, query_params=query))

    async def messages(
        self, room_id: RoomId, *, before: str | None, limit: int
    ) -> Page:
        """Read a page of the timeline, newest first; ``before`` None: from now."""
        query = _query(dir="b", limit=str(limit)) | _query(**{"from": before})
        path = Path.v3.rooms[room_id].messages
        answer = _object(await self._api.request(Method.GET, path, query_params=query))
        return Page(
            events=[e for e in answer.get("chunk") or () if isinstance(e, dict)],
            start=str(answer.get("start")),
            end=answer.get("end"),
        )

    async def create_room(self, settings: Mapping[str, Any]) -> RoomId:
        """Create a room (spec: POST /createRoom)."""
        answer = _object(
            await self._api.request(Method.POST, Path.v3.createRoom, dict(settings))
        )
        return RoomId(str(answer.get("room_id")))

    async def resolve(self, alias: str) -> RoomId:
        """Find the room an alias names."""
        path = Path.v3.directory.room[alias]
        return RoomId(
            str(_object(await self._api.request(Method.GET, path)).get("room_id"))
        )

    async def remove_alias(self, alias: str) -> None:
        """Take an alias of ours away; its room stays."""
        await self._api.request(Method.DELETE, Path.v3.directory.room[alias])

    async def join(self, room_id: RoomId) -> None:
        """Join a room we are invited to."""
        await self._api.request(Method.POST, Path.v3.join[room_id])

    async def leave(self, room_id: RoomId) -> None:
        """Leave a room, or decline an invitation to it."""
        await self._api.request(Method.POST, Path.v3.rooms[room_id].leave)

    async def invite(self, room_id: RoomId, user_id: UserId) -> None:
        """Invite somebody."""
        path = Path.v3.rooms[room_id].invite
        await self._api.request(Method.POST, path, {"user_id": user_id})

    async def linger(self, user_id: UserId, *, since: str | None) -> str:
        """
        Wait on a ``/sync`` that asks for nothing; it ends when the homeserver does.

        Args:
            user_id: One of our own accounts, not the bot: Synapse answers 500 to that.
            since: Where to go on; None: answer at once.

        Returns:
            Where to go on.
        """
        query = _query(
            since=since,
            timeout="0" if since is None else str(LINGER_MS),
            filter=NOTHING,
            set_presence="offline",
        )
        api = self._as(self._token, user_id)
        answer = await api.request(Method.GET, Path.v3.sync, query_params=query)
        return str(_object(answer).get("next_batch"))

    # Accounts ----------------------------------------------------------------------

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

    async def set_displayname(self, user_id: UserId, name: str) -> None:
        """Set the bot's own display name."""
        path = Path.v3.profile[user_id].displayname
        await self._api.request(Method.PUT, path, {"displayname": name})

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
        answer = _object(await self._api.request(Method.POST, path, content))
        return float(answer.get("duration_ms") or 0)


def _object(answer: Any) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {}


def _event_id(answer: Any) -> EventId:
    return EventId(str(_object(answer).get("event_id")))
