"""
Patterns that a list may hold besides words, for what a construction says.

They are RE2's: linear in the text, whatever somebody writes. What would need more
(look-around, references back) is refused when a list is read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import re2
from ahocorasick_rs import AhoCorasick

from appservice.domain.needs import Need, needs
from appservice.domain.text import COMMON, fold

SHORT: Final = 400
"""
Characters of a text that holds what few patterns need, so that those are tried.

A long text may hold what all of them need. Then a few at a time are looked for: all
together have too many states to be remembered, and one by one takes too long.
"""

_IN_A_GROUP: Final = 2 << 20
_ALONE: Final = 1 << 20
_GROUP: Final = 8
_NEEDS: Final = 2
"""Needs of a pattern that are looked for; more would not be rarer."""

MATCHES_AT_MOST: Final = 50
"""Matches of a pattern, where those before are excused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern of a list, in RE2's syntax, for folded text (lower case)."""

    text: str
    is_sure: bool = True


def mistake_in(pattern: str) -> str | None:
    """Say why a pattern cannot be used; None if it can."""
    try:
        compiled = _compile(pattern)
    except re2.error as error:
        return f"is no pattern of RE2: {_reason(error)}; {_hint(pattern)}"
    if compiled.search(b"") is not None:
        return "matches without a single character; ask for at least one"
    return None


class Patterns:
    """Patterns of several lists, compiled together."""

    def __init__(self, patterns: Iterable[tuple[str, Pattern]]) -> None:
        self._of = tuple(patterns)
        self._alone = [_compile(pattern.text) for _, pattern in self._of]
        self._needs = _Needs([_plain(pattern.text) for _, pattern in self._of])
        self._groups = [
            (numbers, self._set(numbers))
            for start in range(0, len(self._of), _GROUP)
            for numbers in [range(len(self._of))[start : start + _GROUP]]
        ]

    def _set(self, numbers: Iterable[int]) -> Any:
        together = re2.Set.SearchSet(_options(_IN_A_GROUP))
        for number in numbers:
            together.Add(_plain(self._of[number][1].text))
        together.Compile()
        return together

    def found(
        self, view: str, is_needless: Callable[[str, bool], bool]
    ) -> Iterator[tuple[int, int, str, bool]]:
        """
        Find where patterns match.

        Args:
            view: What is looked through.
            is_needless: Says of a list, and whether it is sure, that no more of it is
                asked for; asked again after every match.

        Returns:
            Start, end, list and whether it is sure.
        """
        numbers = self._matching(view)
        if not numbers:
            return
        encoded = view.encode()
        for number in numbers:
            name, pattern = self._of[number]
            if is_needless(name, pattern.is_sure):
                continue
            matches = self._alone[number].finditer(encoded)
            for match in islice(matches, MATCHES_AT_MOST):
                yield *_characters(encoded, *match.span()), name, pattern.is_sure
                if is_needless(name, pattern.is_sure):
                    break

    def _matching(self, view: str) -> Sequence[int]:
        """List the patterns that may match: in a short text those worth trying."""
        worth_trying = self._needs.met(view)
        if len(view) <= SHORT:
            return worth_trying
        wanted, encoded = set(worth_trying), view.encode()
        return [
            numbers[at]
            for numbers, group in self._groups
            if not wanted.isdisjoint(numbers)
            for at in group.Match(encoded) or ()
        ]


class _Needs:
    """
    What patterns cannot do without, looked for in one pass for all of them.

    Two bits for each pattern, one of each of its needs; both are set if it is met. Of
    a pattern that asks for less, the others are set from the start.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        meeting: dict[str, int] = {}
        self._unasked = 0
        for number, pattern in enumerate(patterns):
            first = number * _NEEDS
            asked = _rarest(needs(pattern))
            for place, need in enumerate(asked):
                for word in need:
                    meeting[word] = meeting.get(word, 0) | 1 << first + place
            for place in range(len(asked), _NEEDS):
                self._unasked |= 1 << first + place
        self._each = sum(1 << n * _NEEDS for n in range(len(patterns)))
        self._meeting = list(meeting.values())
        self._automaton = AhoCorasick(list(meeting), store_patterns=False)

    def met(self, view: str) -> Sequence[int]:
        """List the patterns whose needs a text holds, in their order."""
        found = self._automaton.find_matches_as_indexes(view, overlapping=True)
        held = self._unasked
        for which in {which for which, _, _ in found}:
            held |= self._meeting[which]
        met, numbers = held & held >> 1 & self._each, []
        while met:
            lowest = met & -met
            numbers.append(lowest.bit_length() // _NEEDS)
            met ^= lowest
        return numbers


def _rarest(asked: Iterable[Need]) -> Sequence[Need]:
    """Choose the few needs that ordinary messages meet least."""
    return sorted(asked, key=_rarity, reverse=True)[:_NEEDS]


def _rarity(need: Need) -> tuple[int, int]:
    """Say how rare the most ordinary word of a need is, and how few there are."""
    rarities = (2 if len(word) > 1 else word not in COMMON for word in need)
    return min(map(int, rarities)), -len(need)


def spans(patterns: Iterable[Any], view: str) -> list[tuple[int, int]]:
    """List where compiled patterns match a text."""
    encoded = view.encode()
    found = [match.span() for each in patterns for match in each.finditer(encoded)]
    return [_characters(encoded, start, end) for start, end in found]


def compiled(patterns: Iterable[Pattern]) -> tuple[Any, ...]:
    """Compile patterns, to be given to ``spans``."""
    return tuple(_compile(pattern.text) for pattern in patterns)


def _characters(encoded: bytes, start: int, end: int) -> tuple[int, int]:
    first = len(encoded[:start].decode(errors="ignore"))
    return first, first + len(encoded[start:end].decode(errors="ignore"))


def _compile(pattern: str) -> Any:
    return re2.compile(_plain(pattern), _options(_ALONE))


def _plain(pattern: str) -> str:
    """Fold what is no syntax, as the texts are folded."""
    return "".join(c if c.isascii() else fold(c) for c in pattern)


def _options(memory: int) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else "unknown"
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


def _hint(pattern: str) -> str:
    if "(?<" in pattern or "(?=" in pattern or "(?!" in pattern:
        return "look-around cannot be used; write what may stand there instead"
    return 'see "homeroom words --help"'
