"""
A little of the authorization rules, for tests: who may change what.

Written from the specification (room version 11, «Authorization rules»; 12: MSC4289),
not from our code. Contents are those of ``m.room.power_levels`` from version 10 on.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

NAMED = (
    *("users_default", "events_default", "state_default"),
    *("ban", "kick", "redact", "invite"),
)


def level(content: Mapping[str, Any], user: str, creators: Collection[str]) -> float:
    """Say how high somebody stands."""
    if user in creators:
        return math.inf
    default: int = content.get("users_default", 0)
    users: Mapping[str, int] = content.get("users", {})
    return users.get(user, default)


def may_send(
    content: Mapping[str, Any],
    type_: str,
    user: str,
    creators: Collection[str] = (),
    *,
    is_state: bool = True,
) -> bool:
    """Rule 8: «If the event type's required power level is greater than the …»."""
    default = (
        content.get("state_default", 50)
        if is_state
        else content.get("events_default", 0)
    )
    needed: int = content.get("events", {}).get(type_, default)
    return level(content, user, creators) >= needed


def accepts_levels(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    sender: str,
    creators: Collection[str] = (),
) -> bool:
    """Say whether a new ``m.room.power_levels`` may follow an old one (rule 9)."""
    if not may_send(old, "m.room.power_levels", sender, creators):
        return False
    if not _is_well_formed(new) or set(creators) & new.get("users", {}).keys():
        return False
    own = level(old, sender, creators)
    for section, key, before, after in _changes(old, new):
        if before is not None and before > own:
            return False
        if after is not None and after > own:
            return False
        # «… is equal to the sender's current power level, reject.»
        if section == "users" and key != sender and before == own:
            return False
    return True


def _is_well_formed(content: Mapping[str, Any]) -> bool:
    sections = (content.get(name, {}) for name in ("users", "events", "notifications"))
    values = [content[name] for name in NAMED if name in content]
    for section in sections:
        if not isinstance(section, dict):
            return False
        values.extend(section.values())
    return all(type(value) is int for value in values)


def _changes(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, str, int | None, int | None]]:
    """List (section, key, before, after) of whatever was added, changed or removed."""
    for name in NAMED:
        if old.get(name) != new.get(name):
            yield "", name, old.get(name), new.get(name)
    for section in ("users", "events", "notifications"):
        before, after = old.get(section, {}), new.get(section, {})
        for key in {**before, **after}:
            if before.get(key) != after.get(key):
                yield section, key, before.get(key), after.get(key)
