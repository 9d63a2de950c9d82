"""
What can happen in a room, as values.

``matrix/parse.py`` makes them from any JSON. Rules look at ``texts``, never at fields
of the wire format: whatever a client would show is in there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from appservice.domain.files import FileFacts
from appservice.domain.ids import EventId, RoomId, UserId


class Place(Enum):
    """Where in an event a text stood."""

    BODY = "body"
    FORMATTED = "formatted_body"
    CAPTION = "caption"
    FILE_NAME = "file_name"
    POLL = "poll"
    REACTION = "reaction"
    DISPLAY_NAME = "display_name"
    ROOM_NAME = "room_name"
    TOPIC = "topic"
    REASON = "reason"
    FILE = "file"
    """What stands in a file: its text, the cells of its tables."""
    CODE = "code"
    """What a QR or bar code says."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text somebody could read. Never holds a lone surrogate; may hold ``\\0``."""

    place: Place
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What every event has."""

    event_id: EventId
    room_id: RoomId
    sender: UserId
    sent_at: datetime
    """The sender's clock (``origin_server_ts``), aware, clamped to years 1970–9998."""
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(_Event):
    """Something new in the timeline: a message, a file, a sticker, a poll."""

    msgtype: str = "m.text"
    """``m.text``, ``m.image`` …; the event type where there is no msgtype."""
    media: str | None = None
    """The ``mxc://`` address of the file it carries."""
    is_voice: bool = False
    """Whether it is spoken into the telephone (MSC3245), not a file of sound."""
    reply_to: EventId | None = None
    thread: EventId | None = None
    mentions: tuple[UserId, ...] = ()
    """Whom clients call (``m.mentions``), and to whom it links (pills)."""
    mentions_room: bool = False
    """Whether clients call everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(_Event):
    """``m.replace``: texts are those of the edit, its fallback body included."""

    target: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted(_Event):
    """``m.reaction``. The key is among the texts."""

    target: EventId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted(_Event):
    """``m.room.redaction``. ``target`` is None where it names none."""

    target: EventId | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged(_Event):
    """``m.room.member`` about ``user_id``: join, leave, ban, or a new display name."""

    user_id: UserId
    membership: str
    displayname: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(_Event):
    """Any other state event."""

    type: str
    state_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected(_Event):
    """
    What was found in the file of ``target``, a message of the same sender.

    Of our own making: nothing that arrives from a homeserver becomes one. Its texts
    are what stands in the file (``Place.FILE``, ``Place.CODE``, ``Place.FILE_NAME``).
    """

    target: EventId
    facts: FileFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(_Event):
    """Anything else. Its texts are all the strings that were found in it."""

    type: str


RoomEvent = (
    Message
    | Edited
    | Reacted
    | Redacted
    | MemberChanged
    | StateChanged
    | Inspected
    | Unknown
)
