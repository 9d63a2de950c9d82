"""Numbers that belong to one person: identity cards, bank cards, mobile telephones."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

_SPOKEN: Final = str.maketrans(
    "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789"
)
_RUN: Final = re.compile(r"(?<![0-9a-z])(?:[0-9x][ \-.]{0,2}){10,40}(?![0-9])")
_PIECE: Final = re.compile(r"[0-9x]+")
_SHORTEST: Final = 11
_SPOKEN_RUN: Final = re.compile("[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{11,18}")
_MOBILE: Final = re.compile(r"(?:\+?0{0,2}86)?(1[3-9]\d{9})")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOST: Final = 200


def digit_runs(folded: str) -> Iterator[str]:
    """List the long numbers in a folded text, without what stands between digits."""
    for number, match in enumerate(_RUN.finditer(folded)):
        if number == _MOST:
            break
        pieces = _PIECE.findall(match[0])
        # Two whole numbers beside one another are two.
        whole = [piece for piece in pieces if len(piece) >= _SHORTEST]
        yield from whole or ["".join(pieces)]
    for match in _SPOKEN_RUN.finditer(folded):
        yield match[0].translate(_SPOKEN)


def is_identity_card(number: str, *, is_named: bool = False) -> bool:
    """
    Check region, date of birth and check digit (GB 11643-1999).

    Args:
        number: Eighteen characters, without spaces.
        is_named: Whether it is said to be one: then a slip of the pen changes nothing.
    """
    number = number.lower()
    if len(number) != 18 or not number[:17].isdecimal() or number[0] in "09":
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if is_named:
        return born.year >= 1900
    total = sum(int(c) * w for c, w in zip(number[:17], _WEIGHTS, strict=True))
    return born.year >= 1900 and "10x98765432"[total % 11] == number[17]


def is_bank_card(number: str) -> bool:
    """Check length and check digit (ISO/IEC 7812, Luhn)."""
    if not 15 <= len(number) <= 19 or not number.isdecimal() or len(set(number)) < 2:
        return False
    total = 0
    for place, character in enumerate(reversed(number)):
        digit = int(character) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def mobile_number(number: str) -> str | None:
    """Return the eleven digits of a mobile telephone in China."""
    match = _MOBILE.fullmatch(number)
    return match[1] if match else None
