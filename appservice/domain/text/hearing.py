"""
The heard view of a text: every syllable one character, whatever it is written with.

«沙比» and ``shabi`` sound like «傻逼». Syllables are code points of the private use
area, so that words by their sound are looked for like any other words.
"""

import re
from functools import lru_cache
from typing import Final

from appservice.domain.text.readings import READINGS, SYLLABLES

FIRST_SYLLABLE: Final = 0xE000
IS_HEARD: Final = re.compile(f"[\ue000-{chr(FIRST_SYLLABLE + len(SYLLABLES))}]+")
"""What consists of syllables."""

_SYMBOLS: Final = {
    syllable: chr(FIRST_SYLLABLE + number) for number, syllable in enumerate(SYLLABLES)
}
_BY_CHARACTER: Final = {
    ord(character): _SYMBOLS[syllable] for character, syllable in READINGS.items()
}
LATIN: Final = re.compile(
    r"(?<![a-z0-9])([a-z]{2,})(?![a-z])(?:\ (?=[a-z]{1,6}(?![a-z])))?"
)
_ANY_LATIN: Final = re.compile("[a-z]")
_LONGEST_SYLLABLE: Final = max(map(len, SYLLABLES))
_LONGEST_PINYIN: Final = 30
_REMEMBERED: Final = 4096
"""Latin words of which we know whether they are pinyin."""
_ENGLISH: Final = (
    "a an banana bang banner be bike bingo cache cage cane china dance data "
    "dengue dune engine enough fade game gang gene hang he hike june lane "
    "language lemon line lingual machine made manage mango marine mature me "
    "media melon mine name nature nine ninja online page panda piano pike pine "
    "rune sage same shade she shine sing tango tuna tune union wage we wine wo "
    "woman women"
)
"""English words that could be pinyin."""
_NO_PINYIN: Final = frozenset(_ENGLISH.split())


def hear(text: str) -> str:
    """Replace Han characters, and pinyin written out, by their syllables."""
    if _ANY_LATIN.search(text):
        text = LATIN.sub(syllables, text)
    return text if text.isascii() else text.translate(_BY_CHARACTER)


def syllables(match: re.Match[str]) -> str:
    """Give the syllables of a Latin word, or the word where it is no pinyin."""
    word: str = match[1]
    if len(word) > _LONGEST_PINYIN or word in _NO_PINYIN:
        return match.group()
    return _spelled(word) or match.group()


@lru_cache(_REMEMBERED)
def _spelled(word: str) -> str | None:
    """Split a word into syllables, long ones first; None where it cannot be."""
    # From the end: what each rest of the word can be split into.
    rests: list[str | None] = [None] * len(word) + [""]
    for start in range(len(word) - 1, -1, -1):
        for end in range(min(len(word), start + _LONGEST_SYLLABLE), start, -1):
            symbol = _SYMBOLS.get(word[start:end])
            rest = rests[end]
            if symbol is not None and rest is not None:
                rests[start] = symbol + rest
                break
    return rests[0]
