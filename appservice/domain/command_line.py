"""Whether a text is a command, and which; what it is given is read elsewhere."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST_NAME: Final = 64
"""Characters; no command is called by more."""

_SEPARATORS: Final = " \t\r\n\v\f\u3000\u00a0,，、:："
_MARK: Final = re.compile(r"\s*[!！﹗][^\S\n]*")
_WORD: Final = re.compile(r"[^\W\d_][\w-]*")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_CLOSE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A text that asks for a command."""

    name: str | None
    """The command; None where there is none of that name."""
    typed: str
    """What was written as its name."""
    rest: str
    """What follows, as written; it may have several lines."""
    near: str | None = None
    """The nearest known name or alias, where there is none and one is near."""


def invocation(
    text: str, names: Mapping[str, str], *, bare: bool = False
) -> Invocation | None:
    """
    Read a command, if a text is one.

    Args:
        names: Every name and alias, in small letters, and the command it means.
        bare: Also without «!», where the first word is a name and not only begins
            with one.

    Returns:
        None for what is no command, such as «！！！太好了» and "!= 3". For "!hello", a
        word nobody knows, there is one without a name: whether to answer is not
        decided here.
    """
    mark = _MARK.match(text)
    start = mark.end() if mark else len(text) - len(text.lstrip())
    word = _WORD.match(text, start)
    if word is None or not (mark or bare):
        return None
    written = word[0][: LONGEST_NAME + 1]
    end = _end_of_name(_plain(written), names, whole=mark is None)
    if end is not None:
        return _invocation(text, start, start + end, names)
    if mark is None:
        return None
    return Invocation(
        name=None,
        typed=written[:LONGEST_NAME],
        rest=text[word.end() :].lstrip(_SEPARATORS),
        near=_nearest(_plain(written), names),
    )


def _invocation(
    text: str, start: int, end: int, names: Mapping[str, str]
) -> Invocation:
    typed = text[start:end]
    name = {_plain(each): command for each, command in names.items()}[_plain(typed)]
    return Invocation(name=name, typed=typed, rest=text[end:].lstrip(_SEPARATORS))


def _plain(text: str) -> str:
    """Make width and case plain, one character for one."""
    return "".join(map(_plain_character, text))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def _end_of_name(word: str, names: Mapping[str, str], *, whole: bool) -> int | None:
    """
    Find where the name ends that a word is, or begins with; the longest counts.

    Chinese is written without spaces: «禁言李明» is 禁言 and somebody. "muted" is not
    "mute" and a letter, but "mute李明" is.
    """
    known = [_plain(name) for name in names]
    if whole:
        return len(word) if word in known else None
    ends = [len(name) for name in known if name and word.startswith(name)]
    return max((end for end in ends if _ends_at(word, end)), default=None)


def _ends_at(word: str, end: int) -> bool:
    joined = word[end - 1 : end + 1]
    return len(joined) < 2 or _HAN.search(joined) is not None


def _nearest(word: str, names: Mapping[str, str]) -> str | None:
    """Find a name with a letter or two wrong, or one Chinese character."""
    known = sorted(names)
    if not _HAN.match(word):
        close = difflib.get_close_matches(word, known, n=1, cutoff=_CLOSE)
        return close[0] if close else None
    for name in sorted(known, key=len, reverse=True):
        begun = word[: len(name)]
        wrong = sum(a != b for a, b in zip(begun, name, strict=False))
        if len(begun) == len(name) > 1 and wrong == 1:
            return name
    return None
