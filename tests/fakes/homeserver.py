"""
A homeserver in this process, for faults: it does what it is told to do wrong.

It knows only what ``matrix/client.py`` asks for, and answers as Synapse does:
``tests/synapse/test_contract.py`` runs the same calls through both. Everything that
happened stands in a timeline, so that effects can be counted.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from time import time
from typing import Any, Self

from aiohttp import web

BOT = "@homeroom:school.test"
ROAD_TOKEN = "road token"  # noqa: S105
HAND_TOKEN = "hand token"  # noqa: S105
REGISTRATION = "homeroom-road"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one request."""

    status: int | None = None
    """Answer this, and do nothing; None: do what was asked."""
    body: Any = None
    """JSON, or text as it is."""
    headers: dict[str, str] = field(default_factory=dict)
    until: asyncio.Event | None = None
    """First wait for this."""
    is_cut: bool = False
    """Close the connection instead of answering."""
    is_last: bool = False
    """Let nobody connect any more."""


def limited(
    retry_after: float | None = None, *, in_header: bool = False, **more: Any
) -> Fault:
    """Answer 429, with or without the seconds to wait, in body or header."""
    answer = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
    if retry_after is None:
        return Fault(status=429, body=answer, **more)
    if in_header:
        headers = {"Retry-After": str(int(retry_after))}
        return Fault(status=429, body=answer, headers=headers, **more)
    wait = {"retry_after_ms": int(retry_after * 1000)}
    return Fault(status=429, body=answer | wait, **more)


def failing(status: int = 500) -> Fault:
    """Answer as Synapse does when it stumbles; nothing was done."""
    return Fault(status=status, body={"errcode": "M_UNKNOWN", "error": "Internal"})


def refusing(status: int = 403, errcode: str = "M_FORBIDDEN") -> Fault:
    """Say no."""
    return Fault(status=status, body={"errcode": errcode, "error": "no"})


def html(status: int = 502) -> Fault:
    """Answer as a proxy before the homeserver does."""
    return Fault(status=status, body="<html><h1>Bad Gateway</h1></html>")


LOST = Fault(is_cut=True)
"""
It is done, and the answer never arrives.

aiohttp then asks once more by itself, unless it is a POST; let that be ``CUT``.
"""

DYING = Fault(is_cut=True, is_last=True)
"""It is done, and the homeserver dies before it can say so."""

CUT = Fault(status=0, is_cut=True)
"""The connection ends before anything was done."""


