"""What a mistyped word may have been meant to be."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which of the known words is the nearest, or else which there are."""
    words = sorted(known)
    close = difflib.get_close_matches(word[:100], words, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"write one of {', '.join(words)}"
