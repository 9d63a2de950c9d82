"""People at clients of their own (matrix-nio), as Element would be one."""

import asyncio
import contextlib
import io
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import ClientError
from nio import AsyncClient, AsyncClientConfig, RoomPreset, SyncResponse

from appservice.demo.school import Somebody
from appservice.domain.ids import EventId, RoomId
from appservice.matrix.client import MARK

# It would print a line for each retry while the homeserver restarts.
logging.getLogger("nio").setLevel(logging.CRITICAL)

FILTER: Final = {"room": {"timeline": {"limit": 100}}}
"""A busy moment must not leave a gap in what is seen."""

LONG_POLL_MS: Final = 20_000
LOOK_AGAIN: Final = 0.1
"""Seconds between looks at a homeserver that is away."""


class Failed(Exception):
    """The homeserver did not do what a client asked of it."""


class Member:
    """Somebody at a client; ``watch`` makes them see what happens."""

    def __init__(self, url: str, who: Somebody, *, bot: str) -> None:
        self.who = who
        self.seen: dict[EventId, float] = {}
        """When each event was first seen, by ``time.perf_counter``."""
        self.gone: dict[EventId, float] = {}
        """When each redacted event was seen to be redacted."""
        self.words: list[str] = []
        """What Homeroom told this person in private."""
        self.direct: RoomId | None = None
        """Where it does."""
        self.contents: dict[EventId, Mapping[str, Any]] = {}
        """What was written, as it was first seen."""
        self.state: dict[tuple[RoomId, str, str], Mapping[str, Any]] = {}
        """The content of state events, by room, type and state key."""
        self.changed: dict[tuple[RoomId, str, str], float] = {}
        """When each of them was last seen to change."""
        self.names: dict[tuple[RoomId, str], list[tuple[float, str]]] = {}
        """What each member was called in a room, and since when."""
        self._bot = bot
        self._sent: dict[tuple[RoomId, str, str], int] = {}
        self._news = asyncio.Condition()
        self._watching: asyncio.Task[None] | None = None
        # One retry, for a connection that the homeserver closed meanwhile.
        config = AsyncClientConfig(max_timeouts=1)
        self._client = AsyncClient(url, who.user_id, config=config)

    async def log_in(self) -> None:
        """Log in with the password, as anybody would."""
        answer = await self._client.login(self.who.password, device_name="demo")
        _require(answer, "access_token")

    async def close(self) -> None:
        """Look away and hang up; the account stays logged in."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        await self._client.close()

    # Speaking ---------------------------------------------------------------------

    async def send(
        self, room_id: RoomId, type_: str, content: Mapping[str, Any]
    ) -> EventId:
        """Send an event."""
        answer = await self._client.room_send(room_id, type_, dict(content))
        return EventId(_require(answer, "event_id"))

    async def say(self, room_id: RoomId, text: str) -> EventId:
        """Write a message."""
        return await self.send(room_id, "m.room.message", _text(text))

    async def upload(self, room_id: RoomId, name: str, data: bytes) -> EventId:
        """Post a file."""
        answer, _ = await self._client.upload(
            io.BytesIO(data),
            content_type="application/octet-stream",
            filename=name,
            filesize=len(data),
        )
        content = {
            "msgtype": "m.file",
            "body": name,
            "url": _require(answer, "content_uri"),
            "info": {"size": len(data)},
        }
        return await self.send(room_id, "m.room.message", content)

    async def edit(self, room_id: RoomId, event_id: EventId, text: str) -> EventId:
        """Give a message other words (spec: m.replace)."""
        relation = {"rel_type": "m.replace", "event_id": event_id}
        content = {
            **_text(f"* {text}"),
            "m.new_content": _text(text),
            "m.relates_to": relation,
        }
        return await self.send(room_id, "m.room.message", content)

    async def react(self, room_id: RoomId, event_id: EventId, key: str) -> EventId:
        """Put a reaction beside a message; clients offer signs, the spec any text."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, "m.reaction", {"m.relates_to": relation})

    async def reply(self, room_id: RoomId, event_id: EventId, text: str) -> EventId:
        """Answer a message."""
        relation = {"m.in_reply_to": {"event_id": event_id}}
        content = {**_text(text), "m.relates_to": relation}
        return await self.send(room_id, "m.room.message", content)

    # Rooms ------------------------------------------------------------------------

    async def join(self, room_id: RoomId) -> None:
        """Accept an invitation."""
        _require(await self._client.join(room_id), "room_id")

    async def invite(self, room_id: RoomId, other: "Member") -> None:
        """Invite somebody."""
        answer = await self._client.room_invite(room_id, other.who.user_id)
        _require(answer, "transport_response")

    async def leave(self, room_id: RoomId) -> None:
        """Leave a room."""
        answer = await self._client.room_leave(room_id)
        _require(answer, "transport_response")

    async def write_state(
        self, room_id: RoomId, type_: str, content: Mapping[str, Any], key: str = ""
    ) -> EventId:
        """Change something of a room by hand."""
        answer = await self._client.room_put_state(room_id, type_, dict(content), key)
        return EventId(_require(answer, "event_id"))

    async def take_name(self, room_id: RoomId, name: str) -> EventId:
        """Take another name in one room (Element: ``/myroomnick``)."""
        content = {"membership": "join", "displayname": name}
        return await self.write_state(
            room_id, "m.room.member", content, self.who.user_id
        )

    async def chat_with(self, other: "Member") -> RoomId:
        """Open a private room for two."""
        answer = await self._client.room_create(
            is_direct=True,
            preset=RoomPreset.trusted_private_chat,
            invite=[other.who.user_id],
        )
        room_id = RoomId(_require(answer, "room_id"))
        await other.join(room_id)
        return room_id

    # Watching ---------------------------------------------------------------------

    async def watch(self) -> None:
        """See from now on what happens, and accept Homeroom's invitations."""
        if self._watching is None:
            await self._look(timeout=0)
            self._watching = asyncio.create_task(self._keep_looking())

    def sees(self, room_id: RoomId, type_: str, key: str = "") -> Mapping[str, Any]:
        """Return the content of a state event; empty where there is none."""
        return self.state.get((room_id, type_, key), {})

    def name_of(self, room_id: RoomId, other: "Member") -> str | None:
        """Say what somebody is called in a room."""
        name = self.sees(room_id, "m.room.member", other.who.user_id)
        return name.get("displayname")

    def is_joined(self, room_id: RoomId, other: "Member") -> bool:
        """Whether somebody is in a room."""
        member = self.sees(room_id, "m.room.member", other.who.user_id)
        return member.get("membership") == "join"

    def level_of(self, room_id: RoomId, other: "Member") -> int:
        """Say where somebody stands in a room."""
        users = self.sees(room_id, "m.room.power_levels").get("users", {})
        return int(users.get(other.who.user_id, 0))

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until what was seen makes something true."""
        async with self._news:
            await self._news.wait_for(lambda: bool(is_so()))

    async def _keep_looking(self) -> None:
        while True:
            with contextlib.suppress(ClientError, TimeoutError):
                if await self._look(timeout=LONG_POLL_MS):
                    continue
            await asyncio.sleep(LOOK_AGAIN)

    async def _look(self, *, timeout: int) -> bool:  # noqa: ASYNC109 - the spec's word
        answer = await self._client.sync(timeout=timeout, sync_filter=FILTER)
        now = time.perf_counter()
        if not isinstance(answer, SyncResponse):
            return False
        for room_id, room in answer.rooms.join.items():
            for event in (*room.state, *room.timeline.events):
                if "state_key" in event.source:
                    self._fold(RoomId(room_id), event.source, now)
            for event in room.timeline.events:
                self._note(RoomId(room_id), event.source, now)
        for room_id, invitation in answer.rooms.invite.items():
            if any(event.sender == self._bot for event in invitation.invite_state):
                await self.join(RoomId(room_id))
        async with self._news:
            self._news.notify_all()
        return True

    def _fold(self, room_id: RoomId, event: Mapping[str, Any], now: float) -> None:
        content, key = event.get("content", {}), event["state_key"]
        place, sent = (room_id, event["type"], key), event.get("origin_server_ts", 0)
        if sent < self._sent.get(place, 0):
            # Where two events crossed, Synapse tells of the state before them again.
            return
        self._sent[place] = sent
        self.state[place] = content
        self.changed[place] = now
        if event["type"] == "m.room.member":
            name = str(content.get("displayname"))
            self.names.setdefault((room_id, key), []).append((now, name))

    def _note(self, room_id: RoomId, event: Mapping[str, Any], now: float) -> None:
        content = event.get("content", {})
        self.seen.setdefault(event["event_id"], now)
        self.contents.setdefault(event["event_id"], content)
        if event["type"] == "m.room.redaction":
            target = event.get("redacts") or content.get("redacts")
            self.gone.setdefault(EventId(str(target)), now)
        elif event["sender"] == self._bot and MARK in content:
            self.words.append(str(content.get("body")))
            if (room_id, "m.room.name", "") not in self.state:
                # Where reviewers are asked there is a name, and other people.
                self.direct = room_id


def _text(text: str) -> dict[str, str]:
    return {"msgtype": "m.text", "body": text}


def _require(answer: object, field: str) -> str:
    """Return a field of an answer, or say what the homeserver said instead."""
    if type(answer).__name__.endswith("Error") or not hasattr(answer, field):
        raise Failed(f"the homeserver refuses: {answer}")
    return str(getattr(answer, field))
