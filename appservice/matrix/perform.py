"""Carrying out one action on the homeserver."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from appservice.domain.actions import Action, Recover, Redact, Send, SendAs, SetState
from appservice.domain.ids import EventId, RoomId
from appservice.matrix import render
from appservice.matrix.client import MARK, Client
from appservice.matrix.errors import Refused

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
        case SetState(type=type_, state_key=state_key, content=content):
            return await client.set_state(room_id, type_, state_key, content)
        case _:
            raise TypeError(f"not for the homeserver alone: {type(action).__name__}")


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
        case SetState(type=type_, state_key=state_key, content=content):
            for event in await client.state(room_id):
                if (event.get("type"), event.get("state_key")) == (type_, state_key):
                    is_so = event.get("content") == content
                    return EventId(str(event.get("event_id"))) if is_so else None
            return None
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


def _content(event: dict[str, Any]) -> dict[str, Any]:
    content = event.get("content")
    return content if isinstance(content, dict) else {}
