"""
Word lists compiled into one automaton, and what it finds in a text.

Nothing is read from disk here; ``appservice/lexicons`` does that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ahocorasick_rs import AhoCorasick

from appservice.domain.rule import Category
from appservice.domain.text import (
    fold,
    is_word_character,
    places,
    span_before_folding,
    squeeze,
)

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

_DELIBERATE: Final = re.compile(r"[*#@|/\\^+=&%$_]+|[-·.•]")
"""Gaps nobody leaves by accident between two Han characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """One list: words nobody wants, and longer ones around them that are fine."""

    name: str
    words: tuple[str, ...]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A word of a list that stands in a text."""

    list_name: str
    found: str
    """As it was written, at most ``FOUND_AT_MOST`` characters."""
    is_sure: bool
    """Whether it must have been meant; «你真傻 逼我去» may not mean «傻逼»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    text: str
    lists: tuple[str, ...]
    """None at all for an allowed word."""
    is_ascii_first: bool
    is_ascii_last: bool
    is_short: bool
    """Whether it is so short that its characters may have met by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    pattern: _Pattern
    start: int
    end: int
    is_sure: bool = True


class Lexicon:
    """All word lists, ready to be looked for in one pass over a text."""

    def __init__(self, lists: Iterable[WordList] = ()) -> None:
        self._patterns = _compile(lists)
        self._automaton = AhoCorasick([pattern.text for pattern in self._patterns])

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Find at most one word of each list: the first sure one, else the first."""
        folded = fold(text)
        spans = [*self._spans(folded), *self._squeezed_spans(folded)]
        if not spans:
            return ()
        best: dict[str, _Span] = {}
        for span in sorted(spans, key=lambda span: (not span.is_sure, span.start)):
            for name in span.pattern.lists:
                best.setdefault(name, span)
        return tuple(
            Hit(list_name=name, found=_found(text, span), is_sure=span.is_sure)
            for name, span in best.items()
        )

    def _spans(self, view: str) -> list[_Span]:
        """Find the words in one view, less those within an allowed word."""
        found = self._automaton.find_matches_as_indexes(view, overlapping=True)
        if not found:
            return []
        spans: list[_Span] = []
        allowed_until = 0
        # By start, and allowed words before those they may contain.
        for start, _, end, number in sorted(
            (start, bool(self._patterns[number].lists), end, number)
            for number, start, end in found
        ):
            pattern = self._patterns[number]
            if not _stands_alone(pattern, view, start, end):
                continue
            if not pattern.lists:
                allowed_until = max(allowed_until, end)
            elif end > allowed_until:
                spans.append(_Span(pattern=pattern, start=start, end=end))
        return spans

    def _squeezed_spans(self, folded: str) -> list[_Span]:
        """Find the words that only squeezing shows, as spans of the folded text."""
        squeezed = squeeze(folded)
        if squeezed is None:
            return []
        spans = self._spans(squeezed)
        if not spans:
            return []
        at = places(folded)
        crossing = []
        for span in spans:
            start, end = at[span.start], at[span.end - 1] + 1
            if end - start > span.end - span.start:
                is_sure = _is_sure(span.pattern, folded, start, end)
                crossing.append(
                    _Span(pattern=span.pattern, start=start, end=end, is_sure=is_sure)
                )
        return crossing


def _compile(lists: Iterable[WordList]) -> tuple[_Pattern, ...]:
    names: dict[str, set[str]] = {}
    allowed: set[str] = set()
    for each in lists:
        for word in each.words:
            names.setdefault(_view(word), set()).add(each.name)
        allowed |= set(map(_view, each.allowed))
    # A school may allow a word that we ship: then the allowed one counts.
    patterns = {**names, **{word: set[str]() for word in allowed}}
    return tuple(
        _Pattern(
            text=text,
            lists=tuple(sorted(patterns[text])),
            is_ascii_first=_is_ascii_word(text[0]),
            is_ascii_last=_is_ascii_word(text[-1]),
            is_short=len(text) < 3 and not text.isascii(),
        )
        for text in sorted(patterns)
        if text
    )


def _view(word: str) -> str:
    """Bring a word of a list into the form that it has in a squeezed text."""
    folded = fold(word).strip()
    return folded if folded.isascii() else squeeze(folded) or folded


def _stands_alone(pattern: _Pattern, view: str, start: int, end: int) -> bool:
    """Keep ``class`` from containing a word: Latin edges must be edges of words."""
    if pattern.is_ascii_first and start and _is_ascii_word(view[start - 1]):
        return False
    is_last = end == len(view)
    return not (pattern.is_ascii_last and not is_last and _is_ascii_word(view[end]))


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_sure(pattern: _Pattern, folded: str, start: int, end: int) -> bool:
    """
    Tell a disguised word from characters that met by chance.

    Two characters with a space, a bracket or an emoji between them may belong to two
    words; unless they stand by themselves, or the gap is one nobody leaves by chance.
    """
    if not pattern.is_short:
        return True
    gap = "".join(c for c in folded[start:end] if not is_word_character(c))
    if _DELIBERATE.fullmatch(gap):
        return True
    before, after = folded[start - 1 : start], folded[end : end + 1]
    return not any(map(is_word_character, before + after))


def _found(text: str, span: _Span) -> str:
    start, end = span_before_folding(text, span.start, span.end)
    return text[start:end][:FOUND_AT_MOST]
