"""
Restoring: a school from one file, into an empty place or in the place of another.

All is unpacked and checked before anything is touched. Then the database is replaced in
one transaction, and only then the files, by renaming: what fails on the way leaves
everything as it was.
"""

import contextlib
import dataclasses
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from appservice import config as configuration
from appservice.backup import BackupError, Progress, archive
from appservice.backup.archive import Manifest
from appservice.backup.contents import DUMP, HOMEROOM, MAIN, SYNAPSE
from appservice.backup.dumping import Target, restore
from appservice.backup.homeserver import database_of
from appservice.backup.places import (
    check_places,
    check_room,
    is_from_elsewhere,
    left_over,
    make_folders,
    pair_places,
)
from appservice.backup.programs import find
from appservice.backup.saving import writing
from appservice.config import Config
from appservice.database import database, reaching
from appservice.store import alone, contents, schema
from appservice.store.contents import Contents
from appservice.store.schema import WrongSchema

DATABASES: Final = {
    HOMEROOM: "Homeroom's database is",
    SYNAPSE: "the homeserver's database is",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be restored, and where."""

    file: Path
    config: Path
    """Where the configuration goes, and what lies beside it."""
    synapse: tuple[Path, ...]
    """Where ``homeserver.yaml`` goes; none: the homeserver's part is left out. With
    ``database_only`` all parts of what is here."""
    replace: bool
    database_only: bool
    """Leave the files that are here, and use the database they name."""
    embedded: bool
    """Use the embedded database, whichever the backup was made of."""

    def mains(self) -> dict[str, Path]:
        """Say where the configuration of each part goes that is wanted."""
        if self.database_only:
            return {}
        theirs = {SYNAPSE: self.synapse[0]} if self.synapse else {}
        return {HOMEROOM: self.config, **theirs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored."""

    manifest: Manifest
    elsewhere: tuple[Path, ...]
    """Files that lay elsewhere, and have to be put there again."""
    left_over: tuple[Path, ...]
    """Policies and lists beside those that were restored: they are in force, too."""
    left_out: bool
    """Whether there is a homeserver in the backup, and nobody asked for it."""
    needs_upgrade: bool


async def bring_back(wish: Wish, *, progress: Progress) -> Restored:
    """
    Restore a backup.

    Raises:
        BackupError: It is broken, or something is here already; it says what.
        WrongSchema: It was made by a newer Homeroom.
        DatabaseAway: The database cannot be reached.
    """
    if not wish.file.is_file():
        raise BackupError(f"{wish.file}: is not a file; name a backup")
    with (
        _folder_of(wish.config) as folder,
        writing(folder),
        archive.beside(folder / wish.config.name) as staged,
    ):
        manifest = archive.unpack(wish.file, staged, progress=progress)
        _check_revision(manifest, wish.file)
        places = list(pair_places(manifest, wish.mains(), staged))
        check_places(places, replace=wish.replace)
        check_room(places)
        make_folders(places)
        programs = find(at_least=manifest.pg_dump, what_for="the backup is")
        async with _databases(manifest, wish, staged, folder) as targets:
            done: list[str] = []
            with _said_what_is_done(done):
                for part, target in targets:
                    dumped, size = staged / part / DUMP, manifest.databases.get(part, 0)
                    restore(target, dumped, programs, size=size, progress=progress)
                    done.append(DATABASES[part])
                for source, place in places:
                    shutil.move(source, place)
        elsewhere = [to for at, to in places if is_from_elsewhere(at, staged)]
    return Restored(
        manifest=manifest,
        elsewhere=tuple(elsewhere),
        left_over=tuple(left_over(places, folder)),
        left_out=not wish.synapse and _has(manifest, SYNAPSE),
        needs_upgrade=manifest.revision != schema.newest(),
    )


@contextlib.contextmanager
def _said_what_is_done(done: Sequence[str]) -> Iterator[None]:
    """
    Say what is restored already, where what comes after it fails.

    Raises:
        BackupError: In the place of one that says that nothing was changed.
    """
    try:
        yield
    except (OSError, BackupError) as error:
        if not done:
            raise
        raise BackupError(
            f"{' and '.join(done)} restored, and the rest is not ({error}): put that "
            "right, and call this again with --replace"
        ) from error


@contextlib.contextmanager
def _folder_of(config: Path) -> Iterator[Path]:
    """Make the configuration's folder; take it away again if nothing comes of it."""
    folder = config.resolve().parent
    is_new = not folder.exists()
    # Root's embedded PostgreSQL runs as another account and lies in there.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    try:
        yield folder
    except BaseException:
        if is_new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _check_revision(manifest: Manifest, file: Path) -> None:
    newest = schema.newest()
    if manifest.revision > newest:
        raise WrongSchema(
            f"{file}: is of revision {manifest.revision}, newer than this program "
            f"({newest}): restore it with Homeroom {manifest.homeroom} or later"
        )


def _has(manifest: Manifest, part: str) -> bool:
    return any(member.name == f"{part}/{DUMP}" for member in manifest.members)


@contextlib.asynccontextmanager
async def _databases(
    manifest: Manifest, wish: Wish, staged: Path, folder: Path
) -> AsyncIterator[list[tuple[str, Target]]]:
    """Yield the databases to restore: reachable, ours to fill, and used by nobody."""
    config = _config(wish, staged, folder)
    with _nothing_left_of(config):
        async with contextlib.AsyncExitStack() as stack:
            targets = []
            if wish.synapse:
                theirs = await _their_database(manifest, wish, staged)
                targets.append((SYNAPSE, Target.of(theirs)))
            url = await stack.enter_async_context(
                database(config, quietly=True, migrate=False)
            )
            with reaching():
                found = await contents.look(url)
                guard = alone.keeping_others_out(url)
                is_alone = await stack.enter_async_context(guard)
            if not is_alone:
                raise BackupError(
                    "a service runs on this database; stop it, and then restore"
                )
            _check_ours(found, wish)
            yield [(HOMEROOM, Target.of(url)), *targets]


async def _their_database(manifest: Manifest, wish: Wish, staged: Path) -> str:
    """Return the URL of the homeserver's database, which may be filled."""
    if not (staged / SYNAPSE / DUMP).exists():
        raise BackupError(
            f"{wish.file}: there is no homeserver in it; leave out --synapse"
        )
    saved = [staged / at for at in (f"{SYNAPSE}/{MAIN[SYNAPSE]}", *manifest.parts)]
    url = database_of(wish.synapse if wish.database_only else saved)
    with reaching():
        _check_theirs(await contents.look(url), wish)
    return url


def _config(wish: Wish, staged: Path, folder: Path) -> Config:
    """Say where the database will be: as the backup does, or as is said here."""
    if wish.database_only:
        return configuration.load(wish.config)
    path = staged / HOMEROOM / MAIN[HOMEROOM]
    if wish.embedded:
        _use_the_embedded_one(path)
    files = staged / HOMEROOM / "files"
    config = configuration.examine(path, folder=files).config
    directory = config.database.directory
    if directory.is_relative_to(files):
        directory = folder / directory.relative_to(files)
    placed = dataclasses.replace(config.database, directory=directory)
    return dataclasses.replace(config, database=placed)


def _use_the_embedded_one(path: Path) -> None:
    """Change the configuration that was unpacked; its remarks stay."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    document = yaml.load(path)
    section = document.setdefault("database", {})
    section["url"], section["directory"] = None, "postgres"
    section.pop("password_file", None)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


@contextlib.contextmanager
def _nothing_left_of(config: Config) -> Iterator[None]:
    """Take an embedded database away again that was made for nothing."""
    directory = config.database.directory
    is_new = config.database.url is None and not directory.exists()
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(directory, ignore_errors=True)
        raise


def _check_ours(found: Contents, wish: Wish) -> None:
    if not found.tables:
        return
    if not found.is_ours or found.is_synapses:
        raise BackupError(
            f"the database has {found.tables} tables that are not Homeroom's; correct "
            "database.url, nothing was changed"
        )
    if not wish.replace:
        raise BackupError(
            f"the database is filled: revision {found.revision}, {found.rooms} rooms, "
            f"{found.events} events; restore into an empty one, or give --replace to "
            "lose them"
        )


def _check_theirs(found: Contents, wish: Wish) -> None:
    if found.others:
        raise BackupError(
            f"the homeserver's database is in use ({found.others} connections); stop "
            "Synapse, and then restore"
        )
    if found.tables and (found.is_ours or not found.is_synapses):
        raise BackupError(
            f"the homeserver's database has {found.tables} tables that are not "
            "Synapse's; correct homeserver.yaml, nothing was changed"
        )
    if found.tables and not wish.replace:
        raise BackupError(
            f"the homeserver's database is filled ({found.tables} tables); restore "
            "into an empty one, or give --replace to lose it"
        )
