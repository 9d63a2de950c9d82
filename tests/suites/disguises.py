"""Ways to disguise a word: each a function from the word to what is written."""

from collections.abc import Callable, Mapping
from typing import Final

Disguise = Callable[[str], str]

_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_CYRILLIC: Final = str.maketrans("aceiopxysh", "асеіорхуѕһ")
_GREEK: Final = str.maketrans("aeikopuvx", "αεικορυνχ")
_UPSIDE_DOWN: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz"
)
_LEET: Final = str.maketrans("aeiost", "431057")
_SIGNS: Final = str.maketrans("aics", "@!©$")
_SMALL_CAPITALS: Final = str.maketrans(
    "abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ"
)
_ACCENTS: Final = str.maketrans("aeiou", "áêïõü")


def _between(sign: str) -> Disguise:
    return sign.join


def _each(before: str, after: str) -> Disguise:
    return lambda word: "".join(f"{before}{c}{after}" for c in word)


def _block(first: int) -> Disguise:
    """Write Latin letters as symbols of a block in alphabetical order."""
    return lambda word: "".join(
        chr(first + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in word
    )


def _masked(word: str) -> str:
    """Hide the first vowel, as newspapers do."""
    at = next(at for at, c in enumerate(word) if c in "aeiou")
    return f"{word[:at]}*{word[at + 1 :]}"


EVERY: Final[Mapping[str, Disguise]] = {
    "space": _between(" "),
    "wide space": _between("\u3000"),
    "three spaces": _between("   "),
    "stars": _between("*"),
    "dots": _between("."),
    "middle dots": _between("·"),
    "dashes": _between("-"),
    "underscores": _between("_"),
    "slashes": _between("/"),
    "bars": _between("|"),
    "tildes": _between("~"),
    "hashes": _between("#"),
    "emoji": _between("😀"),
    "hearts": _between("❤️"),
    "zero width space": _between("\u200b"),
    "zero width joiner": _between("\u200d"),
    "word joiner": _between("\u2060"),
    "byte order mark": _between("\ufeff"),
    "soft hyphen": _between("\u00ad"),
    "hangul filler": _between("\u3164"),
    "braille blank": _between("\u2800"),
    "variation selector": _between("\ufe0f"),
    "tag characters": _between("\U000e0061"),
    "right to left override": lambda word: f"\u202e{word}\u202c",
    "bidi isolates": _each("\u2066", "\u2069"),
    "combining strokes": _each("", "\u0336"),
    "zalgo": _each("", "\u0300\u0315\u0489\u035c\u0334" * 3),
    "brackets": _each("[", "]"),
    "quotation marks": _each("「", "」"),
    "line by line": _between("\n"),
    "blank lines": _between("\n\n"),
    "first letters": lambda word: "\n".join(f"{c}甲乙丙" for c in word),
    "backwards": lambda word: word[::-1],
    "three times": lambda word: "".join(c * 3 for c in word),
}
"""For words in any script."""

HAN: Final[Mapping[str, Disguise]] = {
    "twice": lambda word: "".join(c * 2 for c in word),
    "commas of Japan": _between("、"),
}
"""For Han characters."""

LATIN: Final[Mapping[str, Disguise]] = {
    "capitals": str.upper,
    "alternating": lambda w: "".join(
        c.upper() if n % 2 else c for n, c in enumerate(w)
    ),
    "full width": lambda word: word.translate(_FULL_WIDTH),
    "cyrillic": lambda word: word.translate(_CYRILLIC),
    "greek": lambda word: word.translate(_GREEK),
    "upside down": lambda word: word.translate(_UPSIDE_DOWN)[::-1],
    "leet": lambda word: word.translate(_LEET),
    "signs": lambda word: word.translate(_SIGNS),
    "small capitals": lambda word: word.translate(_SMALL_CAPITALS),
    "accents": lambda word: word.translate(_ACCENTS),
    "circled": _block(0x24D0),
    "squared": _block(0x1F130),
    "negative circled": _block(0x1F150),
    "negative squared": _block(0x1F170),
    "regional indicators": lambda word: " ".join(_block(0x1F1E6)(word)),
    "mathematical": _block(0x1D41A),
    "script": _block(0x1D4EA),
    "parenthesised": _block(0x249C),
    "masked": _masked,
    "doubled": lambda word: "".join(c * 2 for c in word),
    "long vowel": lambda word: "".join(c * (4 if c in "aeiou" else 1) for c in word),
}
"""For Latin letters."""
