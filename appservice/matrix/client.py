"""
The Client-Server API as the service's accounts and, with the hand, as members.

On mautrix' thin HTTP layer, never its intents: those create accounts and join people.
Everything is raw JSON, because typed classes refuse what homeservers really send.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mautrix.api import Method, Path, SynapseAdminPath

from appservice.domain.ids import EventId, RoomId, UserId
from appservice.matrix.accounts import Accounts, as_object, event_id_of, query_of
from appservice.matrix.errors import Refused
from appservice.matrix.media import download
from appservice.matrix.past import Past, read_past

MARK = "homeroom.action"
"""Key in the content of our events: the number of the action they come from."""

ANNOUNCEMENT = "homeroom.announcement"
"""Key in the content of our events: true for one that is to be pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a room's timeline."""

    events: list[dict[str, Any]]
    """Newest first."""
    start: str
    """Where it begins, to read the same page again later."""
    end: str | None
    """Where the next, older page begins; None at the room's start."""


class Client(Accounts):
    """
    The homeserver's rooms, as the bot or, where it says so, as a member.

    Every method raises ``Unavailable`` or ``Refused`` and nothing else.
    """

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
        return event_id_of(answer)

    async def redact(
        self, room_id: RoomId, event_id: EventId, *, txn: UUID, reason: str
    ) -> EventId:
        """Redact an event; our mark goes into the redaction's content."""
        path = Path.v3.rooms[room_id].redact[event_id][str(txn)]
        content = {"reason": reason, MARK: str(txn)}
        return event_id_of(await self._api.request(Method.PUT, path, content))

    async def set_state(
        self,
        room_id: RoomId,
        type_: str,
        state_key: str,
        content: Mapping[str, Any],
    ) -> EventId:
        """Write a state event."""
        path = Path.v3.rooms[room_id].state[type_][state_key]
        return event_id_of(await self._api.request(Method.PUT, path, dict(content)))

    async def set_member(
        self, room_id: RoomId, user_id: UserId, content: Mapping[str, Any]
    ) -> EventId:
        """Write a member's own member event, as the member."""
        path = Path.v3.rooms[room_id].state["m.room.member"][user_id]
        api = self._hand(user_id)
        return event_id_of(await api.request(Method.PUT, path, dict(content)))

    async def state_event(
        self, room_id: RoomId, type_: str, state_key: str
    ) -> dict[str, Any] | None:
        """Read one state event whole, as it is now; None: there is none."""
        path = Path.v3.rooms[room_id].state[type_][state_key]
        query = {"format": "event"}
        try:
            answer = await self._api.request(Method.GET, path, query_params=query)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        return as_object(answer)

    async def state(self, room_id: RoomId) -> list[dict[str, Any]]:
        """Read the whole state of a room we are in."""
        answer = await self._api.request(Method.GET, Path.v3.rooms[room_id].state)
        return answer if isinstance(answer, list) else []

    async def event(self, room_id: RoomId, event_id: EventId) -> dict[str, Any]:
        """Read one event as it is now, redacted or not."""
        path = Path.v3.rooms[room_id].event[event_id]
        return as_object(await self._api.request(Method.GET, path))

    async def original(self, room_id: RoomId, event_id: EventId) -> dict[str, Any]:
        """
        Read a redacted event as it was (MSC2815).

        Works while the homeserver's ``redaction_retention_period`` lasts and where
        ``msc2815_enabled`` is set.
        """
        path = Path.v3.rooms[room_id].event[event_id]
        query = {"fi.mau.msc2815.include_unredacted_content": "true"}
        return as_object(await self._api.request(Method.GET, path, query_params=query))

    async def messages(
        self, room_id: RoomId, *, before: str | None, limit: int
    ) -> Page:
        """Read a page of the timeline, newest first; ``before`` None: from now."""
        query = query_of(dir="b", limit=str(limit)) | query_of(**{"from": before})
        path = Path.v3.rooms[room_id].messages
        answer = as_object(
            await self._api.request(Method.GET, path, query_params=query)
        )
        return Page(
            events=[e for e in answer.get("chunk") or () if isinstance(e, dict)],
            start=str(answer.get("start")),
            end=answer.get("end"),
        )

    async def past(
        self, room_id: RoomId, *, before: str | None, limit: int, as_admin: bool = False
    ) -> Past:
        """
        Read a page of a room's past as raw bytes, newest first.

        Args:
            before: Where the page before it ended; None: from now.
            limit: Events, at most 1,000: Synapse gives no more.
            as_admin: Through Synapse's admin API, where we were not in the room then.
        """
        root = SynapseAdminPath.v1 if as_admin else Path.v3
        query = query_of(dir="b", limit=str(limit)) | query_of(**{"from": before})
        return await read_past(
            self._session,
            self._url,
            root.rooms[room_id].messages,
            token=self._admin_token if as_admin else self._token,
            query=query,
        )

    async def state_as_admin(self, room_id: RoomId) -> list[dict[str, Any]]:
        """Read the whole state of any room (Synapse's admin API)."""
        path = SynapseAdminPath.v1.rooms[room_id].state
        answer = as_object(await self._as(self._admin_token).request(Method.GET, path))
        return [e for e in answer.get("state") or () if isinstance(e, dict)]

    async def make_room_admin(self, room_id: RoomId, user_id: UserId) -> None:
        """Give somebody the highest level a member from here has (admin API)."""
        path = SynapseAdminPath.v1.rooms[room_id].make_room_admin
        content = {"user_id": user_id}
        await self._as(self._admin_token).request(Method.POST, path, content)

    async def download(self, media: str, *, at_most: int) -> tuple[bytes, bool]:
        """Fetch the first bytes of a file; also says whether these are all."""
        return await download(
            self._session, self._url, media, token=self._token, at_most=at_most
        )

    async def create_room(self, settings: Mapping[str, Any]) -> RoomId:
        """Create a room (spec: POST /createRoom)."""
        answer = as_object(
            await self._api.request(Method.POST, Path.v3.createRoom, dict(settings))
        )
        return RoomId(str(answer.get("room_id")))

    async def resolve(self, alias: str) -> RoomId:
        """Find the room an alias names."""
        path = Path.v3.directory.room[alias]
        return RoomId(
            str(as_object(await self._api.request(Method.GET, path)).get("room_id"))
        )

    async def remove_alias(self, alias: str) -> None:
        """Take an alias of ours away; its room stays."""
        await self._api.request(Method.DELETE, Path.v3.directory.room[alias])

    async def join(self, room_id: RoomId, *, as_member: UserId | None = None) -> None:
        """Join a room we, or the member, are invited to."""
        api = self._api if as_member is None else self._hand(as_member)
        await api.request(Method.POST, Path.v3.join[room_id])

    async def leave(self, room_id: RoomId) -> None:
        """Leave a room, or decline an invitation to it."""
        await self._api.request(Method.POST, Path.v3.rooms[room_id].leave)

    async def invite(
        self, room_id: RoomId, user_id: UserId, *, as_member: UserId | None = None
    ) -> None:
        """Invite somebody."""
        api = self._api if as_member is None else self._hand(as_member)
        path = Path.v3.rooms[room_id].invite
        await api.request(Method.POST, path, {"user_id": user_id})

    async def remove(self, room_id: RoomId, user_id: UserId, *, reason: str) -> None:
        """Remove somebody from a room (spec: POST /rooms/{roomId}/kick)."""
        path = Path.v3.rooms[room_id].kick
        content = {"user_id": user_id, "reason": reason}
        await self._api.request(Method.POST, path, content)

    async def upgrade(
        self, room_id: RoomId, version: str, *, creators: Sequence[UserId] = ()
    ) -> RoomId:
        """Replace a room by a new one (spec: POST /rooms/{roomId}/upgrade)."""
        path = Path.v3.rooms[room_id].upgrade
        content: dict[str, Any] = {"new_version": version}
        if creators:
            content["additional_creators"] = list(creators)
        answer = as_object(await self._api.request(Method.POST, path, content))
        return RoomId(str(answer.get("replacement_room")))
