"""
The word lists: our small starters here, a school's own in its directory.

A file is a list, and its name is that of the list (``domain.lexicon.LISTS``). A line is

- a word, or ``?`` and a word that may be meant otherwise: a person looks;
- ``+`` and a longer word that is fine, on every list;
- ``~`` and a pattern (RE2), or ``?~`` and a doubtful one;
- ``+~`` and a pattern: what it covers is no hit of this list;
- ``#`` and a remark.
"""

from functools import cache
from pathlib import Path
from typing import Final

from appservice.documents import ConfigError, Mistake
from appservice.domain.lexicon import LISTS, Lexicon, WordList
from appservice.domain.spelling import nearest
from appservice.lexicons.entries import mistakes, read_lines, word_list

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
        ConfigError: A file is no list, cannot be read, or holds what would be found in
            every message. Every mistake is named with its line.
    """
    lists: list[WordList] = []
    wrong: list[Mistake] = []
    try:
        # Not glob(), which finds nothing in a folder that is not for us.
        files = sorted(directory.iterdir())
    except OSError as error:
        text = f"cannot be read: {error.strerror}"
        raise ConfigError([_mistake(directory, text)]) from None
    for path in files:
        if path.suffix != ".txt":
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            wrong.append(_mistake(path, "is not UTF-8; save it as UTF-8"))
            continue
        except OSError as error:
            wrong.append(_mistake(path, f"cannot be read: {error.strerror}"))
            continue
        if path.stem not in LISTS:
            hint = nearest(path.stem, LISTS)
            wrong.append(_mistake(path, f"is not the name of a word list; {hint}"))
            continue
        found = tuple(read_lines(text.splitlines()))
        wrong += mistakes(str(path), found)
        lists.append(word_list(path.stem, found))
    if wrong:
        raise ConfigError(wrong)
    return tuple(lists)


def _mistake(path: Path, text: str) -> Mistake:
    return Mistake(file=str(path), line=None, key="", text=text)
