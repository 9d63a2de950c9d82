"""Words for people: what a mistyped one was meant to be, and long lists of them."""

import difflib
from collections.abc import Iterable, Sequence


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which of the known words is the nearest, or else which there are."""
    words = sorted(known)
    close = difflib.get_close_matches(word[:100], words, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"write one of {', '.join(words)}"


def some(names: Sequence[str], *, at_most: int) -> str:
    """Name the first of them, and count the others."""
    named = ", ".join(names[:at_most])
    more = len(names) - at_most
    return f"{named} and {more} more" if more > 0 else named
