"""
The squeezed view of a folded text: what was pulled apart is put together again.

«傻*逼» becomes «傻逼», ``f.u.c.k`` and ``fuuuuck`` become ``fuck``, ``shut --- up``
becomes ``shut up``. Nothing is drawn together across the end of a sentence, a comma or
a line: those separate what people mean to separate.
"""

import re
from typing import Final

_HAN: Final = r"\u3007\u3400-\u9fff\U00020000-\U00031fff"
_GAP: Final = r"(?:[^\w。!?,;、\n]|_)+"
_PULLED_APART: Final = re.compile(
    rf"(?P<spelled>(?<![a-z0-9])[a-z](?:{_GAP}[a-z0-9]){{2,}}(?![a-z0-9]))"
    rf"|(?P<gap>(?<=[{_HAN}]){_GAP}(?=[{_HAN}a-z0-9])"
    rf"|(?<=[a-z0-9]){_GAP}(?=[{_HAN}]))"
    rf"|(?P<space>(?<=[a-z0-9])(?!\ [a-z0-9]){_GAP}(?=[a-z0-9]))"
    r"|(?P<run>([a-z])\5{2,})"
)
_SUSPICIOUS: Final = re.compile(
    # Anything but one space between words, and words of one letter before another.
    r"[^\w .,!?;\n]|_|\.\S|\ [\ .]|([a-z])\1\1"
    r"|(?<![a-z0-9])[a-z](?:\.|\ [a-z0-9](?![a-z0-9]))"
)
"""What Latin text must hold for anything to be pulled apart in it."""


def squeeze(folded: str) -> str | None:
    """Put together what was pulled apart; None where nothing was."""
    if _is_plain(folded):
        return None
    squeezed = _PULLED_APART.sub(_put_together, folded)
    return None if squeezed == folded else squeezed


def places(folded: str) -> list[int]:
    """List where each character of the squeezed text stands in the folded one."""
    if _is_plain(folded):
        return list(range(len(folded)))
    kept: list[int] = []
    last = 0
    for match in _PULLED_APART.finditer(folded):
        kept.extend(range(last, match.start()))
        kept.extend(_kept(match))
        last = match.end()
    kept.extend(range(last, len(folded)))
    return kept


def _is_plain(folded: str) -> bool:
    """Whether nothing in a Latin text was pulled apart; most of it is told fast."""
    return folded.isascii() and not _SUSPICIOUS.search(folded)


def is_word_character(character: str) -> bool:
    """Tell a letter, a Han character or a digit from what stands between words."""
    return character.isalnum()


def _put_together(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "spelled":
            return "".join(filter(str.isalnum, match.group()))
        case "gap":
            return ""
        case _:
            return match.group()[0]


def _kept(match: re.Match[str]) -> list[int]:
    """List the places whose characters remain: letters, one space, or nothing."""
    match match.lastgroup:
        case "spelled":
            span = range(match.start(), match.end())
            return [place for place in span if match.string[place].isalnum()]
        case "gap":
            return []
        case _:
            return [match.start()]
