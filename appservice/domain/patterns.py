"""
Patterns that a list may hold besides words, for what a construction says.

They are RE2's: linear in the text, whatever somebody writes. What would need more
(look-around, references back) is refused when a list is read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import re2

from appservice.domain.text import fold

SHORT: Final = 400
"""
Characters up to which all patterns are looked for at once.

In a long text many patterns at once have too many states to remember; a few at a time
have few.
"""

_TOGETHER: Final = 16 << 20
_IN_A_GROUP: Final = 2 << 20
_ALONE: Final = 1 << 20
_GROUP: Final = 8

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
        self._together = self._set(range(len(self._of)), _TOGETHER)
        self._groups = [
            (numbers, self._set(numbers, _IN_A_GROUP))
            for start in range(0, len(self._of), _GROUP)
            for numbers in [range(len(self._of))[start : start + _GROUP]]
        ]

    def _set(self, numbers: Iterable[int], memory: int) -> Any:
        together = re2.Set.SearchSet(_options(memory))
        for number in numbers:
            together.Add(_plain(self._of[number][1].text))
        if self._of:
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

    def _matching(self, view: str) -> list[int]:
        if not self._of:
            return []
        if len(view) <= SHORT:
            return self._together.Match(view) or []
        encoded = view.encode()
        return [
            numbers[at]
            for numbers, group in self._groups
            for at in group.Match(encoded) or ()
        ]


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
