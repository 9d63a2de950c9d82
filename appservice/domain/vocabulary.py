"""Words compiled into one automaton, and where they stand in a view of a text."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

Entry = tuple[tuple[str, bool], ...]
"""The lists a word is on, and whether it is sure there; none: the word is allowed."""


class Stand(NamedTuple):
    """A word in a view."""

    start: int
    end: int
    word: str
    entry: Entry


_LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Covered:
    """Where a text is covered by what is allowed."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._until: list[int] = []

    def add(self, start: int, until: int) -> None:
        """Note a piece; neither start nor end lies before those noted already."""
        self._starts.append(start)
        self._until.append(until)

    def __contains__(self, span: tuple[int, int]) -> bool:
        at = bisect_right(self._starts, span[0])
        return at > 0 and span[1] <= self._until[at - 1]


class Vocabulary:
    """Words, and the lists they are on."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._words = tuple(entries)
        self._entries = tuple(entries.values())
        self._automaton = AhoCorasick(
            self._words,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def stands(
        self, view: str, *, strictly: bool = False, covered: "Covered | None" = None
    ) -> Sequence[Stand]:
        """
        Find the words of lists in a view, by where they start.

        A word within an allowed one is left out; ``strictly``: also one that begins
        in an allowed one and goes beyond it. What allowed words cover is noted in
        ``covered``.
        """
        found = self._automaton.find_matches_as_indexes(view, overlapping=True)
        if not found:
            return ()
        entries, words = self._entries, self._words
        stands: list[Stand] = []
        allowed_until = 0
        # By start, and allowed words before those they may contain.
        for start, _, end, number in sorted(
            [
                (start, bool(entries[number]), end, number)
                for number, start, end in found
            ]
        ):
            word = words[number]
            if not _stands_alone(word, view, start, end):
                continue
            if not entries[number]:
                allowed_until = max(allowed_until, end)
                if covered is not None:
                    covered.add(start, allowed_until)
            elif end > allowed_until and not (strictly and start < allowed_until):
                stands.append(Stand(start, end, word, entries[number]))
        return stands


def _stands_alone(word: str, view: str, start: int, end: int) -> bool:
    """Keep ``class`` from containing a word: Latin edges must be edges of words."""
    if word[0] in _LATIN and start and view[start - 1] in _LATIN:
        return False
    return not (word[-1] in _LATIN and end < len(view) and view[end] in _LATIN)
