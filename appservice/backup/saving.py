"""Saving: database and files of a school, and of its homeserver, into one file."""

import contextlib
import importlib.metadata
import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appservice import config as configuration
from appservice.backup import BackupError, Progress, archive
from appservice.backup.archive import Manifest, Member, member_of
from appservice.backup.contents import DUMP, HOMEROOM, SYNAPSE, Part, of_homeroom
from appservice.backup.dumping import Target, dump
from appservice.backup.homeserver import database_of, of_synapse
from appservice.backup.programs import find
from appservice.config import Config
from appservice.database import database, reaching
from appservice.store import contents, schema
from appservice.store.contents import Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was saved."""

    manifest: Manifest
    size: int
    """Bytes of the file."""


async def save(
    config_path: Path,
    file: Path,
    *,
    replace: bool,
    synapse: Sequence[Path],
    progress: Progress,
) -> Saved:
    """
    Write a backup; the service may run meanwhile.

    Args:
        file: Where to; nothing is there by that name before it is whole.
        replace: Whether it may take the place of another file.
        synapse: The homeserver's ``homeserver.yaml``, and its other parts; none:
            without the homeserver.

    Raises:
        ConfigError: The configuration cannot be used.
        BackupError: It says what is missing, and what to do.
        DatabaseAway: The database cannot be reached.
    """
    config = configuration.load(config_path)
    _check_place(file, replace=replace)
    parts = [of_homeroom(config_path, config)]
    if synapse:
        parts.append(of_synapse(synapse))
    with writing(file), archive.beside(file) as folder:
        dumped = await _dump_all(config, synapse, folder, progress)
        members = list(_members(parts, folder))
        manifest = Manifest(
            homeroom=program_version(),
            revision=dumped.ours.revision or "",
            made_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
            domain=config.homeserver.domain,
            pg_dump=dumped.version,
            rooms=dumped.ours.rooms,
            events=dumped.ours.events,
            databases=dumped.sizes,
            members=tuple(member for member, _ in members),
            parts=tuple(part.member(path) for part in parts for path in part.parts),
        )
        beside, sources = folder / "archive", [source for _, source in members]
        archive.write(beside, manifest, sources, progress=progress)
        return Saved(manifest=manifest, size=_name(beside, file, replace=replace))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dumped:
    """The databases, in files."""

    ours: Contents
    version: int
    """Of the newest program that wrote them."""
    sizes: dict[str, int]


async def _dump_all(
    config: Config, synapse: Sequence[Path], folder: Path, progress: Progress
) -> _Dumped:
    async with database(config, quietly=True, migrate=False) as url:
        with reaching():
            ours = await contents.look(url)
        if ours.revision is None:
            raise BackupError(
                "the database holds nothing of Homeroom yet: run `homeroom db "
                "upgrade`, or correct database.url"
            )
        version = _dump(url, ours, folder / HOMEROOM, progress)
    sizes = {HOMEROOM: ours.size}
    if synapse:
        url = database_of(synapse)
        with reaching():
            theirs = await contents.look(url)
        sizes[SYNAPSE] = theirs.size
        version = max(version, _dump(url, theirs, folder / SYNAPSE, progress))
    return _Dumped(ours=ours, version=version, sizes=sizes)


def program_version() -> str:
    """Name the version of Homeroom, from the source tree too."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version("homeroom")
    text = (schema.PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


@contextlib.contextmanager
def writing(file: Path) -> Iterator[None]:
    """
    Write in here.

    Raises:
        BackupError: In the place of an ``OSError``: the disk is full, or the like.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None or isinstance(error, ConnectionError):
            raise
        about = f" ({error.filename})" if error.filename else ""
        raise BackupError(
            f"{file}: {error.strerror}{about}; nothing was left there: make room, or "
            "choose another place"
        ) from error


def _check_place(file: Path, *, replace: bool) -> None:
    if not file.parent.is_dir():
        raise BackupError(f"{file.parent}: is not a folder; make it")
    if file.is_dir():
        raise BackupError(f"{file}: is a folder; name a file in it")
    if file.exists() and not replace:
        raise BackupError(
            f"{file}: is there already; choose another name, or --replace"
        )


def _dump(url: str, found: Contents, folder: Path, progress: Progress) -> int:
    """Dump a database into a folder of its part; return the program's version."""
    programs = find(at_least=found.server, what_for="the database's server is")
    folder.mkdir(mode=0o700)
    target = Target.of(url)
    dump(target, folder / DUMP, programs, size=found.size, progress=progress)
    return programs.version


def _members(parts: list[Part], folder: Path) -> Iterator[tuple[Member, Path]]:
    for part in parts:
        dumped = folder / part.name / DUMP
        yield member_of(f"{part.name}/{DUMP}", dumped), dumped
        for name, path in part.members():
            try:
                yield member_of(name, path), path
            except FileNotFoundError:
                # A picture that the homeserver threw away since; what must be there
                # was looked for before.
                if path in part.parts:
                    raise archive.gone(path) from None


def _name(beside: Path, file: Path, *, replace: bool) -> int:
    """Give the whole file its name, so that it lasts; return its size."""
    size = beside.stat().st_size
    if replace:
        beside.replace(file)
    else:
        try:
            os.link(beside, file)  # unlike a rename, never over another file
        except FileExistsError:
            raise BackupError(
                f"{file}: is there already; choose another name, or --replace"
            ) from None
    opened = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    return size
