"""Rewriting a text piece by piece, and finding the way back from what came of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Origins = tuple[list[int], list[int]]
"""For each character of a text, where what it stands for starts and ends before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """What to look for, and what to put in its place."""

    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]

    def apply(self, text: str) -> str | None:
        """Rewrite a text; None where nothing changes."""
        rewritten = self.pattern.sub(self.replace, text)
        return None if rewritten == text else rewritten

    def origins(self, text: str) -> Origins:
        """Say where each character of the rewritten text came from."""
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for match in self.pattern.finditer(text):
            start, end = match.span()
            written = self.replace(match)
            if written == match.group():
                continue
            starts += range(last, start)
            ends += range(last + 1, start + 1)
            starts += [start] * len(written)
            ends += [end] * len(written)
            last = end
        starts += range(last, len(text))
        ends += range(last + 1, len(text) + 1)
        return starts, ends


def one_by_one(length: int) -> Origins:
    """Say that every character stands for itself."""
    return list(range(length)), list(range(1, length + 1))


def backwards(origins: Origins) -> Origins:
    """Read a text from its end."""
    starts, ends = origins
    return starts[::-1], ends[::-1]


def through(origins: Origins, before: Origins) -> Origins:
    """Go one rewriting further back."""
    (starts, ends), (starts_before, ends_before) = origins, before
    return (
        [starts_before[start] for start in starts],
        [ends_before[end - 1] for end in ends],
    )
