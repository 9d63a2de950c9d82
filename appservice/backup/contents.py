"""
Which files belong to a school, and by which names they lie in a backup.

A file beside its configuration keeps its place to it. One from elsewhere lies below
``outside/``, and is put there again: a backup never says where on a machine to write.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appservice.backup import BackupError
from appservice.config import Config

OUTSIDE: Final = "outside"
HOMEROOM: Final = "homeroom"
SYNAPSE: Final = "synapse"
MAIN: Final = {HOMEROOM: "config.yaml", SYNAPSE: "homeserver.yaml"}
"""What the first file of each part is called, whatever its name is outside."""
DUMP: Final = "database.dump"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Homeroom's own, or Synapse's."""

    name: str
    main: Path
    """The configuration, which says where the rest is."""
    files: tuple[Path, ...]
    """All others, absolute."""
    parts: tuple[Path, ...] = ()
    """Those of the files that are laid over the main one, in order."""

    def members(self) -> Iterator[tuple[str, Path]]:
        """Name each file as in the backup: unique, relative, without links."""
        yield f"{self.name}/{MAIN[self.name]}", self.main
        members = {self.member(path): path for path in self.files}
        yield from members.items()

    def member(self, path: Path) -> str:
        """Name one of the files as in the backup."""
        return f"{self.name}/files/{self._place(path)}"

    def _place(self, path: Path) -> str:
        folder = self.main.resolve().parent
        for way in (path, path.resolve()):
            if way.is_relative_to(folder) and ".." not in way.parts:
                return way.relative_to(folder).as_posix()
        return f"{OUTSIDE}{path.resolve().as_posix()}"


def of_homeroom(path: Path, config: Config) -> Part:
    """Name the configuration, the registrations, the secrets, policies and lists."""
    single = (
        config.registrations.road,
        config.registrations.hand,
        config.homeserver.admin_token_file,
        config.database.password_file,
    )
    folders = (config.policies.directory, config.lexicons.directory)
    # A secret may be in the environment, and its file then need not be there.
    found = [each for each in single if each is not None and each.is_file()]
    for folder in folders:
        if folder is not None:
            found += files_below(folder)
    return Part(name=HOMEROOM, main=path, files=tuple(found))


def files_below(folder: Path) -> list[Path]:
    """List a folder's files, those in folders within it too, in order."""
    if not folder.is_dir():
        raise BackupError(f"{folder}: is not a folder; correct the path to it")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def place_of(member: str, main: Path) -> Path:
    """Say where a member of a backup goes, given the place of its configuration."""
    _, _, rest = member.partition("/")
    if rest in MAIN.values():
        return main.resolve()
    return main.resolve().parent / rest.removeprefix("files/")
