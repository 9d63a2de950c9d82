"""
What the homeserver sends: a body with many events, cut into the bytes of each.

Each event keeps the very bytes that came. One that no parser can read does not cost its
neighbours: where the quick way fails, the body is cut by its brackets alone.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from appservice.domain.ids import RoomId
from appservice.matrix.parse import decode

LATEST_MS: Final = 253_370_764_800_000
"""1 January 9999; a sender can claim any time."""


class _Body(msgspec.Struct):
    events: list[msgspec.Raw] = []
    ephemeral: list[msgspec.Raw] = []


class Head(msgspec.Struct):
    """
    What is stored beside the bytes of an event.

    ``origin_server_ts`` in milliseconds, from 0 to ``LATEST_MS``.
    """

    event_id: str
    room_id: str
    type: str
    sender: str
    state_key: str | None = None
    origin_server_ts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A body, cut up."""

    events: list[bytes]
    ephemeral: int
    """How many read receipts and the like came along. They are not kept."""


_body = msgspec.json.Decoder(_Body)
_head = msgspec.json.Decoder(Head)

# A string, or a bracket; all else between them is of no interest.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def split(body: bytes) -> Transaction | None:
    """Cut a body into events; None where it is not an object with balanced brackets."""
    try:
        parsed = _body.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        events = _cut(body)
        return None if events is None else Transaction(events=events, ephemeral=0)
    return Transaction(
        events=[bytes(event) for event in parsed.events],
        ephemeral=len(parsed.ephemeral),
    )


def head(raw: bytes) -> Head | None:
    """Read what is stored beside an event; None where it has no id or no room."""
    try:
        found = _head.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _guess(decode(raw))
    if b"\\u0000" in raw:
        return _guess(msgspec.to_builtins(found))
    if not 0 <= found.origin_server_ts <= LATEST_MS:
        found.origin_server_ts = min(max(found.origin_server_ts, 0), LATEST_MS)
    return found


def _guess(event: object) -> Head | None:
    """Make the best of fields of any type. Identity is not guessed."""
    if not isinstance(event, dict):
        return None
    event_id, room_id = event.get("event_id"), event.get("room_id")
    if not (isinstance(event_id, str) and event_id and isinstance(room_id, str)):
        return None
    sent = event.get("origin_server_ts")
    state_key = event.get("state_key")
    return Head(
        event_id=_clean(event_id),
        room_id=RoomId(_clean(room_id)),
        type=_clean(event.get("type")),
        sender=_clean(event.get("sender")),
        state_key=None if state_key is None else _clean(state_key),
        origin_server_ts=_milliseconds(sent),
    )


def _milliseconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(min(max(value, 0), LATEST_MS)) if value == value else 0  # noqa: PLR0124


def _clean(value: object) -> str:
    """Make something Postgres can store as text: no NUL, no lone surrogates."""
    text = value if isinstance(value, str) else ""
    text = text.replace("\0", "�")
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(body: bytes) -> list[bytes] | None:
    """Find the elements of the array under ``events`` by counting brackets."""
    depth, key, start = 0, b"", -1
    events: list[bytes] = []
    for token in _TOKEN.finditer(body):
        match token[0][:1]:
            case b'"':
                if depth == 1:
                    key = token[0]
            case b"{" | b"[":
                if depth == 2 and key == b'"events"':
                    start = token.start()
                depth += 1
            case _:
                depth -= 1
                if depth == 2 and start >= 0:
                    events.append(body[start : token.end()])
                    start = -1
    is_object = body.lstrip()[:1] == b"{"
    return events if is_object and depth == 0 else None
