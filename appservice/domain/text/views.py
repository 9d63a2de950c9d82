"""
All views of one text, and the way back from each to what was written.

Only the views that show something new are made. The way back is worked out when
something was found, once for each view.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import accumulate
from typing import Final

from appservice.domain.text.folding import fold, lengths
from appservice.domain.text.hearing import LATIN, hear, syllables
from appservice.domain.text.respelling import respelling
from appservice.domain.text.rewriting import (
    Origins,
    Rewriting,
    backwards,
    one_by_one,
    through,
)
from appservice.domain.text.spellings import UNDOUBLING, plainest
from appservice.domain.text.squeezing import is_word_character, places, squeeze


class View(StrEnum):
    """How a text was looked at."""

    FOLDED = "folded"
    SQUEEZED = "squeezed"
    """What was pulled apart is put together."""
    RESPELLED = "respelled"
    """Emoji, split characters and numerals read aloud, readings left out."""
    SINGLED = "singled"
    """Han characters written twice are written once."""
    PLAINEST = "plainest"
    """Signs are the Latin letters they look like."""
    UNDOUBLED = "undoubled"
    """The same, with every letter once."""
    STACKED = "stacked"
    """Short lines, read downwards."""
    ACROSTIC = "acrostic"
    """The first characters of the lines."""
    REVERSED = "reversed"
    TURNED = "turned"
    """Upside down: letters turned round, and read from the end."""
    HEARD = "heard"
    """Syllables (``hearing``)."""


GLANCED: Final = 4096
"""
Characters of a text that are turned and twisted for what can only be a suspicion.

