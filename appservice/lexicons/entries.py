"""The lines of a word list, and what is wrong with some."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from appservice.domain.lexicon import WordList
from appservice.domain.patterns import Pattern, mistake_in
from appservice.domain.text import COMMON, fold
from appservice.mistakes import Mistake

LONGEST: Final = 100
"""Characters of a word."""

LONGEST_PATTERN: Final = 1000


class Kind(Enum):
    """What a line says, by how it begins; longer signs before shorter ones."""

    ALLOWED_PATTERN = "+~"
    DOUBTFUL_PATTERN = "?~"
    PATTERN = "~"
    ALLOWED = "+"
    DOUBTFUL = "?"
    WORD = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a list."""

    line: int
    """Counted from 1."""
    kind: Kind
    text: str


def read_lines(lines: Iterable[str]) -> Iterator[Entry]:
    """Read the lines of a list; empty ones and remarks say nothing."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        kind = next(kind for kind in Kind if text.startswith(kind.value))
        text = text.removeprefix(kind.value).strip()
        yield Entry(line=number, kind=kind, text=text)


def mistakes(file: str, among: Iterable[Entry]) -> Iterator[Mistake]:
    """Say what cannot be looked for, or would be found in every message."""
    for entry in among:
        wrong = wrong_with(entry)
        if wrong is not None:
            yield Mistake(file=file, line=entry.line, key="", text=wrong)


def wrong_with(entry: Entry) -> str | None:
    """Say what is wrong with an entry, and the remedy; None: nothing."""
    shown = f'"{entry.text[:40]}"'
    is_pattern = entry.kind.value.endswith(Kind.PATTERN.value)
    longest = LONGEST_PATTERN if is_pattern else LONGEST
    if len(entry.text) > longest:
        return f"{shown} … is longer than {longest} characters; shorten it"
    if is_pattern:
        wrong = mistake_in(entry.text)
        return None if wrong is None else f"{shown} {wrong}"
    word = fold(entry.text).strip()
    if not any(map(str.isprintable, word)):
        return f"{shown} is nothing one can see; take the line out"
    if entry.kind is Kind.ALLOWED:
        return None
    if len(word) == 1 and (word in COMMON or word.isascii()):
        return f"{shown} stands in every second message; write a longer word"
    return None


def word_list(name: str, read: Iterable[Entry]) -> WordList:
    """Make a list of what was read."""
    texts: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for entry in read:
        texts[entry.kind].append(entry.text)
    sure = [Pattern(text=text) for text in texts[Kind.PATTERN]]
    doubtful = [
        Pattern(text=text, is_sure=False) for text in texts[Kind.DOUBTFUL_PATTERN]
    ]
    return WordList(
        name=name,
        words=tuple(texts[Kind.WORD]),
        allowed=tuple(texts[Kind.ALLOWED]),
        doubtful=tuple(texts[Kind.DOUBTFUL]),
        patterns=(*sure, *doubtful),
        allowed_patterns=tuple(
            Pattern(text=text) for text in texts[Kind.ALLOWED_PATTERN]
        ),
    )
