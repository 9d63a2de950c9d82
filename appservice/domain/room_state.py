"""
What a room is, as folded from its state events.

Anything can stand in an event; what is malformed counts as absent. Kept is only what
``desired.py`` needs: that of a school's largest rooms fits in memory many times over.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from appservice.domain.ids import EventId, UserId
from appservice.domain.power_levels import POWER_LEVELS, Levels, creators_of

KEPT: Final = frozenset(
    {
        "m.room.create",
        POWER_LEVELS,
        "m.room.name",
        "m.room.topic",
        "m.room.avatar",
        "m.room.pinned_events",
        "m.room.canonical_alias",
        "m.room.tombstone",
        "m.room.join_rules",
        "m.room.history_visibility",
        "m.room.guest_access",
        "m.room.encryption",
    }
)
"""Types whose content is kept, of the event with an empty state key."""

_NAME_AT_MOST: Final = 1000
"""Characters kept of a display name: more than any homeserver lets a profile have, so
that one cut off is never a right one."""

_decode: Final = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Somebody's standing in a room, and the event that says so."""

    membership: str
    """``join``, ``invite``, ``knock`` or ``ban``; who left has none."""
    displayname: str | None
    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    content: Mapping[str, Any]
    event_id: EventId
    sender: UserId


class RoomState:
    """The state of one room, which is told of every state event in order."""

    def __init__(self) -> None:
        self.version = "1"
        self.creators: frozenset[UserId] = frozenset()
        """In room versions that put them above every level (12 and later)."""
        self._members: dict[UserId, Membership] = {}
        self._kept: dict[str, _Kept] = {}
        self._levels: Levels | None = None

    @classmethod
    def read(cls, rows: Iterable[tuple[str, str, str, str, bytes]]) -> "RoomState":
        """
        Fold the whole state of a room.

        Args:
            rows: (type, state key, event id, sender, content as JSON) in any order, as
                ``store/events.py`` keeps them.
        """
        state = cls()
        for row in rows:
            state.fold(*row)
        return state

    def fold(
        self,
        type_: str,
        state_key: str,
        event_id: str,
        sender: str,
        content: bytes | Mapping[str, Any],
    ) -> None:
        """Put a state event in the place of the one before it."""
        if type_ == "m.room.member":
            self._fold_member(UserId(state_key), EventId(event_id), _object(content))
        elif type_ in KEPT and state_key == "":
            kept = _Kept(
                content=_object(content),
                event_id=EventId(event_id),
                sender=UserId(sender),
            )
            self._kept[type_] = kept
            self._levels = None
            if type_ == "m.room.create":
                version = kept.content.get("room_version")
                self.version = version if isinstance(version, str) else "1"
                self.creators = creators_of(kept.content, sender)

    def copy(self) -> "RoomState":
        """Return another one that may be told something else."""
        other = RoomState()
        other.version, other.creators = self.version, self.creators
        other._members, other._kept = dict(self._members), dict(self._kept)
        return other

    @property
    def members(self) -> Mapping[UserId, Membership]:
        """Everybody with a standing here; who left is not among them."""
        return self._members

    @property
    def levels(self) -> Levels:
        """Who stands how high."""
        if self._levels is None:
            content = self.content(POWER_LEVELS) or {}
            self._levels = Levels.of_content(content, creators=self.creators)
        return self._levels

    def content(self, type_: str) -> Mapping[str, Any] | None:
        """Return the content of a state event; None where there never was one."""
        kept = self._kept.get(type_)
        return None if kept is None else kept.content

    def event_id(self, type_: str) -> EventId | None:
        """Name the state event of a type; None where there never was one."""
        kept = self._kept.get(type_)
        return None if kept is None else kept.event_id

    def sender(self, type_: str) -> UserId | None:
        """Name who sent the state event of a type; None where there never was one."""
        kept = self._kept.get(type_)
        return None if kept is None else kept.sender

    def redact(self, event_id: EventId) -> None:
        """Take the name out of a member event (Matrix spec, Redactions)."""
        for user_id, member in self._members.items():
            if member.event_id == event_id:
                self._members[user_id] = replace(member, displayname=None)
                return

    def _fold_member(
        self, user_id: UserId, event_id: EventId, content: Mapping[str, Any]
    ) -> None:
        membership, name = content.get("membership"), content.get("displayname")
        if not isinstance(membership, str) or membership == "leave":
            self._members.pop(user_id, None)
            return
        self._members[user_id] = Membership(
            membership=membership,
            displayname=name[:_NAME_AT_MOST] if isinstance(name, str) else None,
            event_id=event_id,
        )


def _object(content: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    value = _json(content) if isinstance(content, bytes) else content
    return value if isinstance(value, Mapping) else {}


def _json(raw: bytes) -> object:
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    try:
        # Lone surrogates, which no action of ours may hold, become question marks.
        text = json.dumps(json.loads(raw), ensure_ascii=False)
        return _decode(text.encode("utf-8", "replace"))
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
