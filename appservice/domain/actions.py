"""
The things we do on the homeserver, as values.

Each is a tagged ``msgspec.Struct``, so that ``decode(encode(action)) == action`` needs
no code of ours. Performing them is the business of ``matrix/perform.py``; turning a
notice into words that of ``matrix/render.py``.
"""

from enum import IntEnum
from typing import Any

import msgspec

from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.people import Right


class Urgency(IntEnum):
    """The order in which waiting actions are carried out; lower is sooner."""

    FRESH = 0
    """Hiding something that people can see now."""
    STATE = 1
    NOTICE = 2
    BULK = 3


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A clause as it stood when it was applied."""

    clause: str
    document: str
    text: str
    summary: str
    place: str = ""
    """Where in the document it stands, in Chinese; "" in what older versions wrote."""
    place_en: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be said, before it has words; ``render`` knows every ``name``."""

    name: str
    language: str = "zh_Hans"
    room_id: RoomId | None = None
    event_id: EventId | None = None
    quotes: tuple[Quote, ...] = ()
    values: dict[str, str] = {}


class Redact(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="redact"):
    """Hide an event. The reason is read by everybody in the room."""

    event_id: EventId
    notice: Notice
    urgency: Urgency = Urgency.FRESH


class Tell(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="tell"):
    """Say something to one person in their direct room, which is opened if need be."""

    user_id: UserId
    notice: Notice
    urgency: Urgency = Urgency.NOTICE


class Call(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="call"):
    """Say something in private to everybody who holds a right in the room."""

    right: Right
    notice: Notice


class Send(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="send"):
    """Post an event in the room as the service."""

    type: str
    content: dict[str, Any]


class SendAs(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="send_as"):
    """Post an event in the room as a member. Needs a pass."""

    user_id: UserId
    type: str
    content: dict[str, Any]


class SetState(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="set_state"
):
    """
    Put a state event of the room right.

    It was computed from the state event ``replaces`` (None: there was none). Where the
    room has another one by now, the action is outdated and the room looked at anew.
    """

    type: str
    state_key: str
    content: dict[str, Any]
    replaces: EventId | None = None


class Rename(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="rename"):
    """Give a member the name they have here, as the member. Needs a pass."""

    user_id: UserId
    content: dict[str, Any]
    """Of the new member event: that of ``replaces`` with another ``displayname``."""
    replaces: EventId
    urgency: Urgency = Urgency.STATE


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="ask"):
    """Put a question to those who may answer it, in their review room."""

    question: int
    notice: Notice
    """The card. It says what a decision needs, and never what was written."""
    choices: tuple[str, ...]
    """Reactions that answer it; we put them there, so that one tap is enough."""


class Show(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="show"):
    """Show somebody in their direct room what a message said. Taken away later."""

    user_id: UserId
    question: int
    event_id: EventId
    room_id: RoomId
    """Where it was written."""
    language: str


class Remove(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="remove"):
    """Remove a member from the room (``/kick``). A person has decided it."""

    user_id: UserId
    notice: Notice


class Recover(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="recover"
):
    """Fetch the original of an event that reached us already redacted."""

    event_id: EventId


class Redirect(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag="redirect"
):
    """Leave a direct room somebody opened, inviting them to one we can read."""

    user_id: UserId


Action = (
    Redact
    | Tell
    | Call
    | Send
    | SendAs
    | SetState
    | Rename
    | Remove
    | Ask
    | Show
    | Recover
    | Redirect
)

_decoder: msgspec.json.Decoder[Action] = msgspec.json.Decoder(Action)


def encode(action: Action) -> bytes:
    """Write an action as JSON. Its strings must hold no lone surrogates."""
    return msgspec.json.encode(action)


def decode(raw: bytes | str) -> Action:
    """
    Read an action back.

    Raises:
        msgspec.ValidationError: It is not one of ours.
    """
    return _decoder.decode(raw)


def urgency(action: Action) -> Urgency:
    """Say how soon an action must be carried out."""
    match action:
        case Redact(urgency=it) | Rename(urgency=it) | Tell(urgency=it):
            return it
        case SetState() | Remove():
            return Urgency.STATE
        case Call() | Send() | SendAs() | Ask() | Show() | Redirect():
            return Urgency.NOTICE
        case Recover():
            return Urgency.BULK


def slot(action: Action) -> str | None:
    """Name the state key an action writes; writes to one keep their order."""
    match action:
        case SetState(type=type_, state_key=state_key):
            return f"{type_}|{state_key}"
        case Rename(user_id=user_id) | Remove(user_id=user_id):
            return f"m.room.member|{user_id}"
        case _:
            return None


def subject(action: Action) -> str | None:
    """Name the event or person an action is about."""
    match action:
        case Redact(event_id=name) | Recover(event_id=name) | Show(event_id=name):
            return name
        case Tell(user_id=name) | SendAs(user_id=name) | Redirect(user_id=name):
            return name
        case Rename(user_id=name) | Remove(user_id=name):
            return name
        case Ask(question=number):
            return str(number)
        case SetState(type=name):
            return name
        case Call() | Send():
            return None


def kind(action: Action) -> str:
    """Name what an action does, as in metrics and records."""
    return str(type(action).__struct_config__.tag)
