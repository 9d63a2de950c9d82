"""Containers: what is in them, and whether they are safe to open."""

import io
import re
import tarfile
import zipfile
from dataclasses import dataclass
from typing import Final

from appservice.domain.files import FileSort, Problem
from appservice.inspector.sorts import RUNNABLE, extension

UNPACKED_AT_MOST: Final = 200 * 2**20
"""Bytes that a container may unpack to."""

RATIO_AT_MOST: Final = 200
"""Times its own size, above a megabyte."""

MEMBERS_AT_MOST: Final = 5000
NAMED_AT_MOST: Final = 200
"""Names of members that are reported."""

_OFFICE: Final = (
    ("xl/", FileSort.SPREADSHEET),
    ("word/", FileSort.DOCUMENT),
    ("ppt/", FileSort.DOCUMENT),
)
_OPEN_DOCUMENTS: Final = {
    b"application/vnd.oasis.opendocument.spreadsheet": FileSort.SPREADSHEET,
    b"application/vnd.oasis.opendocument.text": FileSort.DOCUMENT,
    b"application/vnd.oasis.opendocument.presentation": FileSort.DOCUMENT,
}
_DOCUMENT_TYPE: Final = {
    FileSort.SPREADSHEET: "application/vnd.ms-excel",
    FileSort.DOCUMENT: "application/msword",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What was found in a container."""

    sort: FileSort
    media_type: str
    problems: frozenset[Problem] = frozenset()
    members: tuple[str, ...] = ()

    @property
    def is_openable(self) -> bool:
        """Whether it may be read further."""
        bad = {Problem.BOMB, Problem.BROKEN, Problem.ENCRYPTED}
        return not bad & self.problems


def look_into_zip(data: bytes) -> Container:
    """Read the table of contents of a zip, and nothing of its members."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return Container(
            sort=FileSort.ARCHIVE,
            media_type="application/zip",
            problems=frozenset({Problem.BROKEN}),
        )
    names = [member.filename for member in members]
    problems = set()
    size = sum(member.file_size for member in members)
    if (
        size > UNPACKED_AT_MOST
        or len(members) > MEMBERS_AT_MOST
        or (size > 2**20 and size > RATIO_AT_MOST * max(len(data), 1))
    ):
        problems.add(Problem.BOMB)
    if any(member.flag_bits & 0x1 for member in members):
        problems.add(Problem.ENCRYPTED)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        problems.add(Problem.SCRIPTED)
    sort, media_type = _sort_of_zip(archive, names)
    return Container(
        sort=sort,
        media_type=media_type,
        problems=frozenset(problems),
        members=tuple(names[:NAMED_AT_MOST]) if sort is FileSort.ARCHIVE else (),
    )


def _sort_of_zip(archive: zipfile.ZipFile, names: list[str]) -> tuple[FileSort, str]:
    known = set(names)
    if "AndroidManifest.xml" in known or any(n.endswith(".class") for n in names):
        return FileSort.PROGRAM, "application/java-archive"
    if "[Content_Types].xml" in known:
        for prefix, sort in _OFFICE:
            if any(name.startswith(prefix) for name in names):
                return sort, _DOCUMENT_TYPE[sort]
    if "mimetype" in known and archive.getinfo("mimetype").file_size < 200:
        try:
            sort = _OPEN_DOCUMENTS[archive.read("mimetype").strip()]
        except (KeyError, RuntimeError, zipfile.BadZipFile, OSError):
            pass
        else:
            return sort, _DOCUMENT_TYPE[sort]
    return FileSort.ARCHIVE, "application/zip"


def look_into_ole(data: bytes) -> Container:
    """Tell the old office formats, and locked new ones, by their directory."""
    has = {name: name.encode("utf-16-le") in data for name in _STREAMS}
    problems = set()
    if has["EncryptedPackage"]:
        problems.add(Problem.ENCRYPTED)
    if has["_VBA_PROJECT"] or has["VBA"]:
        problems.add(Problem.SCRIPTED)
    is_sheet = has["Workbook"] or has["Book"]
    sort = FileSort.SPREADSHEET if is_sheet else FileSort.DOCUMENT
    return Container(
        sort=sort, media_type=_DOCUMENT_TYPE[sort], problems=frozenset(problems)
    )


_STREAMS: Final = ("EncryptedPackage", "_VBA_PROJECT", "VBA", "Workbook", "Book")


def look_into_archive(data: bytes, media_type: str) -> Container:
    """Read the names in a tar; what else is packed is not unpacked here."""
    if media_type != "application/x-tar":
        return Container(sort=FileSort.ARCHIVE, media_type=media_type)
    names: list[str] = []
    problems: set[Problem] = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                names.append(member.name)
                if len(names) > MEMBERS_AT_MOST:
                    problems.add(Problem.BOMB)
                    break
    except (tarfile.TarError, ValueError, OSError, EOFError):
        problems.add(Problem.BROKEN)
    return Container(
        sort=FileSort.ARCHIVE,
        media_type=media_type,
        problems=frozenset(problems),
        members=tuple(names[:NAMED_AT_MOST]),
    )


def runs(names: tuple[str, ...]) -> bool:
    """Whether any of these files would be run by a tap."""
    return any(extension(re.split(r"[\\/]", name)[-1]) in RUNNABLE for name in names)
