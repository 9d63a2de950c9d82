"""
What is known of a file once somebody has looked into it, as a value.

Looking is done elsewhere, outside any transaction and in a process of its own with
limits; rules judge what it found (``events.Inspected``) like anything else.
"""

from dataclasses import dataclass
from enum import Enum


class FileSort(Enum):
    """What a file is by its content, whatever its name says."""

    IMAGE = "image"
    VECTOR_IMAGE = "vector_image"
    """SVG: a document that can carry scripts."""
    AUDIO = "audio"
    VIDEO = "video"
    PDF = "pdf"
    SPREADSHEET = "spreadsheet"
    """xlsx, ods, csv and the old xls."""
    DOCUMENT = "document"
    """Word processing and presentations."""
    TEXT = "text"
    ARCHIVE = "archive"
    PROGRAM = "program"
    """Something a computer or telephone would run, scripts and installers too."""
    EMPTY = "empty"
    UNKNOWN = "unknown"


class Problem(Enum):
    """Why a file could not be looked into whole, or should not be opened."""

    TOO_LARGE = "too_large"
    """More bytes than are fetched."""
    HUGE_IMAGE = "huge_image"
    """It declares more pixels than are decoded."""
    BOMB = "bomb"
    """It would unpack to far more than it is."""
    ENCRYPTED = "encrypted"
    """It needs a password."""
    BROKEN = "broken"
    """Truncated, or not what its first bytes promise."""
    SCRIPTED = "scripted"
    """It carries scripts or macros."""
    DISGUISED = "disguised"
    """Its name or declared type says something else than its content."""
    INFECTED = "infected"
    """The virus scanner knows it."""
    UNFETCHED = "unfetched"
    """The homeserver no longer has it, or does not give it to us."""
    TOO_SLOW = "too_slow"
    """Looking into it took more time or memory than is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What was found in a file; every list and text in here is bounded."""

    sort: FileSort
    media_type: str
    """By content, such as ``image/png``; ``application/octet-stream`` if unknown."""
    size: int
    """Bytes, of which perhaps only the first were looked at."""
    sha256: str = ""
    """Hexadecimal; "" where not all of it was read."""
    problems: frozenset[Problem] = frozenset()
    virus: str | None = None
    """What the scanner calls it."""
    codes: tuple[str, ...] = ()
    """What stands in QR and bar codes."""
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Tables as rows of cells, as a person would see them."""
    members: tuple[str, ...] = ()
    """Names of the files in an archive."""
    words: str = ""
    """The text in it, as far as it is read (text files; images with OCR)."""
