"""
The file of a backup: a compressed tar whose first member says what must be in it.

It is written beside its place and then named, so that whatever has the name is whole.
It is read once before anything is touched: each member must have the size and the
SHA-256 that the manifest says, and none may lie outside.
"""

import contextlib
import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from appservice.backup import BackupError, Progress

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
PARTS_BELOW: Final = "synapse/files/"
LARGEST_MANIFEST: Final = 256 * 2**20
"""Bytes; a school of a million pictures needs half of it."""
MIB: Final = 2**20
FASTEST: Final = 1
"""Dumps and pictures are compressed already; this is for the checksum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup is, and all that is in it."""

    homeroom: str
    """The version that made it."""
    revision: str
    """Of the schema of its database."""
    made_at: str
    """In ISO 8601, UTC."""
    domain: str
    pg_dump: int
    rooms: int
    events: int
    """When it was begun; a service that runs adds to them."""
    databases: Mapping[str, int]
    """Bytes of each on its server's disk, by the folder of its dump."""
    members: tuple[Member, ...]
    parts: tuple[str, ...] = ()
    """Members that are laid over the homeserver's main file, in this order."""
    format: int = field(default=FORMAT)


def member_of(name: str, path: Path) -> Member:
    """Measure a file that will be a member."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Member(name=name, size=file.tell(), sha256=digest)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Yield a private folder on the same disk, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(
    path: Path, manifest: Manifest, sources: Iterable[Path], *, progress: Progress
) -> None:
    """
    Write the archive.

    Args:
        sources: The files of the manifest's members, in their order.

    Raises:
        BackupError: A file has changed since it was measured.
        OSError: The disk is full, or a file went away.
    """
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    total = sum(member.size for member in manifest.members) // MIB + 1
    with os.fdopen(opened, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=FASTEST) as tar:
            text = json.dumps(asdict(manifest), indent=1).encode()
            _add(tar, MANIFEST, len(text), io.BytesIO(text))
            pieces = _added(tar, manifest.members, sources)
            for _ in progress(pieces, "MiB packed", total):
                pass
        file.flush()
        os.fsync(file.fileno())


def gone(source: Path) -> BackupError:
    """Say that a file is missing which was there when saving began."""
    return BackupError(f"{source}: went away while it was being saved; call this again")


def _opened(source: Path) -> IO[bytes]:
    try:
        return source.open("rb")
    except FileNotFoundError:
        raise gone(source) from None


def _added(
    tar: tarfile.TarFile, members: Iterable[Member], sources: Iterable[Path]
) -> Iterator[bytes]:
    """Add the files, yielding an empty piece for each MiB of them."""
    for member, source in zip(members, sources, strict=True):
        with _opened(source) as file:
            watched = _Watched(file)
            try:
                _add(tar, member.name, member.size, watched)
            except OSError as error:
                if error.errno is not None:
                    raise
                watched.digest.update(b"too short")
        if watched.digest.hexdigest() != member.sha256:
            raise BackupError(f"{source}: changed while it was saved; run it again")
        yield from (b"" for _ in range(member.size // MIB))


def _add(tar: tarfile.TarFile, name: str, size: int, file: Any) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, file)


class _Watched:
    """A file that is digested while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def unpack(path: Path, into: Path, *, progress: Progress) -> Manifest:
    """
    Write all members below a folder, and see that they are what they were.

    Raises:
        BackupError: The file is no backup, not whole, or not as it was written.
        OSError: The disk is full.
    """
    try:
        with gzip.open(path) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            manifest = _manifest(tar, path)
            _check_names(manifest, path)
            total = sum(each.size for each in manifest.members) // MIB + 1
            pieces = _unpacked(tar, manifest, into)
            for _ in progress(pieces, "MiB unpacked", total):
                pass
            while stream.read(MIB):
                pass  # to the very end, where the checksum of the whole stands
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _broken(path, str(error)) from None
    except _Differs as error:
        raise _broken(path, f"{error} is not as it was written") from None
    return manifest


class _Differs(Exception):
    """A member that is not what the manifest says, by name."""


def _unpacked(tar: tarfile.TarFile, manifest: Manifest, into: Path) -> Iterator[bytes]:
    """Write the members, yielding an empty piece for each MiB."""
    for member in manifest.members:
        info = tar.next()
        if info is None or (info.name, info.size) != (member.name, member.size):
            raise _Differs(member.name)
        source = tar.extractfile(info) if info.isreg() else None
        if source is None:
            raise _Differs(member.name)
        if hasattr(tarfile, "data_filter"):  # since 3.11.4; our own checks were before
            tarfile.data_filter(info, str(into))
        yield from _written(source, into / member.name, member)
    if tar.next() is not None:
        raise _Differs("a file that should not be there")


def _written(source: IO[bytes], target: Path, member: Member) -> Iterator[bytes]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as file:
        target.chmod(0o600)
        while piece := source.read(MIB):
            file.write(piece)
            digest.update(piece)
            yield b""
    if digest.hexdigest() != member.sha256:
        raise _Differs(member.name)


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    info = tar.next()
    if info is None or info.name != MANIFEST or info.size > LARGEST_MANIFEST:
        raise BackupError(f"{path}: is no backup of Homeroom; name a file that is one")
    file = tar.extractfile(info)
    assert file is not None
    try:
        read = json.loads(file.read())
        if read.get("format") != FORMAT:
            raise BackupError(
                f"{path}: was made by a newer Homeroom (format {read.get('format')}); "
                "restore it with that one"
            )
        members = tuple(Member(**each) for each in read.pop("members"))
        parts = tuple(str(PurePosixPath(each)) for each in read.pop("parts", ()))
        return Manifest(members=members, parts=parts, **read)
    except (ValueError, TypeError, AttributeError, KeyError):
        raise _broken(path, MANIFEST) from None


def _check_names(manifest: Manifest, path: Path) -> None:
    """See that nothing would be written outside, or twice."""
    names = [member.name for member in manifest.members]
    for name in names:
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or "\0" in name or not parts:
            raise _broken(path, f'a member is called "{name}"')
    if len(set(names)) != len(names):
        raise _broken(path, "two members have one name")
    for part in manifest.parts:
        if part not in names or not part.startswith(PARTS_BELOW):
            raise _broken(path, f'"{part}" is no part of a homeserver')


def _broken(path: Path, why: str) -> BackupError:
    return BackupError(
        f"{path}: is broken or not whole ({why}), and nothing was changed; take "
        "another copy of it, or an earlier backup"
    )