def hanging(until: asyncio.Event) -> Fault:
    """Answer when the test says so."""
    return Fault(until=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came."""

    endpoint: str
    room_id: str | None
    last: str | None
    """The last part of its path: transaction id, state key, event id."""
    content: dict[str, Any]
    user_id: str


@dataclass(slots=True, kw_only=True)
class Room:
    """A room with all that happened in it."""

    room_id: str
    members: dict[str, str] = field(default_factory=dict)
    timeline: list[dict[str, Any]] = field(default_factory=list)

    def state(self) -> list[dict[str, Any]]:
        newest = {(e["type"], e["state_key"]): e for e in self._states()}
        return list(newest.values())

    def _states(self) -> Iterable[dict[str, Any]]:
        return (event for event in self.timeline if "state_key" in event)

    def shown_to(self, user_id: str) -> int:
        """Count the events somebody may read: up to their end; 0: they are refused."""
        membership = self.members.get(user_id)
        if membership == "join":
            return len(self.timeline)
        own = [
            n
            for n, event in enumerate(self.timeline, 1)
            if (event["type"], event.get("state_key")) == ("m.room.member", user_id)
        ]
        return own[-1] if membership == "leave" else 0

    def event(self, event_id: str) -> dict[str, Any] | None:
        return next((e for e in self.timeline if e["event_id"] == event_id), None)


class Homeserver:
    """Runs while its ``async with`` block does; ``url`` says where."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.aliases: dict[str, str] = {}
        self.accounts = {BOT}
        self.requests: list[Request] = []
        self.originals: dict[str, dict[str, Any]] = {}
        """Of redacted events, as long as they are kept."""
        self.pinged: Callable[[], None] | None = None
        self._faults: list[tuple[str, str | None, deque[Fault]]] = []
        self._answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self._numbers = count(1)
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go_away()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def go_away(self) -> None:
        """Refuse connections from now on; what it knew stays."""
        await self._runner.cleanup()

    async def come_back(self) -> None:
        """Listen again, at the same address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        self._site = web.TCPSite(
            self._runner, "127.0.0.1", self._port, reuse_address=True
        )
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    def forget_transactions(self) -> None:
        """Forget transaction ids, as Synapse does when it restarts."""
        self._answers.clear()

    # Arranging and counting ---------------------------------------------------------

    def fail(self, endpoint: str, *faults: Fault, room_id: str | None = None) -> None:
        """Let the next requests to an endpoint (of a room) go wrong, one each."""
        self._faults.append((endpoint, room_id, deque(faults)))

    def room(self, room_id: str, *members: str) -> Room:
        """Make a room with people in it."""
        room = self.rooms[room_id] = Room(room_id=room_id)
        for user_id in (BOT, *members):
            self.accounts.add(user_id)
            self._join(room, user_id)
        return room

    def say(self, room_id: str, sender: str, body: str = "hi", **more: Any) -> str:
        """Let somebody write; return the event's id."""
        content = {"msgtype": "m.text", "body": body}
        event = {"type": "m.room.message", "content": content, **more}
        return str(self._add(self.rooms[room_id], sender, event)["event_id"])

    def sent(self, endpoint: str, room_id: str | None = None) -> list[Request]:
        """List the requests to an endpoint, in their order."""
        return [
            r
            for r in self.requests
            if r.endpoint == endpoint and room_id in (None, r.room_id)
        ]

    def by_bot(self, type_: str) -> list[dict[str, Any]]:
        """List the bot's events of a type in all rooms: what really happened."""
        return [
            event
            for room in self.rooms.values()
            for event in room.timeline
            if event["sender"] == BOT and event["type"] == type_
        ]

    # Answering ----------------------------------------------------------------------

    async def _answer(self, http: web.Request) -> web.StreamResponse:
        found = _route(http)
        if found is None:
            return _json(404, {"errcode": "M_UNRECOGNIZED", "error": http.path})
        endpoint, parts = found
        user_id = self._user(http)
        if user_id is None:
            return _json(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "unknown"})
        content = await http.json() if http.can_read_body else {}
        request = Request(
            endpoint=endpoint,
            room_id=parts[0] if parts else None,
            last=parts[-1] if parts else None,
            content=content,
            user_id=user_id,
        )
        self.requests.append(request)
        fault = self._next_fault(request)
        if fault.until is not None:
            await fault.until.wait()
        status, answer, headers = fault.status, fault.body, fault.headers
        if status is None:
            status, answer = self._once(http, request, parts)
        if fault.is_last:
            await self._site.stop()
        if fault.is_cut and http.transport is not None:
            http.transport.close()
        if isinstance(answer, str):
            return web.Response(status=status, text=answer, content_type="text/html")
        return _json(status or 500, answer, headers)

    def _user(self, http: web.Request) -> str | None:
        token = http.headers.get("Authorization", "").removeprefix("Bearer ")
        if token == HAND_TOKEN:
            return http.query.get("user_id")
        return BOT if token == ROAD_TOKEN else None

    def _next_fault(self, request: Request) -> Fault:
        for endpoint, room_id, faults in self._faults:
            is_meant = endpoint == request.endpoint
            if is_meant and faults and room_id in (None, request.room_id):
                return faults.popleft()
        return Fault()

    def _once(
        self, http: web.Request, request: Request, parts: list[str]
    ) -> tuple[int, Any]:
        """Do what is asked; with a transaction id only the first time."""
        act = getattr(self, f"_{request.endpoint}")
        if request.endpoint not in ("send", "redact"):
            done: tuple[int, Any] = act(http, request, *parts)
            return done
        key = (request.user_id, http.raw_path)
        if key not in self._answers:
            done = act(http, request, *parts)
            if done[0] != 200:
                return done
            self._answers[key] = done
        return self._answers[key]

    # What happens -------------------------------------------------------------------

    def _send(self, _: Any, request: Request, room_id: str, type_: str, _txn: str):
        room = self.rooms.get(room_id)
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        event = {"type": type_, "content": request.content}
        return 200, {"event_id": self._add(room, request.user_id, event)["event_id"]}

    def _redact(self, _: Any, request: Request, room_id: str, event_id: str, _txn: str):
        room = self.rooms.get(room_id)
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        content = {"redacts": event_id, **request.content}
        body = {"type": "m.room.redaction", "content": content, "redacts": event_id}
        redaction = self._add(room, request.user_id, body)
        if room.event(event_id) is not None:
            self.redact_quietly(room_id, event_id, redaction)
        return 200, {"event_id": redaction["event_id"]}

    def redact_quietly(
        self, room_id: str, event_id: str, redaction: dict[str, Any]
    ) -> None:
        """Empty an event because of a redaction; the first one is what is shown."""
        event = self.rooms[room_id].event(event_id)
        assert event is not None
        self.originals.setdefault(event_id, dict(event))
        event["content"] = {}
        event.setdefault("unsigned", {}).setdefault("redacted_because", redaction)

    def _set_state(
        self, _: Any, request: Request, room_id: str, type_: str, state_key: str = ""
    ):
        room = self.rooms.get(room_id)
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        event = {"type": type_, "state_key": state_key, "content": request.content}
        return 200, {"event_id": self._add(room, request.user_id, event)["event_id"]}

    def set_state(
        self, room_id: str, sender: str, type_: str, content: dict[str, Any]
    ) -> str:
        """Let somebody write a state event; return its id."""
        event = {"type": type_, "state_key": "", "content": content}
        return str(self._add(self.rooms[room_id], sender, event)["event_id"])

    def set_member(
        self, room_id: str, sender: str, user_id: str, membership: str
    ) -> str:
        """Let somebody invite or remove somebody; return the event's id."""
        room = self.rooms[room_id]
        self._member(room, sender, user_id, membership)
        return str(room.timeline[-1]["event_id"])

    def _state(self, _: Any, request: Request, room_id: str):
        room = self.rooms.get(room_id)
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        return 200, room.state()

    def _state_event(
        self,
        http: web.Request,
        request: Request,
        room_id: str,
        type_: str,
        state_key: str = "",
    ):
        room = self.rooms.get(room_id)
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        for event in room.state():
            if (event["type"], event["state_key"]) == (type_, state_key):
                is_whole = http.query.get("format") == "event"
                return 200, event if is_whole else event["content"]
        return _not_found("Event not found.")

    def _kick(self, _: Any, request: Request, room_id: str):
        room = self.rooms.get(room_id)
        who = request.content["user_id"]
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        if room.members.get(who) not in ("join", "invite"):
            return _forbidden("The target user is not in the room")
        self._member(room, request.user_id, who, "leave")
        return 200, {}

    def _capabilities(self, _: Any, _request: Request):
        return 200, {"capabilities": {"m.set_displayname": {"enabled": True}}}

    def _event(self, http: web.Request, request: Request, room_id: str, event_id: str):
        room = self.rooms.get(room_id)
        event = room.event(event_id) if room else None
        if room is None or event is None or request.user_id not in room.members:
            return _not_found("Could not find event")
        if "fi.mau.msc2815.include_unredacted_content" in http.query:
            is_redacted = "redacted_because" in event.get("unsigned", {})
            if is_redacted and event_id not in self.originals:
                return 404, {
                    "errcode": "FI.MAU.MSC2815_UNREDACTED_CONTENT_DELETED",
                    "error": "The content for that event has already been erased",
                }
            original = self.originals.get(event_id, event)
            return 200, {**event, "content": original["content"]}
        return 200, event

    def _messages(self, http: web.Request, request: Request, room_id: str):
        room = self.rooms.get(room_id)
        end = room.shown_to(request.user_id) if room else 0
        if room is None or not end:
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        before = min(int(http.query.get("from", f"t{end}")[1:]), end)
        start = max(before - int(http.query["limit"]), 0)
        answer: dict[str, Any] = {
            "chunk": room.timeline[start:before][::-1],
            "start": f"t{before}",
        }
        return 200, answer | ({"end": f"t{start}"} if before else {})

    def _create_room(self, _: Any, request: Request):
        settings = request.content
        alias = settings.get("room_alias_name")
        full = f"#{alias}:school.test"
        if alias and full in self.aliases:
            return 400, {"errcode": "M_ROOM_IN_USE", "error": "Room alias taken"}
        room = Room(room_id=f"!made{next(self._numbers)}")
        self.rooms[room.room_id] = room
        version = settings.get("room_version", "12")
        created = {"room_version": version}
        create = {"type": "m.room.create", "state_key": "", "content": created}
        self._add(room, request.user_id, create)
        self._join(room, request.user_id)
        for user_id in settings.get("invite", ()):
            self._member(room, request.user_id, user_id, "invite")
        if alias:
            self.aliases[full] = room.room_id
        return 200, {"room_id": room.room_id}

    def _directory(self, _: Any, _request: Request, alias: str):
        if alias not in self.aliases:
            return _not_found(f"Room alias {alias} not found")
        return 200, {"room_id": self.aliases[alias], "servers": ["school.test"]}

    def _remove_alias(self, _: Any, _request: Request, alias: str):
        if self.aliases.pop(alias, None) is None:
            return _not_found(f"Room alias {alias} not found")
        return 200, {}

    def _join_room(self, _: Any, request: Request, room_id: str):
        room = self.rooms.get(room_id)
        if room is not None and "join" not in room.members.values():
            return 404, {"errcode": "M_UNKNOWN", "error": "No known servers"}
        if room is None or room.members.get(request.user_id) not in ("join", "invite"):
            return _forbidden("You are not invited to this room.")
        if room.members[request.user_id] == "invite":
            self._join(room, request.user_id)
        return 200, {"room_id": room_id}

    def _leave(self, _: Any, request: Request, room_id: str):
        room = self.rooms.get(room_id)
        if room is None or request.user_id not in room.members:
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        if room.members[request.user_id] != "leave":
            self._member(room, request.user_id, request.user_id, "leave")
        return 200, {}

    def _invite(self, _: Any, request: Request, room_id: str):
        room = self.rooms.get(room_id)
        if room is None or room.members.get(request.user_id) != "join":
            return _forbidden(f"User {request.user_id} not in room {room_id}")
        self._member(room, request.user_id, request.content["user_id"], "invite")
        return 200, {}

    def _register(self, _: Any, request: Request):
        user_id = f"@{request.content['username']}:school.test"
        if user_id in self.accounts:
            return 400, {"errcode": "M_USER_IN_USE", "error": "User ID already taken."}
        self.accounts.add(user_id)
        return 200, {"user_id": user_id, "home_server": "school.test"}

    def _set_name(self, _: Any, _request: Request, _user_id: str):
        return 200, {}

    def _profile(self, _: Any, _request: Request, user_id: str):
        if user_id not in self.accounts:
            return _not_found("Profile was not found")
        return 200, {"displayname": user_id}

    def _ping(self, _: Any, _request: Request, _registration: str):
        if self.pinged is not None:
            self.pinged()
        return 200, {"duration_ms": 1}

    def _join(self, room: Room, user_id: str) -> None:
        self._member(room, user_id, user_id, "join")

    def _member(self, room: Room, sender: str, user_id: str, membership: str) -> None:
        room.members[user_id] = membership
        content = {"membership": membership}
        body = {"type": "m.room.member", "state_key": user_id, "content": content}
        self._add(room, sender, body)

    def _add(self, room: Room, sender: str, body: dict[str, Any]) -> dict[str, Any]:
        event = {
            "event_id": f"$fake{next(self._numbers)}",
            "room_id": room.room_id,
            "sender": sender,
            "origin_server_ts": int(time() * 1000),
            "unsigned": {},
            **body,
        }
        room.timeline.append(event)
        return event


