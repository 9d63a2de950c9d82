"""
Hidden text: what a message says to some eyes only.

A30: «使用规范的汉字和标点符号». Characters that cannot be seen are folded away before
anything is looked for; here they are judged themselves. Emoji, Arabic, Hebrew, Indic
scripts and what a web page leaves behind when it is copied are ordinary.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from appservice.domain.events import Edited, Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.reading import said
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Severity,
    Step,
    Violation,
)
from appservice.domain.text import compact

_BOUND: Final = 16_000
_UNUSUAL: Final = re.compile(
    "[\u00ad\u034f\u0300-\u036f\u0483-\u0489\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\u2800\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]{1,}")
_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,12}\U000e007f")
_OVERRIDE: Final = re.compile("[\u202d\u202e][^\u202c\n]{2,}")
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_BETWEEN: Final = re.compile(
    r"(?<=[a-z0-9\u3400-\u9fff])[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]+"
    r"(?=[a-z0-9\u3400-\u9fff])",
    re.IGNORECASE,
)
_STACKED: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}"
)
_WIDE: Final = 30
"""Marks on one letter that reach over other people's messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """Hidden only where something is concealed; else a hint."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.MINOR
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("A30"),)
    invisible: int = 3
    """Invisible characters within words from which a hint is given."""


def check(event: RoomEvent, settings: Settings, _: Context) -> Iterable[Violation]:
    """Judge by the gravest kind of hiding."""
    if not isinstance(event, (Message, Edited)):
        return ()
    found = [
        (words, at_most, text.place)
        for text in said(event)
        if _UNUSUAL.search(text.value[:_BOUND])
        for words, at_most in _hidden(text.value[:_BOUND], settings)
    ]
    if isinstance(event, Message):
        found += [(w, Outcome.FLAG, Place.FORMATTED) for w in _other_words(event)]
    if not found:
        return ()
    words, at_most, place = max(found, key=lambda each: each[1].rank)
    violation = settings.broken(
        Category.HIDDEN_TEXT,
        Evidence(found=_shown(words)[:100], place=place.value),
        at_most=at_most,
        tells_author=at_most is Outcome.FLAG,
    )
    return (violation,)


def _hidden(text: str, settings: Settings) -> Iterator[tuple[str, Outcome]]:
    tags = _TAGS.search(_FLAG.sub("", text))
    selectors = _SELECTORS.search(text)
    turned = None if _RIGHT_TO_LEFT.search(text) else _OVERRIDE.search(text)
    for match in (tags, selectors, turned):
        if match is not None:
            yield match[0], Outcome.REFUSE
    if len(_BETWEEN.findall(text)) >= settings.invisible:
        yield text, Outcome.HINT
    # Marks may be part of a letter; the longest texts are taken as they are.
    letters = unicodedata.normalize("NFD", text) if len(text) < 2000 else text
    stacks = [len(stack) for stack in _STACKED.findall(letters)]
    if max(stacks, default=0) >= _WIDE:
        yield text, Outcome.REFUSE
    elif len(stacks) >= 3:
        yield text, Outcome.HINT
    if text.strip() and not any(map(_is_visible, text)):
        yield text, Outcome.HINT


def _is_visible(character: str) -> bool:
    return not character.isspace() and not _UNUSUAL.match(character)


def _other_words(event: Message) -> Iterator[str]:
    """Find formatted words that a body says nothing of: some clients show only one."""
    body = formatted = ""
    for text in event.texts:
        if text.place is Place.BODY:
            body += text.value[:_BOUND]
        elif text.place is Place.FORMATTED:
            formatted += text.value[:_BOUND]
    if not formatted or not body:
        return
    shown, plain = _pairs(formatted), _pairs(body)
    if len(shown) >= 12 and len(plain) >= 3 and len(shown & plain) * 5 < len(shown):
        yield formatted


def _pairs(text: str) -> frozenset[str]:
    letters = compact(text[:4000])
    return frozenset(map("".join, pairwise(letters)))


def _shown(text: str) -> str:
    """Make tag characters readable for staff."""
    return "".join(
        chr(ord(c) - 0xE0000) if "\U000e0020" <= c <= "\U000e007e" else c for c in text
    )


RULE = Rule(name="hidden_text", settings=Settings, check=check)
