"""
The word lists: our small starters here, a school's own in its directory.

A file is a list, and its name is that of the list (``domain.lexicon.LISTS``). A line is
a word, ``+`` and a longer word that is fine, or ``#`` and a remark.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from appservice.documents import ConfigError, Mistake
from appservice.domain.lexicon import LISTS, Lexicon, WordList
from appservice.domain.spelling import nearest

SHIPPED: Final = Path(__file__).parent


def load(school: Path | None = None) -> Lexicon:
    """
    Compile our lists and a school's own, which add to ours.

    Args:
        school: A directory with ``*.txt``; None where the school has none.

    Raises:
        ConfigError: A file is no list, or cannot be read.
    """
    return _shipped() if school is None else Lexicon(read(SHIPPED) + read(school))


@cache
def _shipped() -> Lexicon:
    return Lexicon(read(SHIPPED))


def read(directory: Path) -> tuple[WordList, ...]:
    """
    Read all lists of a directory.

    Raises:
        ConfigError: A file is no list, or cannot be read.
    """
    lists: list[WordList] = []
    mistakes: list[Mistake] = []
    for path in sorted(directory.glob("*.txt")):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            mistakes.append(_mistake(path, "is not UTF-8; save it as UTF-8"))
            continue
        except OSError as error:
            mistakes.append(_mistake(path, f"cannot be read: {error.strerror}"))
            continue
        if path.stem not in LISTS:
            hint = nearest(path.stem, LISTS)
            mistakes.append(_mistake(path, f"is not the name of a word list; {hint}"))
            continue
        lists.append(_parse(path.stem, text.splitlines()))
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(lists)


def _mistake(path: Path, text: str) -> Mistake:
    return Mistake(file=str(path), line=None, key="", text=text)


def _parse(name: str, lines: Iterable[str]) -> WordList:
    words: list[str] = []
    allowed: list[str] = []
    for line in map(str.strip, lines):
        if line.startswith("+"):
            allowed.append(line[1:].strip())
        elif line and not line.startswith("#"):
            words.append(line)
    return WordList(
        name=name,
        words=tuple(words),
        allowed=tuple(filter(None, allowed)),
    )
