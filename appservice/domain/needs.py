"""
What must stand in a text before a pattern can match it at all.

Most messages hold none of the words a pattern cannot do without; looking for those is
one pass for all patterns. Where a pattern's syntax is not understood here it needs
nothing, and is simply tried.
"""

import re
from collections.abc import Iterable
from typing import Final

Need = frozenset[str]
"""One of these must be there."""

LARGEST: Final = 200
"""Alternatives beyond which a need is not worth looking for."""

_CLASS_AT_MOST: Final = 12
_ZERO_WIDTH_OR_ANY: Final = frozenset(".^$")
_LITERAL_ESCAPES: Final = frozenset(r".^$*+?()[]{}|\/-!:,;&@#%=\"'<>~ ")
_QUANTIFIER: Final = re.compile(r"[*+?]\??|\{(\d+)(?:,\d*)?\}\??")
_GROUP: Final = re.compile(r"\((?:\?:|\?P?<\w+>)?(?!\?)")
_CLASS: Final = re.compile(r"\[(\^?)((?:\\.|\[:\w+:\]|[^\]\\])+)\]")
_PROPERTY: Final = re.compile(r"\\[pP](?:\{[^}]*\}|.)")


class _NotUnderstood(Exception):
    """The pattern uses what we do not read."""


def needs(pattern: str) -> tuple[Need, ...]:
    """List what a text must hold for the pattern to match: one of each."""
    try:
        found, end = _alternatives(pattern, 0)
    except _NotUnderstood:
        return ()
    return tuple(found) if end == len(pattern) else ()


def _alternatives(pattern: str, at: int) -> tuple[list[Need], int]:
    """Read branches up to a bracket or the end; several need one of their bests."""
    branches: list[list[Need]] = []
    while True:
        branch, at = _sequence(pattern, at)
        branches.append(branch)
        if not pattern.startswith("|", at):
            break
        at += 1
    if len(branches) == 1:
        return branches[0], at
    if not all(branches):
        return [], at
    together = frozenset[str]().union(*map(_best, branches))
    return ([together] if len(together) <= LARGEST else []), at


def _best(branch: Iterable[Need]) -> Need:
    """Choose what is rarest: its shortest word is long, its words are few."""
    return max(branch, key=lambda need: (min(map(len, need)), -len(need)))


def _sequence(pattern: str, at: int) -> tuple[list[Need], int]:
    found: list[Need] = []
    run = ""
    while at < len(pattern) and pattern[at] not in "|)":
        element, at = _element(pattern, at)
        is_optional, is_repeated, at = _quantity(pattern, at)
        if isinstance(element, str) and not is_optional and not is_repeated:
            run += element
            continue
        found += _literal(run)
        run = ""
        if not is_optional:
            found += _literal(element) if isinstance(element, str) else element
    return found + _literal(run), at


def _literal(run: str) -> list[Need]:
    return [frozenset({run})] if run else []


def _quantity(pattern: str, at: int) -> tuple[bool, bool, int]:
    match = _QUANTIFIER.match(pattern, at)
    if match is None:
        return False, False, at
    is_optional = match[0][0] in "*?" or match[1] == "0"
    return is_optional, True, match.end()


def _element(pattern: str, at: int) -> tuple[str | list[Need], int]:
    """Read a literal character, or what a group or a class needs."""
    match pattern[at]:
        case "(":
            return _group(pattern, at)
        case "[":
            return _class(pattern, at)
        case "\\":
            return _escape(pattern, at)
        case character if character in _ZERO_WIDTH_OR_ANY:
            return [], at + 1
        case character:
            return character, at + 1


def _group(pattern: str, at: int) -> tuple[list[Need], int]:
    opened = _GROUP.match(pattern, at)
    if opened is None:
        raise _NotUnderstood
    found, at = _alternatives(pattern, opened.end())
    if not pattern.startswith(")", at):
        raise _NotUnderstood
    return found, at + 1


def _class(pattern: str, at: int) -> tuple[list[Need], int]:
    match = _CLASS.match(pattern, at)
    if match is None:
        raise _NotUnderstood
    is_negated, inside = match[1], match[2]
    is_plain = not is_negated and not set(inside) & set("\\-[")
    if is_plain and len(inside) <= _CLASS_AT_MOST:
        return [frozenset(inside)], match.end()
    return [], match.end()


def _escape(pattern: str, at: int) -> tuple[str | list[Need], int]:
    named = _PROPERTY.match(pattern, at)
    if named is not None:
        return [], named.end()
    escaped = pattern[at + 1 : at + 2]
    if escaped in _LITERAL_ESCAPES and escaped:
        return escaped, at + 2
    if escaped and escaped in "bBdDsSwW":
        return [], at + 2
    raise _NotUnderstood
