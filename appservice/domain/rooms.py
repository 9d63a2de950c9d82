"""A room as Homeroom knows it."""

from dataclasses import dataclass
from enum import Enum

from appservice.domain.ids import KindName, RoomId


class RoomClass(Enum):
    """Which of the two sorts of room this is. Any other room does not exist for us."""

    MANAGED = "managed"
    """The school's: judged and recorded."""
    SERVICE = "service"
    """Homeroom's own, such as direct rooms: short retention, never judged."""


class Mode(Enum):
    """What verdicts lead to."""

    OBSERVE = "observe"
    """They are recorded, and nothing is done."""
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A managed or service room."""

    room_id: RoomId
    room_class: RoomClass
    kind: KindName
    name: str = ""
    scope: str | None = None
    """The roster's class, subject or department it is for, such as ``三年级2班``."""
    mode: Mode = Mode.OBSERVE
    successor: RoomId | None = None
    """The room that took its place; nothing is put right in this one any more."""
