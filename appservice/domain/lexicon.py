"""
Word lists compiled, and what of them stands in a text.

Nothing is read from disk here; ``appservice/lexicons`` does that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from appservice.domain.certainty import INSULT, is_certain
from appservice.domain.patterns import SHORT, Pattern, Patterns, compiled, spans
from appservice.domain.rule import Category
from appservice.domain.text import (
    IS_HEARD,
    View,
    Views,
    fold_lines,
    hear,
    spellings,
    squeeze,
)
from appservice.domain.vocabulary import Covered, Entry, Stand, Vocabulary

_WITH_WORDS: Final = (
    *(Category.ABUSE, Category.VULGAR, Category.PORNOGRAPHY, Category.VIOLENCE),
    *(Category.CULT, Category.GAMBLING, Category.POLITICS, Category.RELIGION),
    *(
        Category.ADVERTISING,
        Category.RED_PACKET,
        Category.VOTE,
        Category.LIKE_COLLECTING,
    ),
    *(Category.FUNDRAISING, Category.INCITEMENT, Category.SELF_HARM, Category.RUMOUR),
    *(Category.SHOWING_OFF, Category.CONFIDENTIAL, Category.COMPLAINT),
    Category.PUPIL_NEGATIVE,
)

LISTS: Final[Mapping[str, Category]] = MappingProxyType(
    {
        **{each.value: each for each in _WITH_WORDS},
        "vulgar_mild": Category.VULGAR,
    }
)
"""The word lists there can be, and the category of what is on them."""

FOUND_AT_MOST: Final = 100
"""Characters of the original text that are kept as evidence."""

_REMEMBERED: Final = 16
"""Texts whose hits are remembered: every rule on words asks about the same."""


_AROUND: Final = 100
_EXCUSES_AT_MOST: Final = 30
"""Excuses in one text; whoever needs more is not excused."""

_READABLE: Final = frozenset({View.FOLDED, View.SQUEEZED, View.RESPELLED})
"""Views that show what a reader reads; patterns are looked for in these."""

_INSULTS: Final = frozenset({"abuse", "vulgar"})
"""Lists of words that people are called."""

_TAKEN_AS_WRITTEN: Final = frozenset(
    {
        *("politics", "religion", "self_harm", "rumour", "showing_off"),
        *("confidential", "complaint", "pupil_negative"),
    }
)
"""Lists of words that nobody disguises, and that others could be taken for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """One list: words nobody wants, and longer ones around them that are fine."""

    name: str
    words: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    """Fine on every list."""
    doubtful: tuple[str, ...] = ()
    """Words that may be meant otherwise: never sure."""
    patterns: tuple[Pattern, ...] = ()
    allowed_patterns: tuple[Pattern, ...] = ()
    """Words of this list within what one of them matches are fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A word of a list that stands in a text."""

    list_name: str
    found: str
    """As it was written, at most ``FOUND_AT_MOST`` characters."""
    is_sure: bool
    """Whether it must have been meant; «你真傻 逼我去» may not mean «傻逼»."""
    view: View = View.FOLDED
    """How the text had to be looked at to find it."""


class _Place(NamedTuple):
    """Where something of a list stands in the folded text."""

    start: int
    end: int
    is_sure: bool
    view: View


