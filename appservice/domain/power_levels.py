"""``m.room.power_levels`` as a value (Matrix spec, room version 12 included)."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from appservice.domain.ids import UserId


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
        content, made = _object(power_levels), _object(create)
        users = content.get("users")
        return cls(
            users={
                user: level
                for user, value in (users if isinstance(users, dict) else {}).items()
                if (level := _level(value)) is not None
            },
            users_default=_level(content.get("users_default")) or 0,
            creators=creators | _creators(made, create_sender),
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
    return value


def _creators(create: Mapping[str, Any], sender: str | None) -> frozenset[str]:
    version = create.get("room_version")
    if not isinstance(version, str) or not version.isdecimal() or int(version) < 12:
        return frozenset()
    more = create.get("additional_creators")
    named = [u for u in more if isinstance(u, str)] if isinstance(more, list) else []
    return frozenset([*named, *([sender] if sender else [])])