# Method, path after /_matrix/client/ with its parts in groups, endpoint.
ROUTES = [
    ("PUT", r"v3/rooms/([^/]+)/send/([^/]+)/([^/]+)", "send"),
    ("PUT", r"v3/rooms/([^/]+)/redact/([^/]+)/([^/]+)", "redact"),
    ("PUT", r"v3/rooms/([^/]+)/state/([^/]+)(?:/([^/]*))?", "set_state"),
    ("GET", r"v3/rooms/([^/]+)/state", "state"),
    ("GET", r"v3/rooms/([^/]+)/state/([^/]+)(?:/([^/]*))?", "state_event"),
    ("POST", r"v3/rooms/([^/]+)/kick", "kick"),
    ("GET", r"v3/capabilities", "capabilities"),
    ("GET", r"v3/rooms/([^/]+)/event/([^/]+)", "event"),
    ("GET", r"v3/rooms/([^/]+)/messages", "messages"),
    ("POST", r"v3/createRoom", "create_room"),
    ("GET", r"v3/directory/room/([^/]+)", "directory"),
    ("DELETE", r"v3/directory/room/([^/]+)", "remove_alias"),
    ("POST", r"v3/join/([^/]+)", "join_room"),
    ("POST", r"v3/rooms/([^/]+)/leave", "leave"),
    ("POST", r"v3/rooms/([^/]+)/invite", "invite"),
    ("POST", r"v3/register", "register"),
    ("PUT", r"v3/profile/([^/]+)/displayname", "set_name"),
    ("GET", r"v3/profile/([^/]+)", "profile"),
    ("POST", r"v1/appservice/([^/]+)/ping", "ping"),
]


def _route(http: web.Request) -> tuple[str, list[str]] | None:
    for method, pattern, endpoint in ROUTES:
        path = r"/_matrix/client/" + pattern
        if http.method == method and (found := re.fullmatch(path, http.path)):
            return endpoint, [part or "" for part in found.groups()]
    return None


def _json(
    status: int, answer: Any, headers: dict[str, str] | None = None
) -> web.Response:
    return web.json_response(answer, status=status, headers=headers, dumps=json.dumps)


def _forbidden(error: str) -> tuple[int, dict[str, str]]:
    return 403, {"errcode": "M_FORBIDDEN", "error": error}


def _not_found(error: str) -> tuple[int, dict[str, str]]:
    return 404, {"errcode": "M_NOT_FOUND", "error": error}
