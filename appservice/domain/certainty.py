"""
Whether what a view shows was really written, and must have been meant.

Two characters may meet by chance; the more a text has to be turned to show a word, the
less sure it is. What is not sure is for a person to look at.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from appservice.domain.text import COMMON, View, Views, is_word_character

Span = tuple[int, int]

_DELIBERATE: Final = re.compile(r"[*#@|/\\^+=&%$_]+|[-·.•]")
"""Gaps nobody leaves by accident between two Han characters."""

INSULT: Final = "!"
"""Before the words of a sound: that somebody may be called so."""

_CALLED: Final = re.compile(r"[你是个大真死臭这那当骂叫]$")
"""What stands before a name that somebody is called."""

_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]{1,10}://|[a-z0-9-]\.[a-z]{2,10}(?:[/:?#]|$)|^[@!#$+][^:]{1,200}:"
)
"""What makes a run of characters an address: those are for the rule on links."""

_WHOLE: Final = re.compile(r"[a-z][a-z0-9+.-]{1,10}://|www\.|^[@!#$+][^:]{1,200}:[a-z]")
"""Addresses that nobody would write to disguise a word."""

_ADDRESS_AT_MOST: Final = 300
_NAMES_AT_LEAST: Final = {View.REVERSED: 4, View.PLAINEST: 4, View.ACROSTIC: 5}
"""Letters of a Latin word, below which it is too likely to come about by chance."""


def is_certain(
    view: View, views: Views, span: Span, word: str, alike: Mapping[str, str]
) -> bool | None:
    """
    Judge a word that a view shows.

    Args:
        view: The view that shows it.
        views: The text.
        span: Where it stands in the folded text.
        word: What was found, in the writing of that view.
        alike: For each sound of two syllables, the words that have it; ``INSULT``
            before them where one of them is an insult.

    Returns:
        Whether it is sure; None where it is nothing, or no more than the folded text
        shows already.
    """
    start, end = span
    if view is View.FOLDED:
        is_address = word.isascii() and _is_in_address(views.folded, start, end, _WHOLE)
        return None if is_address else True
    written = views.folded[start:end]
    if written == word and "*" not in word:
        return None
    if view in _TWISTED and _is_in_address(views.folded, start, end, _ADDRESS):
        return None
    if view is View.HEARD:
        return _sounds(views, span, alike.get(word))
    return _JUDGED[view](views, span, word, written)


def _pulled_apart(views: Views, span: Span, word: str, written: str) -> bool | None:
    if len(written) <= len(word):
        return None
    if len(word) > 2 or word.isascii():
        return True
    gap = "".join(c for c in written if not is_word_character(c))
    return _DELIBERATE.fullmatch(gap) is not None or _is_alone(views, span)


def _respelled(views: Views, span: Span, word: str, _: str) -> bool | None:
    return len(word) > 2 or _is_alone(views, span)


def _look_alike(_: Views, __: Span, word: str, written: str) -> bool | None:
    if "*" in word:
        return True
    letters = sum(c.isalpha() for c in written)
    if not letters:
        return None
    return len(word) >= _NAMES_AT_LEAST[View.PLAINEST] and letters < len(written)


def _undoubled(_: Views, __: Span, word: str, written: str) -> bool | None:
    return None if len(written) <= len(word) else False


def _downwards(_: Views, __: Span, ___: str, written: str) -> bool | None:
    return False if "\n" in written else None


def _first_letters(views: Views, span: Span, word: str, written: str) -> bool | None:
    if len(word) < (_NAMES_AT_LEAST[View.ACROSTIC] if word.isascii() else 3):
        return None
    return _downwards(views, span, word, written)


def _backwards(views: Views, span: Span, word: str, _: str) -> bool | None:
    if word == word[::-1]:
        return None
    at_least = _NAMES_AT_LEAST[View.REVERSED] if word.isascii() else 3
    return False if len(word) >= at_least or _is_alone(views, span) else None


def _sounds(views: Views, span: Span, words: str | None) -> bool | None:
    """
    Judge what only sounds like a word.

    Two syllables are too few to mean anything by themselves, unless one character is
    the very one and the other is rare, nothing else is said, or somebody is called so.
    """
    start, end = span
    written = "".join(filter(str.isalnum, views.folded[start:end]))
    if not written:
        # Emoji greet, praise and cheer; by their sound they say nothing.
        return None
    if words is None:
        return False
    is_half_written = len(written) == 2 and any(
        (written[0] == word[0] and written[1] not in COMMON)
        or (written[1] == word[1] and written[0] not in COMMON)
        for word in words.removeprefix(INSULT).split()
    )
    before = views.folded[max(0, start - 3) : start]
    is_called = words.startswith(INSULT) and _CALLED.search(before) is not None
    return False if is_half_written or is_called or _is_alone(views, span) else None


def _is_in_address(folded: str, start: int, end: int, form: re.Pattern[str]) -> bool:
    """Whether something stands in a link or an identifier, not in what is said."""
    if not folded[start:end].isascii():
        return False
    first = start
    while first > max(0, start - _ADDRESS_AT_MOST) and _is_of_address(
        folded[first - 1]
    ):
        first -= 1
    last = end
    while last < min(len(folded), end + _ADDRESS_AT_MOST) and _is_of_address(
        folded[last]
    ):
        last += 1
    return form.search(folded[first:last]) is not None


def _is_of_address(character: str) -> bool:
    return character.isascii() and not character.isspace()


def _is_alone(views: Views, span: Span) -> bool:
    start, end = span
    folded = views.folded
    return not (
        (start > 0 and is_word_character(folded[start - 1]))
        or (end < len(folded) and is_word_character(folded[end]))
    )


_TWISTED: Final = frozenset(
    {
        *(View.HEARD, View.PLAINEST, View.UNDOUBLED),
        *(View.REVERSED, View.TURNED, View.SQUEEZED, View.RESPELLED),
    }
)
"""Views that show in an address what nobody reads there."""

_JUDGED: Final[Mapping[View, Callable[[Views, Span, str, str], bool | None]]] = {
    View.SQUEEZED: _pulled_apart,
    View.RESPELLED: _respelled,
    View.SINGLED: lambda views, span, word, written: (
        _respelled(views, span, word, written) if len(written) > len(word) else None
    ),
    View.PLAINEST: _look_alike,
    View.UNDOUBLED: _undoubled,
    View.STACKED: _downwards,
    View.ACROSTIC: _first_letters,
    View.REVERSED: _backwards,
    View.TURNED: lambda _, __, word, ___: (word.isascii() and len(word) > 3) or None,
}
