"""
Letters that look like Latin ones, as a compact table.

Only those that are hard to tell apart in a chat font; Unicode's own compatibility
mappings (full-width, circled, mathematical letters) need no table. Letters are written
in lower case: folding has been there before.
"""

from typing import Final

_CYRILLIC: Final = dict(
    zip("авеёзікмнорсԁтуѵхһјѕԛԝӏґѓьԍ", "abee3ikmhopcdtyvxhjsqwlrrbg", strict=True)
)
_GREEK: Final = dict(zip("αβγεζηικμνορτυχω", "abyeznikuvoptuxw", strict=True))
_SMALL_CAPITALS: Final = dict(
    zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)
)
_OTHERS: Final = dict(
    zip("ıȷɑɡøłđħŧɩʋɴꞵꭓꭺᏼաօզսցոհ", "ijagolthtivnbxabwoqugnh", strict=True)
)
_UPSIDE_DOWN: Final = dict(
    zip("ɐɔǝɟƃɓᵷɥᴉɾʞꞁɯɹʇʌʍʎɒɘɿƨƹ", "acefggghijklmrtvwyaersz", strict=True)
)
_VARIANTS: Final = dict(zip("儍砲姧妳祢騒屄", "傻炮奸你你骚逼", strict=True))
"""Han characters that are written for another one, and no other script's."""


def _letters(first: int, last: int) -> dict[str, str]:
    """Map a block of 26 symbols in alphabetical order."""
    return {chr(code): chr(ord("a") + code - first) for code in range(first, last + 1)}


LOOKALIKES: Final[dict[str, str]] = {
    **_CYRILLIC,
    **_GREEK,
    **_SMALL_CAPITALS,
    **_OTHERS,
    **_UPSIDE_DOWN,
    **_VARIANTS,
    # White letters on black, and the letters of which flags are made.
    **_letters(0x1F150, 0x1F169),
    **_letters(0x1F170, 0x1F189),
    **_letters(0x1F1E6, 0x1F1FF),
}