What a reader reads is looked through to the end. Nobody reads on for pages to find a
word backwards, and a person looks at very long messages anyway.
"""

_DOUBLE_HAN: Final = re.compile(r"([\u3400-\u9fff])\1+")
_SINGLING: Final = Rewriting(pattern=_DOUBLE_HAN, replace=lambda match: match[1])
_HEARING: Final = Rewriting(pattern=LATIN, replace=syllables)
_UPSIDE_DOWN: Final = "ɐqɔpǝɟƃɥᴉɾʞɯuodbɹʇnʌʍʎ"
_TURN: Final = str.maketrans(_UPSIDE_DOWN, "abcdefghijkmnopqrtuvwy")
_TURNED: Final = re.compile("[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]")
_SHORT_LINE: Final = 2
"""Word characters of a line that may be part of something written downwards."""


class Views:
    """A text, looked at from all sides."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        squeezed = squeeze(self.folded)
        self.base = self.folded if squeezed is None else squeezed
        self.shown = {View.FOLDED: self.folded}
        """What each view shows; only those that show something new."""
        if squeezed is not None:
            self.shown[View.SQUEEZED] = squeezed
        self._respell()
        self._rearrange()
        self._origins: dict[View, Origins] = {}
        self._of_base: Origins | None = None
        self._of_respelled: Origins | None = None
        self._starts: list[int] | None = None

    def _respell(self) -> None:
        shown, folded = self.shown, self.folded
        self._rewriting = respelling(folded)
        said = self.base
        if self._rewriting is not None:
            respelled = self._rewriting.apply(folded)
            if respelled is not None:
                self._respelled = respelled
                said = squeeze(respelled) or respelled
                shown[View.RESPELLED] = said
        self._said = said[:GLANCED]
        base = self.base[:GLANCED]
        if _DOUBLE_HAN.search(base):
            shown[View.SINGLED] = _SINGLING.pattern.sub(_SINGLING.replace, base)
        plain = plainest(folded[:GLANCED])
        if plain is not None:
            shown[View.PLAINEST] = plain
            undoubled = UNDOUBLING.apply(plain)
            if undoubled is not None:
                shown[View.UNDOUBLED] = undoubled

    def _rearrange(self) -> None:
        shown, folded = self.shown, self.folded[:GLANCED]
        if "\n" in folded:
            self._stacked, self._acrostic = _columns(folded)
            for view, column in (
                (View.STACKED, self._stacked),
                (View.ACROSTIC, self._acrostic),
            ):
                if len(column) > 1:
                    shown[view] = "".join(
                        "\n" if at is None else folded[at] for at in column
                    )
        shown[View.REVERSED] = self.base[:GLANCED][::-1]
        if _TURNED.search(self.text):
            turned = fold(self.text[:GLANCED].translate(_TURN))
            if len(turned) == len(folded):
                shown[View.TURNED] = turned[::-1]
        shown[View.HEARD] = heard = hear(self._said)
        # Every character a syllable: no way back has to be worked out.
        is_as_folded = View.SQUEEZED not in shown and View.RESPELLED not in shown
        self._is_one_to_one = is_as_folded and len(heard) == len(self._said)

    def span_of_folded(self, view: View, start: int, end: int) -> tuple[int, int]:
        """Find the part of the folded text that a view shows at ``start:end``."""
        if view is View.FOLDED or (view is View.HEARD and self._is_one_to_one):
            return start, end
        origins = self._origins.get(view)
        if origins is None:
            origins = self._origins[view] = self._origins_of(view)
        starts, ends = origins
        # Written backwards the last character is the first.
        return min(starts[start], starts[end - 1]), max(ends[start], ends[end - 1])

    def written(self, start: int, end: int) -> str:
        """Give what was written where the folded text is ``start:end``."""
        if self._starts is None:
            self._starts = [0, *accumulate(lengths(self.text))]
        starts = self._starts
        # The last of several that begin there: those before fold to nothing. And a
        # character that folds to several may begin before ``start``.
        first = bisect_right(starts, start) - 1
        return self.text[first : bisect_left(starts, end)]

    def _origins_of(self, view: View) -> Origins:
        way_back: dict[View, Callable[[], Origins]] = {
            View.SQUEEZED: self._base_origins,
            View.RESPELLED: self._said_origins,
            View.SINGLED: self._singled_origins,
            View.PLAINEST: lambda: one_by_one(len(self.folded)),
            View.UNDOUBLED: lambda: UNDOUBLING.origins(self.shown[View.PLAINEST]),
            View.STACKED: lambda: _of_column(self._stacked),
            View.ACROSTIC: lambda: _of_column(self._acrostic),
            View.TURNED: lambda: backwards(one_by_one(len(self.shown[View.TURNED]))),
            View.REVERSED: self._reversed_origins,
            View.HEARD: lambda: through(
                _HEARING.origins(self._said), self._said_origins()
            ),
        }
        return way_back[view]()

    def _singled_origins(self) -> Origins:
        singled = _SINGLING.origins(self.base[:GLANCED])
        return through(singled, self._base_origins())

    def _reversed_origins(self) -> Origins:
        starts, ends = self._base_origins()
        return backwards((starts[:GLANCED], ends[:GLANCED]))

    def _base_origins(self) -> Origins:
        if self._of_base is None:
            is_squeezed = View.SQUEEZED in self.shown
            self._of_base = (
                _squeezed_origins(self.folded)
                if is_squeezed
                else one_by_one(len(self.folded))
            )
        return self._of_base

    def _said_origins(self) -> Origins:
        """Find the way back from what was respelled, or else from the base."""
        if View.RESPELLED not in self.shown or self._rewriting is None:
            return self._base_origins()
        if self._of_respelled is None:
            origins = self._rewriting.origins(self.folded)
            if squeeze(self._respelled) is not None:
                origins = through(_squeezed_origins(self._respelled), origins)
            self._of_respelled = origins
        return self._of_respelled


def _squeezed_origins(folded: str) -> Origins:
    kept = places(folded)
    return kept, [place + 1 for place in kept]


def _of_column(column: list[int | None]) -> Origins:
    places = [0 if at is None else at for at in column]
    return places, [at + 1 for at in places]


def _columns(folded: str) -> tuple[list[int | None], list[int | None]]:
    """
    Read lines downwards: those of one or two characters, and the first of every line.

    Returned are places in the folded text; None stands for the end of a column.
    """
    first: list[int | None] = []
    stacks: list[list[int | None]] = [[], []]
    for line in _lines(folded):
        if not line:
            continue
        first.append(line[0])
        if len(line) <= _SHORT_LINE:
            for stack, at in zip(stacks, line, strict=False):
                stack.append(at)
        else:
            for stack in stacks:
                stack.append(None)
    return [*stacks[0], None, *stacks[1]], first


def _lines(folded: str) -> Iterable[list[int]]:
    """List the places of the first word characters of each line."""
    start = 0
    for line in folded.split("\n"):
        kept: list[int] = []
        for at, character in enumerate(line):
            if is_word_character(character):
                kept.append(start + at)
                if len(kept) > _SHORT_LINE:
                    break
        yield kept
        start += len(line) + 1
