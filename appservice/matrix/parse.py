"""
Any JSON into a domain event.

``parse`` is total: every field may be of any type, and what makes no sense is
``Unknown`` or left out, never an exception. The texts are all found (``texts``).
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from appservice.domain.events import (
    Edited,
    MemberChanged,
    Message,
    Place,
    Reacted,
    Redacted,
    RoomEvent,
    StateChanged,
    Text,
    Unknown,
)
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.matrix.decode import clean, decode
from appservice.matrix.mentions import called_in
from appservice.matrix.texts import texts_of

__all__ = ["decode", "parse"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS: Final = 253_370_764_799_999
"""The last millisecond of the year 9998: room to add a duration to it."""

_ID_AT_MOST: Final = 255
"""Characters of an identifier (Matrix spec, appendices)."""

_MESSAGES: Final = frozenset(
    [
        "m.room.message",
        "m.sticker",
        "m.poll.start",
        "org.matrix.msc3381.poll.start",
        "m.message",
        "m.emote",
        "m.notice",
        "m.file",
        "m.image",
        "m.audio",
        "m.video",
        "m.location",
        "m.voice",
        "org.matrix.msc1767.message",
        "org.matrix.msc1767.emote",
        "org.matrix.msc1767.notice",
        "org.matrix.msc1767.file",
        "org.matrix.msc1767.image",
        "org.matrix.msc1767.audio",
        "org.matrix.msc1767.video",
        "org.matrix.msc3488.location",
        "org.matrix.msc3245.voice",
        "org.matrix.msc3245.voice.v2",
        "org.matrix.msc3551.file",
        "org.matrix.msc3552.image",
        "org.matrix.msc3553.video",
        "org.matrix.msc3927.audio",
    ]
)
_VOICES: Final = frozenset(
    ["m.voice", "org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2"]
)
"""Types of event, and keys whose presence says the same of one of another type."""

_NO_TEXTS: Final = frozenset(
    [
        "m.room.create",
        "m.room.power_levels",
        "m.room.join_rules",
        "m.room.history_visibility",
        "m.room.encryption",
        "m.room.server_acl",
        "m.room.guest_access",
        "m.room.pinned_events",
        "m.room.encrypted",
        "m.space.child",
        "m.space.parent",
    ]
)
"""Nobody writes in these, and to hide one would harm the room."""


def parse(
    event: object,
    *,
    room_id: RoomId | None = None,
    sent_at: datetime | None = None,
) -> RoomEvent:
    """
    Make a domain event of decoded JSON. Never raises.

    Args:
        event: Whatever ``decode`` returned.
        room_id: The room, where the event does not say (``/messages``, ``/sync``).
        sent_at: When it was sent, where that has been read already.
    """
    fields: dict[str, Any] = event if isinstance(event, dict) else {}
    kind = _string(fields.get("type")) or ""
    content = fields.get("content") if isinstance(event, dict) else event
    common: dict[str, Any] = {
        "event_id": EventId(_string(fields.get("event_id")) or ""),
        "room_id": room_id or RoomId(_string(fields.get("room_id")) or ""),
        "sender": UserId(_string(fields.get("sender")) or ""),
        "sent_at": sent_at or sent_at_of(fields.get("origin_server_ts")),
        "texts": _texts(kind, content),
    }
    inner: dict[str, Any] = content if isinstance(content, dict) else {}
    state_key = _string(fields.get("state_key"))
    if state_key is not None:
        return _state(kind, state_key, inner, common)
    if kind in _MESSAGES:
        return _message(kind, inner, common)
    if kind == "m.reaction":
        return Reacted(**common, target=_target(inner))
    if kind == "m.room.redaction":
        reason = _string(inner.get("reason"))
        return Redacted(
            **common,
            target=_event_id(inner.get("redacts")) or _event_id(fields.get("redacts")),
            reason=None if reason is None else reason.replace("\0", "�"),
        )
    return Unknown(**common, type=kind)


def sent_at_of(origin_server_ts: object) -> datetime:
    """Read a time in milliseconds, clamped to the years 1970 to 9998."""
    if isinstance(origin_server_ts, bool) or not isinstance(
        origin_server_ts, (int, float)
    ):
        return _EPOCH
    if isinstance(origin_server_ts, float) and math.isnan(origin_server_ts):
        return _EPOCH
    clamped = int(min(max(origin_server_ts, 0), _LAST_MS))
    return _EPOCH + timedelta(milliseconds=clamped)


def _texts(kind: str, content: object) -> tuple[Text, ...]:
    if kind == "m.room.tombstone":
        body = content.get("body") if isinstance(content, dict) else None
        found = _string(body)
        return (Text(place=Place.BODY, value=found),) if found else ()
    if kind in _NO_TEXTS:
        return ()
    return texts_of(content, event_type=kind)


def _state(
    kind: str, state_key: str, content: dict[str, Any], common: dict[str, Any]
) -> RoomEvent:
    if kind == "m.room.member":
        return MemberChanged(
            **common,
            user_id=UserId(state_key),
            membership=_string(content.get("membership")) or "",
            displayname=_string(content.get("displayname")),
        )
    return StateChanged(**common, type=kind, state_key=state_key)


def _message(kind: str, content: dict[str, Any], common: dict[str, Any]) -> RoomEvent:
    relation = content.get("m.relates_to")
    target = _target(content)
    sort = relation.get("rel_type") if isinstance(relation, dict) else None
    if sort == "m.replace" and target is not None:
        return Edited(**common, target=target)
    reply = relation.get("m.in_reply_to") if isinstance(relation, dict) else None
    called, is_room = called_in(content)
    return Message(
        **common,
        msgtype=_string(content.get("msgtype")) or kind,
        media=_media(content),
        is_voice=_is_voice(kind, content),
        reply_to=_event_id(reply.get("event_id")) if isinstance(reply, dict) else None,
        thread=target if sort == "m.thread" else None,
        mentions=called,
        mentions_room=is_room,
    )


def _target(content: dict[str, Any]) -> EventId | None:
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict):
        return None
    return _event_id(relation.get("event_id"))


def _is_voice(kind: str, content: dict[str, Any]) -> bool:
    return kind in _VOICES or not _VOICES.isdisjoint(content)


def _media(content: dict[str, Any]) -> str | None:
    """Find the file's address: plain, encrypted, or as extensible events have it."""
    for holder in (content, *map(content.get, ("file", "m.file"))):
        if isinstance(holder, dict):
            url = _string(holder.get("url"))
            if url:
                return url
    return None


def _event_id(value: object) -> EventId | None:
    """Read what may name an event: it goes into columns and indexes."""
    if not isinstance(value, str) or not 0 < len(value) <= _ID_AT_MOST:
        return None
    return EventId(clean(value).replace("\0", "�"))


def _string(value: object) -> str | None:
    return clean(value) if isinstance(value, str) else None
