"""A policy as plain data: to show it, to compare two, to keep the one in force."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from appservice.domain.policy import Policy

LEFT_OUT = frozenset({"injected"})


def describe(policy: Policy) -> dict[str, Any]:
    """
    Write a policy as JSON can hold it; equal for policies that say the same.

    Durations are in seconds. The word lists are not part of it: they change without it.
    """
    plain: dict[str, Any] = {
        field.name: _plain(getattr(policy, field.name))
        for field in dataclasses.fields(policy)
        if field.name not in ("rules", "clauses")
    }
    plain["rules"] = {
        active.rule.name: {
            **_plain(active.settings),
            **({"exempt": _plain(active.exempt)} if active.exempt else {}),
            **({"observe": True} if active.observe else {}),
        }
        for active in sorted(policy.rules, key=lambda active: active.rule.name)
    }
    plain["clauses"] = {name: _plain(each) for name, each in policy.clauses.items()}
    return plain


def digest(described: Mapping[str, Any]) -> bytes:
    """Sum up a described policy: SHA-256, 32 bytes."""
    text = json.dumps(described, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()


def differences(before: Any, after: Any, at: str = "") -> list[tuple[str, Any, Any]]:
    """
    List what differs between two described policies.

    Returns:
        (key path, before, after); None for what is not there.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [*before, *(name for name in after if name not in before)]
        return [
            found
            for name in names
            for found in differences(
                before.get(name), after.get(name), f"{at}.{name}" if at else str(name)
            )
        ]
    return [] if before == after else [(at, before, after)]


def _plain(value: Any) -> Any:
    for kind, write in _WRITE:
        if isinstance(value, kind):
            return write(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not LEFT_OUT & field.metadata.keys()
        }
    return value


_WRITE: Final[tuple[tuple[type[Any], Callable[[Any], Any]], ...]] = (
    (Enum, lambda value: value.value),
    (timedelta, timedelta.total_seconds),
    (date, date.isoformat),
    (Mapping, lambda value: {str(_plain(k)): _plain(v) for k, v in value.items()}),
    (frozenset, lambda value: sorted(str(_plain(each)) for each in value)),
    (tuple, lambda value: [_plain(each) for each in value]),
)
