"""
What a file is by its content.

Programs and containers are told apart by signatures of our own: this is where a wrong
guess does harm, and puremagic takes the first bytes of a Windows program for a font.
It knows the hundred sorts of sound, picture and film.
"""

import re
from typing import Final

import puremagic

from appservice.domain.files import FileSort

UNKNOWN: Final = "application/octet-stream"

_PROGRAMS: Final = (
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"dex\n03", "application/vnd.android.dex"),
    (b"#!", "text/x-shellscript"),
    (b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
)
_ARCHIVES: Final = (
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
)
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF: Final = b"%PDF-"
_SIGNATURES: Final = (
    (FileSort.PROGRAM, _PROGRAMS),
    (FileSort.ARCHIVE, (*_ARCHIVES, *((each, "application/zip") for each in ZIP))),
    (FileSort.DOCUMENT, ((OLE, "application/x-ole-storage"),)),
)
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MARKUP: Final = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<svg|<!--)", re.IGNORECASE)

RUNNABLE: Final = frozenset(
    {
        *("exe", "com", "scr", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse"),
        *("wsf", "wsh", "hta", "msi", "msp", "dll", "cpl", "jar", "apk", "xapk", "ipa"),
        *("app", "dmg", "pkg", "deb", "rpm", "sh", "bash", "command", "run", "reg"),
        *("appimage", "lnk", "scf", "inf", "gadget", "iso", "img", "vhd"),
    }
)
"""Extensions of what a computer or telephone runs when it is tapped."""

_EXTENSIONS: Final = {
    FileSort.IMAGE: (
        *("jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff"),
        *("heic", "heif", "avif"),
    ),
    FileSort.AUDIO: ("mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "amr", "aac"),
    FileSort.VIDEO: ("mp4", "mov", "avi", "mkv", "webm", "3gp", "m4v", "wmv", "flv"),
    FileSort.SPREADSHEET: ("xlsx", "xls", "xlsm", "ods", "csv", "et"),
    FileSort.DOCUMENT: (
        *("docx", "doc", "docm", "pptx", "ppt", "odt", "odp", "rtf", "wps", "dps"),
    ),
    FileSort.ARCHIVE: ("zip", "rar", "7z", "gz", "tar", "bz2", "xz", "tgz"),
    FileSort.TEXT: ("txt", "md", "log"),
    FileSort.VECTOR_IMAGE: ("svg",),
    FileSort.PDF: ("pdf",),
}
_BY_EXTENSION: Final = {
    name: sort.value for sort, names in _EXTENSIONS.items() for name in names
}
_RELATED: Final = {
    # A telephone calls both m4a and mp4 what the other does; sheets are kept as text.
    FileSort.AUDIO: {"audio", "video"},
    FileSort.VIDEO: {"audio", "video"},
    FileSort.TEXT: {"text", "spreadsheet", "document", "vector_image"},
    FileSort.SPREADSHEET: {"spreadsheet", "text", "document"},
    FileSort.DOCUMENT: {"document", "text", "spreadsheet"},
}


def sort_of(data: bytes) -> tuple[FileSort, str]:
    """
    Say what a file is, and its media type.

    Zip and OLE containers are an ``ARCHIVE`` and a ``DOCUMENT`` as yet: what they hold
    is seen when they are opened.
    """
    if not data:
        return FileSort.EMPTY, UNKNOWN
    return (
        _by_signature(data) or _by_markup(data) or _by_puremagic(data) or _by_text(data)
    )


def _by_signature(data: bytes) -> tuple[FileSort, str] | None:
    for sort, signatures in _SIGNATURES:
        for signature, media_type in signatures:
            if data.startswith(signature):
                return sort, media_type
    if PDF in data[:1024]:
        return FileSort.PDF, "application/pdf"
    if data[257:262] == b"ustar":
        return FileSort.ARCHIVE, "application/x-tar"
    return None


def _by_markup(data: bytes) -> tuple[FileSort, str] | None:
    head = data[:4096]
    if not _MARKUP.match(head):
        return None
    if _SVG.search(head):
        return FileSort.VECTOR_IMAGE, "image/svg+xml"
    return FileSort.TEXT, "text/html"


def _by_puremagic(data: bytes) -> tuple[FileSort, str] | None:
    try:
        found = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        return None
    for match in found:
        major = match.mime_type.partition("/")[0]
        if major in ("image", "audio", "video"):
            return FileSort(major), match.mime_type
        if match.mime_type == "application/ogg":
            return FileSort.AUDIO, "audio/ogg"
    return None


def _by_text(data: bytes) -> tuple[FileSort, str]:
    """Tell text from what is none: no zero bytes, and an encoding that is known."""
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (is_wide or b"\0" not in data[:65536]) and text_of(data[:65536]) is not None:
        return FileSort.TEXT, "text/plain"
    return FileSort.UNKNOWN, UNKNOWN


def text_of(data: bytes) -> str | None:
    """Read text in UTF-8, UTF-16 with its mark, or GB18030; None where it is none."""
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        for cut in range(4):
            # A character may have been cut in two at the end.
            try:
                return data[: len(data) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def extension(name: str) -> str:
    """Take the last extension of a file's name, in small letters; "" for none."""
    plain = "".join(c for c in name if c.isprintable()).strip().rstrip(".")
    stem, dot, last = plain.rpartition(".")
    return last.strip().lower() if dot and stem else ""


def is_disguised(sort: FileSort, name: str, declared: str) -> bool:
    """Whether a name or a declared type says something else than the content."""
    expected = {_BY_EXTENSION.get(extension(name))}
    major = declared.partition("/")[0]
    if major in ("image", "audio", "video"):
        expected.add("vector_image" if "svg" in declared else major)
    expected.discard(None)
    if not expected or sort in (FileSort.EMPTY, FileSort.UNKNOWN):
        return False
    fits = _RELATED.get(sort, {sort.value})
    return not expected <= fits
