"""The single words of a YAML document into values, for ``documents``."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from ruamel.yaml.nodes import ScalarNode

TAG: Final = "tag:yaml.org,2002:"

_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "y": timedelta(days=365),
}
_DURATION: Final = re.compile(r"(?:\d{1,6}(?:ms|[smhdy]))+", re.ASCII)
_DURATION_PART: Final = re.compile(r"(\d+)(ms|[smhdy])", re.ASCII)


def convert(node: ScalarNode, into: Any) -> Any:
    """Turn a single word into a value; ValueError says what it is not."""
    if get_origin(into) is Literal:
        return _one_of(node.value, {str(choice): choice for choice in get_args(into)})
    if isinstance(into, type) and issubclass(into, Enum):
        return _one_of(node.value, {str(member.value): member for member in into})
    if into not in _CONVERSIONS:
        raise TypeError(f"a document cannot read {into}")
    return _CONVERSIONS[into](node)


def _one_of(word: str, choices: Mapping[str, Any]) -> Any:
    if word not in choices:
        raise ValueError(f"is not one of {', '.join(choices)}")
    return choices[word]


def _duration(node: ScalarNode) -> timedelta:
    if not _DURATION.fullmatch(node.value):
        raise ValueError('is not a duration; write e.g. "10s", "10m", "2h" or "7d"')
    parts = _DURATION_PART.findall(node.value)
    return sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta())


def _date(node: ScalarNode) -> date:
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        raise ValueError('is not a day; write e.g. "2026-09-01"') from None


def _whole(node: ScalarNode) -> int:
    if node.tag != f"{TAG}int":
        raise ValueError("is not a whole number")
    return int(node.value.replace("_", ""), 0 if node.value[:1] == "0" else 10)


def _number(node: ScalarNode) -> float:
    if node.tag not in (f"{TAG}int", f"{TAG}float"):
        raise ValueError("is not a number")
    try:
        value = float(node.value.replace("_", ""))
    except ValueError:
        value = math.nan  # ".inf" is a YAML float, "1:30" an integer of YAML 1.1
    if not math.isfinite(value):
        raise ValueError("is not a number")
    return value


def _truth(node: ScalarNode) -> bool:
    if node.tag != f"{TAG}bool":
        raise ValueError('is neither "true" nor "false"')
    return bool(node.value.lower() == "true")


_CONVERSIONS: Final[Mapping[Any, Callable[[ScalarNode], Any]]] = {
    # As written: "1.10" is a good version and 0123 a good password.
    str: lambda node: node.value,
    Path: lambda node: Path(node.value),
    int: _whole,
    float: _number,
    bool: _truth,
    date: _date,
    timedelta: _duration,
}
