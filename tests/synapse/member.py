"""A member with a client of their own, and how to wait for what they see."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import nio


async def until(
    ask: Callable[[], Awaitable[Any]], *, at_most: float = 20.0, what: str = "it"
) -> Any:
    """
    Ask again and again until the answer is something true; return it.

    Raises:
        AssertionError: It never was.
    """
    answer = await ask()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most):
            while not answer:
                await asyncio.sleep(0.03)
                answer = await ask()
    assert answer, f"waited {at_most} s in vain for {what}"
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody with a client of their own."""

    user_id: str
    client: nio.AsyncClient

    async def say(self, room_id: str, body: str) -> str:
        """Write a message; return its event id."""
        return await self.send(room_id, "m.room.message", text(body))

    async def send(self, room_id: str, type_: str, content: dict[str, Any]) -> str:
        """Send an event as matrix-nio does; return its id."""
        answer = await self.client.room_send(room_id, type_, content)
        assert isinstance(answer, nio.RoomSendResponse), answer
        return str(answer.event_id)

    async def put(
        self, room_id: str, type_: str, content: Any, state_key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Send anything at all, as a client of one's own would."""
        how = f"send/{quote(type_)}/{uuid4()}"
        if state_key is not None:
            how = f"state/{quote(type_)}/{quote(state_key)}"
        return await self.ask("PUT", f"/rooms/{quote(room_id)}/{how}", content)

    async def ask(
        self, method: str, path: str, content: Any = None
    ) -> tuple[int, dict[str, Any]]:
        """Ask the homeserver something that matrix-nio has no words for."""
        response = await self.client.send(
            method,
            f"/_matrix/client/v3{path}",
            None if content is None else as_json(content),
            {"Authorization": f"Bearer {self.client.access_token}"},
        )
        return response.status, await response.json(content_type=None)

    async def event(self, room_id: str, event_id: str) -> dict[str, Any]:
        """See an event as it is now."""
        status, event = await self.ask(
            "GET", f"/rooms/{quote(room_id)}/event/{quote(event_id)}"
        )
        assert status == 200, event
        return event

    async def redaction(self, room_id: str, event_id: str) -> dict[str, Any] | None:
        """See by what an event was taken away; None: it stands."""
        event = await self.event(room_id, event_id)
        because: dict[str, Any] | None = event.get("unsigned", {}).get(
            "redacted_because"
        )
        return because

    async def state(self, room_id: str, type_: str, key: str = "") -> dict[str, Any]:
        """See the content of a state event; empty where there is none."""
        path = f"/rooms/{quote(room_id)}/state/{quote(type_)}/{quote(key)}"
        status, content = await self.ask("GET", path)
        assert status in (200, 404), content
        return content if status == 200 else {}

    async def member(self, room_id: str, user_id: str | None = None) -> dict[str, Any]:
        """See what somebody (or oneself) is in a room."""
        return await self.state(room_id, "m.room.member", user_id or self.user_id)

    async def rename(self, room_id: str, name: str | None, **more: Any) -> str:
        """Take another name in one room, as ``/myroomnick`` does; the event's id."""
        present = await self.member(room_id)
        content = {**present, "displayname": name, **more}
        status, answer = await self.put(room_id, "m.room.member", content, self.user_id)
        assert status == 200, answer
        return str(answer["event_id"])

    async def join(self, room_id: str) -> None:
        """Join a room."""
        answer = await self.client.join(room_id)
        assert isinstance(answer, nio.JoinResponse), answer

    async def invitations(self) -> dict[str, list[Any]]:
        """List the rooms one is invited to."""
        status, answer = await self.ask("GET", "/sync?timeout=0")
        assert status == 200, answer
        invited: dict[str, list[Any]] = answer.get("rooms", {}).get("invite", {})
        return invited

    async def timeline(self, room_id: str) -> list[dict[str, Any]]:
        """Read the last hundred events of a room, oldest first."""
        status, answer = await self.ask(
            "GET", f"/rooms/{quote(room_id)}/messages?dir=b&limit=100"
        )
        assert status == 200, answer
        return list(reversed(answer["chunk"]))


def text(body: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body}


def as_json(content: Any) -> str:
    return str(nio.Api.to_json(content))
