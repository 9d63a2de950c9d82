"""
The names of pupils in a text, by the school's roster.

What only looks like a name is ``likely_names.py``'s to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from appservice.domain.ids import PersonId
from appservice.domain.people import Person, Role
from appservice.domain.text import fold

_DOTS: Final = str.maketrans("", "", "·•・‧∙⋅ꞏ⸱")
_SHORTEST_GIVEN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Where a pupil's name stands in a folded text."""

    start: int
    end: int
    ids: frozenset[PersonId]
    """Namesakes are all meant until somebody asks."""
    is_full: bool
    """Whether it is a whole name; a given name alone may be a word or a stranger."""


class PupilFinder:
    """Finds the names of pupils, all in one pass."""

    __slots__ = ("_automaton", "_names")

    def __init__(
        self,
        names: Mapping[str, Iterable[PersonId]] | None = None,
        given: Mapping[str, Iterable[PersonId]] | None = None,
    ) -> None:
        """
        Make ready to look for names.

        Args:
            names: Whole names as in the roster, and who bears them.
            given: Names that are less certain: given names of the room's own class.
        """
        found: dict[str, tuple[set[PersonId], bool]] = {}
        for each, is_full in ((given or {}, False), (names or {}, True)):
            for name, ids in each.items():
                for form in _forms(name):
                    known = found.get(form)
                    others = known[0] if known and known[1] is is_full else set()
                    found[form] = (others | set(ids), is_full)
        self._names = [
            (name, frozenset(ids), is_full) for name, (ids, is_full) in found.items()
        ]
        self._automaton = AhoCorasick(
            [name for name, _, _ in self._names],
            matchkind=MatchKind.LeftmostLongest,
        )

    @property
    def is_empty(self) -> bool:
        """Whether no roster is known."""
        return not self._names

    def find(self, folded: str) -> tuple[Named, ...]:
        """Find the names in a folded text, in their order."""
        if not self._names:
            return ()
        return tuple(
            Named(
                start=start,
                end=end,
                ids=self._names[number][1],
                is_full=self._names[number][2],
            )
            for number, start, end in self._automaton.find_matches_as_indexes(folded)
            if _stands_alone(folded, start, end)
        )


def of_people(people: Iterable[Person], *, scope: str | None = None) -> PupilFinder:
    """
    Make a finder from a roster.

    Args:
        people: All people of the school.
        scope: The class whose room it is for; None where it is for no class.
    """
    names: dict[str, set[PersonId]] = defaultdict(set)
    given: dict[str, set[PersonId]] = defaultdict(set)
    for person in people:
        if Role.STUDENT in person.roles:
            names[person.name].add(person.id)
            if scope is not None and scope in person.classes:
                for form in _given(person.name):
                    given[form].add(person.id)
    return PupilFinder(names, given)


def _forms(name: str) -> set[str]:
    """List how a name is written: folded, with and without the dots in it."""
    folded = fold(name).strip()
    return {form for form in (folded, folded.translate(_DOTS)) if len(form) > 1}


def _given(name: str) -> tuple[str, ...]:
    """Take the given name out of a whole one, where it can be told."""
    folded = fold(name).strip()
    if folded.isascii():
        first, _, rest = folded.partition(" ")
        return (first,) if rest and len(first) > _SHORTEST_GIVEN else ()
    return (folded[-2:],) if len(folded) in (3, 4) else ()


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Keep ``annual`` from containing Ann: Latin names are whole words."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    return not (
        (_is_latin(folded[start]) and _is_latin(before))
        or (_is_latin(folded[end - 1]) and _is_latin(after))
    )


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


NOBODY: Final = PupilFinder()
"""Where no roster is known."""
