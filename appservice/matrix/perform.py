"""Carrying out one action on the homeserver."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from appservice.domain.actions import (
    Action,
    Recover,
    Redact,
    Remove,
    Rename,
    Send,
    SendAs,
    SetState,
)
from appservice.domain.ids import EventId, RoomId
from appservice.matrix import render
from appservice.matrix.client import MARK, Client
from appservice.matrix.errors import Outdated, Refused

SLACK: Final = timedelta(minutes=5)
"""How far the homeserver's clock may be behind ours when we look for an echo."""

PAGES: Final = 20
"""How far back an echo is looked for, in pages of 100 events."""


async def perform(
    client: Client, action: Action, *, room_id: RoomId, id_: UUID
) -> EventId | None:
    """
    Do what an action says.

    Actions that need to know more than the homeserver (whose direct room?) are not for
    here, see ``services/enforcement.py``.

    Returns:
        The event that came of it.

    Raises:
        Unavailable: Try again later.
        Refused: Never.
        Outdated: The state it was decided on is no longer there.
    """
    match action:
        case Redact(event_id=event_id, notice=notice):
            reason = render.reason(notice)
            return await client.redact(room_id, event_id, txn=id_, reason=reason)
        case Send(type=type_, content=content):
            marked = {**content, MARK: str(id_)}
            return await client.send(room_id, type_, marked, txn=id_)
        case SendAs(user_id=user_id, type=type_, content=content):
            return await client.send(
                room_id, type_, content, txn=id_, as_member=user_id
            )
        case SetState():
            return await _set_state(client, action, room_id)
        case Rename(user_id=user_id, content=content):
            return await client.set_member(room_id, user_id, content)
        case Remove():
            return await _remove(client, action, room_id)
        case _:
            raise TypeError(f"not for the homeserver alone: {type(action).__name__}")


async def _set_state(client: Client, action: SetState, room_id: RoomId) -> EventId:
    """
    Write a state event, if what it replaces is still there.

    The specification has no way to do both at once; a moment remains.
    """
    now = await client.state_event(room_id, action.type, action.state_key)
    if now is not None and now.get("content") == action.content:
        return _id(now)
    if (None if now is None else _id(now)) != action.replaces:
        raise Outdated(now)
    return await client.set_state(
        room_id, action.type, action.state_key, action.content
    )


async def require_unchanged(client: Client, action: Rename, room_id: RoomId) -> None:
    """
    See that a member is still there as they were when their new name was decided.

    To write a member event for somebody who has left would bring them back.

    Raises:
        Outdated: They have left, or changed something meanwhile.
    """
    now = await client.state_event(room_id, "m.room.member", action.user_id)
    if now is None or _id(now) != action.replaces:
        raise Outdated(now)


async def _remove(client: Client, action: Remove, room_id: RoomId) -> EventId | None:
    """Remove a member; one who is gone already is not removed again."""
    now = await client.state_event(room_id, "m.room.member", action.user_id)
    if now is None or _content(now).get("membership") not in ("join", "invite"):
        return None if now is None else _id(now)
    await client.remove(room_id, action.user_id, reason=render.reason(action.notice))
    return None


async def find_done(
    client: Client, action: Action, *, room_id: RoomId, id_: UUID, since: datetime
) -> EventId | None:
    """
    Look whether an action that may have been sent was done.

    Returns:
        The event that came of it; None: it was not done.
    """
    match action:
        case Redact(event_id=event_id):
            event = await client.event(room_id, event_id)
            return redacted_by(event)
        case Recover():
            return None
        case SetState() | Remove():
            # They look before they act.
            return None
        case Rename(user_id=user_id, content=content):
            now = await client.state_event(room_id, "m.room.member", user_id)
            is_so = now is not None and now.get("content") == content
            return _id(now) if is_so and now is not None else None
        case SendAs(user_id=user_id, type=type_, content=content):
            return await _find(
                client,
                room_id,
                since,
                lambda e: (
                    (e.get("sender"), e.get("type"), e.get("content"))
                    == (user_id, type_, content)
                ),
            )
        case _:
            return await _find(
                client,
                room_id,
                since,
                lambda e: _content(e).get(MARK) == str(id_),
            )


async def recover(
    client: Client, room_id: RoomId, event_id: EventId
) -> tuple[bytes | None, str]:
    """
    Fetch an event that reached us already redacted, as it was.

    Returns:
        Its JSON, or None and why it could not be had.
    """
    try:
        event = await client.original(room_id, event_id)
    except Refused as refused:
        return None, f"original not recovered: {refused.errcode or refused.status}"
    if redacted_by(event) is not None and not _content(event):
        return None, "original not recovered: the homeserver no longer has it"
    return msgspec.json.encode(event), "recovered"


def redacted_by(event: dict[str, Any]) -> EventId | None:
    """Name the redaction of an event as the homeserver shows it; None: not redacted."""
    unsigned = event.get("unsigned")
    because = unsigned.get("redacted_because") if isinstance(unsigned, dict) else None
    if isinstance(because, dict):
        return EventId(str(because.get("event_id")))
    return None


async def _find(
    client: Client, room_id: RoomId, since: datetime, is_it: Any
) -> EventId | None:
    earliest = (since - SLACK).timestamp() * 1000
    before: str | None = None
    for _ in range(PAGES):
        page = await client.messages(room_id, before=before, limit=100)
        for event in page.events:
            if is_it(event):
                return EventId(str(event.get("event_id")))
            sent = event.get("origin_server_ts")
            if isinstance(sent, int) and sent < earliest:
                return None
        if page.end is None:
            return None
        before = page.end
    return None


def _id(event: dict[str, Any]) -> EventId:
    return EventId(str(event.get("event_id")))


def _content(event: dict[str, Any]) -> dict[str, Any]:
    content = event.get("content")
    return content if isinstance(content, dict) else {}