class Lexicon:
    """All word lists, ready to be looked for."""

    def __init__(self, lists: Iterable[WordList] = ()) -> None:
        lists = tuple(lists)
        entries = _entries(lists)
        self._written = Vocabulary(entries)
        plainest = Vocabulary(_in_plain_letters(entries))
        sounds, self._alike = _by_sound(entries)
        self._vocabularies = {
            View.HEARD: Vocabulary(sounds),
            View.PLAINEST: plainest,
            View.UNDOUBLED: plainest,
        }
        self._patterns = Patterns(
            (each.name, pattern) for each in lists for pattern in each.patterns
        )
        self._allowed = _allowed_patterns(lists)
        self._remembered = lru_cache(_REMEMBERED)(self._find)

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Find at most one thing of each list: the first sure one, else the first."""
        return self._remembered(text)

    def _find(self, text: str) -> tuple[Hit, ...]:
        views = Views(text)
        best: dict[str, _Place] = {}
        excused = _Excused(self._allowed, views.folded)
        for name, place in self._places(views, best):
            if _is_better(place.is_sure, best.get(name)) and not excused(name, place):
                best[name] = place
        return tuple(
            Hit(
                list_name=name,
                found=views.written(place.start, place.end)[:FOUND_AT_MOST],
                is_sure=place.is_sure,
                view=place.view,
            )
            for name, place in best.items()
        )

    def _places(
        self, views: Views, best: Mapping[str, _Place]
    ) -> Iterable[tuple[str, _Place]]:
        covered = Covered()
        for view, shown in views.shown.items():
            vocabulary = self._vocabularies.get(view, self._written)
            stands = vocabulary.stands(
                shown,
                strictly=view is View.HEARD,
                covered=covered if view is View.FOLDED else None,
            )
            for name, place in (
                self._judged(views, view, stands, best) if stands else ()
            ):
                if view is View.FOLDED or (place.start, place.end) not in covered:
                    yield name, place
            if view in _READABLE and not _is_repeated(view, views):
                for start, end, name, is_sure in self._patterns.found(
                    shown, lambda name, is_sure: not _is_better(is_sure, best.get(name))
                ):
                    span = views.span_of_folded(view, start, end)
                    yield name, _Place(*span, is_sure, view)

    def _judged(
        self,
        views: Views,
        view: View,
        stands: Iterable[Stand],
        best: Mapping[str, _Place],
    ) -> Iterable[tuple[str, _Place]]:
        """Judge words, less those that cannot be better than what is known."""
        is_readable = view in _READABLE
        for stand in stands:
            names = [
                (name, is_sure)
                for name, is_sure in stand.entry
                if _is_better(is_sure, best.get(name))
                and (is_readable or (is_sure and name not in _TAKEN_AS_WRITTEN))
            ]
            if not names:
                continue
            span = views.span_of_folded(view, stand.start, stand.end)
            is_meant = is_certain(view, views, span, stand.word, self._alike)
            if is_meant is not None:
                for name, is_sure in names:
                    yield name, _Place(*span, is_sure and is_meant, view)


def hits_of(lexicon: Lexicon, texts: Iterable[str]) -> Iterable[tuple[Hit, ...]]:
    """Look through texts, such as those a school has kept: what would be found?"""
    return map(lexicon.hits, texts)


class _Excused:
    """What the allowed patterns of a list say is fine, worked out when asked."""

    def __init__(self, allowed: Mapping[str, tuple[Any, ...]], folded: str) -> None:
        self._allowed = allowed
        self._folded = folded
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._count = 0

    def __call__(self, name: str, place: _Place) -> bool:
        if name not in self._allowed or self._count >= _EXCUSES_AT_MOST:
            return False
        # Whether a long text excuses something is seen from what stands around it.
        at = max(0, place.start - _AROUND) if len(self._folded) > SHORT else 0
        is_excused = any(
            at + start <= place.start and place.end <= at + end
            for start, end in self._around(name, place, at)
        )
        self._count += is_excused
        return is_excused

    def _around(self, name: str, place: _Place, at: int) -> list[tuple[int, int]]:
        if len(self._folded) > SHORT:
            window = self._folded[at : place.end + _AROUND]
            return spans(self._allowed[name], window)
        if name not in self._spans:
            self._spans[name] = spans(self._allowed[name], self._folded)
        return self._spans[name]


def _is_repeated(view: View, views: Views) -> bool:
    """Whether another view shows a long text as well: reading it twice takes time."""
    is_long = len(views.folded) > SHORT
    return is_long and view is View.SQUEEZED and View.RESPELLED in views.shown


def _is_better(is_sure: bool, known: _Place | None) -> bool:  # noqa: FBT001
    return known is None or is_sure > known.is_sure


def _entries(lists: Iterable[WordList]) -> dict[str, Entry]:
    """Bring the words into the form they have in a squeezed text."""
    names: dict[str, dict[str, bool]] = {}
    allowed: list[str] = []
    for each in lists:
        for is_sure, words in ((False, each.doubtful), (True, each.words)):
            for word in _in_view(words):
                names.setdefault(word, {})[each.name] = is_sure
        allowed += each.allowed
    # Few combinations are shared by many words.
    shared: dict[Entry, Entry] = {}
    entries: dict[str, Entry] = {}
    for word, on in names.items():
        entry = tuple(sorted(on.items()))
        entries[word] = shared.setdefault(entry, entry)
    # A school may allow a word that we ship: then the allowed one counts.
    entries |= dict.fromkeys(_in_view(allowed), ())
    entries.pop("", None)
    return entries


def _in_view(words: Sequence[str]) -> list[str]:
    folded = [word.strip() for word in fold_lines(words)]
    lines = "\n".join(folded)
    squeezed = (squeeze(lines) or lines).split("\n")
    return [
        plain if plain.isascii() else together
        for plain, together in zip(folded, squeezed, strict=True)
    ]


def _in_plain_letters(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    plain: dict[str, Entry] = {}
    for word, entry in entries.items():
        if entry and word.isascii():
            for spelling in spellings(word):
                plain.setdefault(spelling, entry)
    return plain


def _by_sound(
    entries: Mapping[str, Entry],
) -> tuple[dict[str, Entry], dict[str, str]]:
    """List what words sound like; and for two syllables, which words do."""
    sounds: dict[str, Entry] = {}
    alike: dict[str, str] = {}
    heard = hear("\n".join(entries)).split("\n") if entries else ()
    for (word, entry), sound in zip(entries.items(), heard, strict=True):
        # Pinyin in a list is found as it is; «hongbao» is no name for «红包».
        if len(sound) < 2 or word.isascii() or not IS_HEARD.fullmatch(sound):
            continue
        if len(sound) == 2 and entry:
            known = alike.get(sound, "")
            is_insult = not _INSULTS.isdisjoint(name for name, _ in entry)
            if is_insult and not known.startswith(INSULT):
                known = INSULT + known
            alike[sound] = f"{known} {word}"
        sounds[sound] = entry if sound not in sounds else _merged(sounds[sound], entry)
    return sounds, alike


def _merged(one: Entry, other: Entry) -> Entry:
    """Join the lists of two words that sound alike; an allowed one excuses no other."""
    return tuple(sorted({**dict(one), **dict(other)}.items()))


def _allowed_patterns(lists: Iterable[WordList]) -> dict[str, tuple[Any, ...]]:
    allowed: dict[str, tuple[Any, ...]] = {}
    for each in lists:
        if each.allowed_patterns:
            known = allowed.get(each.name, ())
            allowed[each.name] = known + compiled(each.allowed_patterns)
    return allowed
