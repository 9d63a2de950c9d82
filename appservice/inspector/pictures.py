"""Pictures: whether they can be shown, and what their QR and bar codes say."""

import io
import warnings
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

from appservice.domain.files import Problem

PIXELS_AT_MOST: Final = 80_000_000
"""Declared pixels above which a picture is not decoded."""

SIDE: Final = 1600
"""Pixels; for codes, larger pictures are made this small, and looked at whole too."""

FRAMES_AT_MOST: Final = 8
CODES_AT_MOST: Final = 20
CODE_LENGTH: Final = 2000

_KNOWN: Final = frozenset(
    f"image/{sort}" for sort in ("png", "jpeg", "gif", "webp", "bmp", "tiff")
)

Image.MAX_IMAGE_PIXELS = PIXELS_AT_MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What was found in a picture."""

    problems: frozenset[Problem] = frozenset()
    codes: tuple[str, ...] = ()


def look_at_picture(data: bytes, media_type: str) -> Picture:
    """Decode a picture, some frames of a moving one, and read the codes in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _look(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Picture(problems=frozenset({Problem.HUGE_IMAGE}))
    except UnidentifiedImageError:
        # Some sorts are shown by telephones and not known here, such as HEIC.
        is_known = media_type in _KNOWN
        return Picture(problems=frozenset({Problem.BROKEN} if is_known else ()))
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError):
        return Picture(problems=frozenset({Problem.BROKEN}))


def _look(data: bytes) -> Picture:
    codes: dict[str, None] = {}
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        if width * height > PIXELS_AT_MOST:
            return Picture(problems=frozenset({Problem.HUGE_IMAGE}))
        frames = getattr(image, "n_frames", 1)
        step = max(1, frames // FRAMES_AT_MOST)
        for frame in range(0, frames, step):
            if frames > 1:
                image.seek(frame)
            codes |= dict.fromkeys(_codes(image))
            if frame // step + 1 >= FRAMES_AT_MOST:
                break
    return Picture(codes=tuple(codes)[:CODES_AT_MOST])


def _codes(image: Image.Image) -> list[str]:
    grey = image.convert("L")
    found = _read(grey)
    if not found and max(grey.size) > SIDE:
        small = grey.copy()
        small.thumbnail((SIDE, SIDE))
        found = _read(small)
    return found


def _read(image: Image.Image) -> list[str]:
    return [
        code.text[:CODE_LENGTH]
        for code in zxingcpp.read_barcodes(image)
        if code.text.strip()
    ]
