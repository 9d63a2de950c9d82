"""
The folded view of a text: what is left when disguise is taken off.

Every code point is folded for itself, to the end, and remembered; a text is then folded
by one ``str.translate``. So folding is linear whatever somebody sends (NFKC on runs of
combining marks is quadratic), and folding twice is folding once: the texts it makes
consist of code points that fold to themselves.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from opencc import OpenCC

from appservice.domain.text.lookalikes import LOOKALIKES

LONGEST: Final = 65536
"""Characters of a folded text; an event holds no more, but a ligature may swell."""

_REMEMBERED_AT_MOST: Final = 20_000
"""Code points: a school's Chinese, English and emoji, and room for anyone's play."""

_DROPPED: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
_SPACES: Final = frozenset("\u2800")  # BRAILLE PATTERN BLANK is no space to Unicode
_LINES: Final = frozenset("\n\r\v\f\x85\u2028\u2029")
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\U0001d159")
_IDEOGRAPHS: Final = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))


class _Folds(dict[int, str]):
    """What each code point folds to; filled as code points turn up, up to a limit."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _REMEMBERED_AT_MOST:
            # Starting afresh is cheap; a memory full of somebody's play is not.
            self.clear()
        folded = self[code] = _fold_to_the_end(chr(code))
        return folded


_FOLDS: Final = _Folds()

_SHORT: Final = 1000
"""Characters of a text whose folding is remembered a while."""


def fold(text: str) -> str:
    """
    Take the disguise off a text, to compare it and to look for words in it.

    Width, case, accents, Traditional characters, other scripts' digits and look-alike
    letters become plain; what cannot be seen goes. Spaces and punctuation stay, line
    ends become ``\\n``. At most ``LONGEST`` characters are returned.
    """
    if len(text) <= _SHORT:
        return _fold_short(text)
    return text[:LONGEST].translate(_FOLDS)[:LONGEST]


@lru_cache(maxsize=64)
def _fold_short(text: str) -> str:
    """Fold what several rules ask about, and the ends of one room's talk."""
    return text.translate(_FOLDS)


def lengths(text: str) -> list[int]:
    """Say how many characters each character of a text folds to."""
    return [len(_FOLDS[code]) for code in map(ord, text[:LONGEST])]


def fold_lines(lines: Iterable[str]) -> list[str]:
    """Fold many words at once; none of them may hold the end of a line."""
    return "\n".join(lines).translate(_FOLDS).split("\n")


def span_before_folding(text: str, start: int, end: int) -> tuple[int, int]:
    """Find the part of ``text`` that became ``fold(text)[start:end]``."""
    first: int | None = None
    at = 0
    for index, character in enumerate(text):
        length = len(_FOLDS[ord(character)])
        if first is None and at + length > start:
            first = index
        at += length
        if at >= end:
            return (index if first is None else first), index + 1
    return (len(text) if first is None else first), len(text)


def _fold_to_the_end(character: str) -> str:
    """Fold until nothing changes: one step may uncover work for another."""
    folded = character
    for _ in range(16):
        further = "".join(map(_fold_once, folded))
        if further == folded:
            break
        folded = further
    return folded


def _fold_once(character: str) -> str:
    if character in _LINES:
        return "\n"
    if character.isspace() or character in _SPACES:
        return " "
    plain = "".join(filter(_is_visible, unicodedata.normalize("NFKD", character)))
    return "".join(map(_plain_letter, plain.casefold()))


def _is_visible(character: str) -> bool:
    if character in _INVISIBLE:
        return False
    category = unicodedata.category(character)
    # Unassigned code points that Unicode reserves for invisible things.
    is_reserved = category == "Cn" and (
        0xE0000 <= ord(character) <= 0xE0FFF
        or 0x2060 <= ord(character) <= 0x206F
        or 0xFFF0 <= ord(character) <= 0xFFFB
    )
    return category not in _DROPPED and not is_reserved


def _plain_letter(character: str) -> str:
    if character in LOOKALIKES:
        return LOOKALIKES[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return _simplified().get(character, character)


@cache
def _simplified() -> dict[str, str]:
    """
    List the Traditional characters and their Simplified forms.

    Asked character by character, a text of rare characters would take long; so all are
    converted at once, each on a line of its own lest they be read as phrases.
    """
    traditional = [
        chr(code) for first, end in _IDEOGRAPHS for code in range(first, end)
    ]
    simplified: str = OpenCC("t2s").convert("\n".join(traditional))
    pairs = zip(traditional, simplified.split("\n"), strict=True)
    return {before: after for before, after in pairs if before != after}
