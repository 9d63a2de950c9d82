"""
Latin words in disguise: ``sh1t``, ``f*ck``, ``a$$hole``, ``fuuck``.

``plainest`` writes a text so that letters and what stands for them are the same; words
are looked for in it in the same writing (``spellings``).
"""

import re
from typing import Final

from appservice.domain.text.rewriting import Rewriting

_ALIKE: Final = str.maketrans("013457890@$!|+€£©¢lv#", "oieastbgoasiitelcciu*")
_VOWELS: Final = frozenset("aeiou")
_SHORTEST: Final = 3
_MIXED: Final = re.compile(
    r"[a-z][013457890@$!|+€£©¢*#]|[013457890@$!|+€£©¢*#][a-z]|v|([a-z])\1"
)
_SHOUTED: Final = re.compile(r"[!|+]+(?![a-z0-9@$*#])")
_DOUBLE: Final = re.compile(r"([a-z])\1+")

UNDOUBLING: Final = Rewriting(pattern=_DOUBLE, replace=lambda match: match[1])
"""Writes every letter once: ``fuuck``, ``shhiit``."""


def plainest(folded: str) -> str | None:
    """Read signs as the letters they look like; None where there are none to read."""
    if not _MIXED.search(folded):
        return None
    quiet = _SHOUTED.sub(lambda match: " " * len(match.group()), folded)
    return quiet.translate(_ALIKE)


def spellings(word: str) -> frozenset[str]:
    """List how a folded Latin word is written in the plainest way, masked or not."""
    if len(word) < _SHORTEST or not word.isascii() or not word[0].isalpha():
        return frozenset()
    plain = word.translate(_ALIKE)
    if not word.isalpha() or len(word) <= _SHORTEST:
        return frozenset({plain})
    inner = range(1, len(plain) - 1)
    vowels = [at for at in inner if plain[at] in _VOWELS]
    masks = [[at] for at in inner] + [vowels, list(inner)]
    return frozenset({plain, *(_masked(plain, mask) for mask in masks if mask)})


def _masked(word: str, mask: list[int]) -> str:
    return "".join("*" if at in mask else c for at, c in enumerate(word))
