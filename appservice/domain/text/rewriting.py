"""Rewriting a text piece by piece, and finding the way back from what came of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Origins = list[tuple[int, int]]
"""For each character of a text, the span of the text before that it stands for."""


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
        origins: Origins = []
        last = 0
        for match in self.pattern.finditer(text):
            origins += one_by_one(last, match.start())
            written = self.replace(match)
            if written == match.group():
                origins += one_by_one(*match.span())
            else:
                origins += [match.span()] * len(written)
            last = match.end()
        return origins + one_by_one(last, len(text))


def one_by_one(start: int, end: int) -> Origins:
    """List the spans of characters that stay what they are."""
    return list(zip(range(start, end), range(start + 1, end + 1), strict=True))
