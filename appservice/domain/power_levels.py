"""
``m.room.power_levels`` as a value (Matrix spec, room version 12 included).

Who stands how high (``Levels``), and what the event should contain (``with_levels``).
What people and types of event should have is ``desired.py``'s to say.
"""

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from appservice.domain.ids import UserId

POWER_LEVELS: Final = "m.room.power_levels"

DEFAULTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "users_default": 0,
        "events_default": 0,
        "state_default": 50,
        "invite": 0,
        "kick": 50,
        "ban": 50,
        "redact": 50,
    }
)
"""What a key means that is not there (Matrix spec, ``m.room.power_levels``)."""

_AS_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_SECTIONS: Final = ("users", "events", "notifications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Who stands how high in a room."""

    users: Mapping[str, float] = field(default_factory=dict)
    users_default: float = 0
    creators: frozenset[str] = frozenset()
    """In room versions that put them above every level; else empty."""

    @classmethod
    def read(
        cls,
        power_levels: bytes | None,
        create: bytes | None,
        *,
        create_sender: str | None = None,
        creators: frozenset[str] = frozenset(),
    ) -> "Levels":
        """
        Read the contents of both state events; anything malformed counts as absent.

        Args:
            power_levels: None where the event is missing.
            create: Likewise.
            create_sender: Who made the room.
            creators: Known from before, where ``create`` is not at hand.
        """
        made = creators_of(_object(create), create_sender)
        return cls.of_content(_object(power_levels), creators=creators | made)

    @classmethod
    def of_content(
        cls, content: Mapping[str, Any], *, creators: frozenset[str] = frozenset()
    ) -> "Levels":
        """Read the content of the event; anything malformed counts as absent."""
        users = content.get("users")
        return cls(
            users={
                user: level
                for user, value in (users if isinstance(users, dict) else {}).items()
                if (level := _level(value)) is not None
            },
            users_default=_level(content.get("users_default")) or 0,
            creators=creators,
        )

    def of(self, user_id: UserId) -> float:
        """Return somebody's level; infinite for a creator."""
        if user_id in self.creators:
            return math.inf
        return self.users.get(user_id, self.users_default)

    def outranks(self, user_id: UserId, service: UserId) -> bool:
        """
        Whether somebody stands at or above the service.

        A room where everybody does tells nothing: there the roster alone decides.
        """
        level = self.of(user_id)
        return level >= self.of(service) and level > self.users_default


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The levels that acts need, as a room should have them."""

    users_default: int = 0
    events_default: int = 0
    state_default: int = 50
    invite: int = 0
    kick: int = 50
    ban: int = 50
    redact: int = 50
    events: Mapping[str, int] = field(default_factory=dict)
    notifications: Mapping[str, int] = field(default_factory=dict)


def required(content: Mapping[str, Any], type_: str, *, is_state: bool = True) -> float:
    """Return the level that sending an event of a type needs."""
    events = content.get("events")
    level = _level(events.get(type_)) if isinstance(events, dict) else None
    default = "state_default" if is_state else "events_default"
    return named(content, default) if level is None else level


def named(content: Mapping[str, Any], name: str) -> float:
    """Return the level an act such as ``redact`` needs, see ``DEFAULTS``."""
    level = _level(content.get(name))
    return DEFAULTS[name] if level is None else level


def with_levels(
    content: Mapping[str, Any],
    *,
    users: Mapping[UserId, int],
    rows: Rows,
    service: UserId,
    creators: frozenset[UserId],
    left_alone: Callable[[UserId], bool],
) -> dict[str, Any]:
    """
    Compute the content a room's power levels should have.

    The authorization rules for the event (Matrix spec, room versions 10 to 12) accept
    it from the service: what it is not entitled to change stays. Keys we do not know
    are kept. Equal to ``content`` where the levels are right already, be it by a
    default.

    Args:
        content: As it is now.
        users: Who should not stand at ``rows.users_default``. They are put below the
            service in any case: who stands at its level could never be put lower.
        rows: What acts should need; at most the service's own level.
        creators: Of a room of version 12 or later: they are listed nowhere.
        left_alone: Whose entry is kept as it is.
    """
    present = _integers(content)
    own = Levels.of_content(present, creators=creators).of(service)
    if own < required(present, POWER_LEVELS):
        return dict(content)
    wanted = present | _rows(present, rows, own)
    default: int = wanted.get("users_default", DEFAULTS["users_default"])
    listed: dict[UserId, int] = present.get("users", {})
    entries = _entries(
        listed,
        {
            user: _standing(level, rows.users_default, default=default, own=own)
            for user, level in users.items()
            if user != service and not left_alone(user)
        },
        kept={u for u in listed if u == service or left_alone(u) or listed[u] >= own},
        default=default,
    )
    if own != default:
        # Listed anew where it would otherwise sink with users_default.
        entries.setdefault(service, listed.get(service, own))
    for creator in creators:
        entries.pop(creator, None)
    if entries or "users" in present:
        wanted["users"] = entries
    if wanted == present or any(listed.get(c, -math.inf) >= own for c in creators):
        return dict(content)
    return wanted


def _standing(level: int, floor: int, *, default: int, own: float) -> int:
    """Put somebody below the service, but not below everybody unless that is meant."""
    below = int(min(level, own - 1))
    return max(below, default) if level >= floor else below


def _entries(
    listed: Mapping[UserId, int],
    wanted: Mapping[UserId, int],
    *,
    kept: Collection[UserId],
    default: int,
) -> dict[UserId, float]:
    entries: dict[UserId, float] = {}
    for user in dict.fromkeys([*listed, *wanted]):
        level = listed[user] if user in kept else wanted.get(user, default)
        # What changes nothing is no reason to write, whether it is listed or not.
        if user in kept or level != default or listed.get(user) == default:
            entries[user] = level
    return entries


def _rows(present: Mapping[str, Any], rows: Rows, own: float) -> dict[str, Any]:
    """Compute the rows that differ; what stands above ``own`` cannot be changed."""

    def allowed(now: int | None, wanted: int) -> int:
        return now if now is not None and now > own else int(min(wanted, own))

    found: dict[str, Any] = {}
    for name, default in DEFAULTS.items():
        level = allowed(present.get(name), getattr(rows, name))
        if level != present.get(name, default):
            found[name] = level
    for name, section in (
        ("events", rows.events),
        ("notifications", rows.notifications),
    ):
        here = present.get(name, {})
        there = {each: allowed(here.get(each), n) for each, n in section.items()}
        if there:
            found[name] = {**here, **there}
    return found


def _integers(content: Mapping[str, Any]) -> dict[str, Any]:
    """
    Read every level as an integer, as room versions from 10 on demand.

    What is none is left out: such an event means nothing to a homeserver either.
    """
    found = dict(content)
    for name in DEFAULTS.keys() & content.keys():
        level = _level(content[name])
        if level is None:
            del found[name]
        else:
            found[name] = int(level)
    for name in _SECTIONS:
        section = content.get(name)
        if isinstance(section, Mapping):
            found[name] = {
                key: int(level)
                for key, value in section.items()
                if (level := _level(value)) is not None
            }
        else:
            found.pop(name, None)
    return found


def creators_of(create: Mapping[str, Any], sender: str | None) -> frozenset[UserId]:
    """Name whom a room of version 12 or later puts above every level (MSC4289)."""
    version = create.get("room_version")
    if not isinstance(version, str) or not _AS_NUMBER.fullmatch(version):
        return frozenset()
    if int(version) < 12:
        return frozenset()
    more = create.get("additional_creators")
    named_too = (
        [u for u in more if isinstance(u, str)] if isinstance(more, list) else []
    )
    return frozenset(map(UserId, [*named_too, *([sender] if sender else [])]))


def _object(raw: bytes | None) -> dict[str, Any]:
    try:
        value = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _level(value: object) -> float | None:
    """Old room versions allow numbers in strings."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None
