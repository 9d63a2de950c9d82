"""PostgreSQL's own programs: where they are, and whether they are new enough."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from appservice.backup import BackupError
from appservice.embedded import postgres
from appservice.embedded.child import EmbeddedError

VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")
NAMES: Final = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Programs of one version that belong together."""

    folder: Path
    version: int
    """Of PostgreSQL, the number before the point."""

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find(*, at_least: int, what_for: str) -> Programs:
    """
    Find programs that understand a server or a dump.

    Those of this machine first, which the school keeps up to date; else those that
    come with the embedded PostgreSQL.

    Args:
        at_least: The version of the server, or of the program that made the dump.
        what_for: What that is, for the message.

    Raises:
        BackupError: There are none, or only older ones.
    """
    return choose(list(_found()), at_least=at_least, what_for=what_for)


def choose(found: Sequence[Programs], *, at_least: int, what_for: str) -> Programs:
    """
    Take the first that is new enough.

    Raises:
        BackupError: There is none; it says what to install.
    """
    for programs in found:
        if programs.version >= at_least:
            return programs
    have = ", ".join(str(programs.version) for programs in found)
    remedy = (
        f"install PostgreSQL's client programs of version {at_least} or later (Debian: "
        f"postgresql-client-{at_least}), or requirements/pilot.txt"
    )
    if not found:
        raise BackupError(f"pg_dump, pg_restore and psql are not there: {remedy}")
    raise BackupError(
        f"pg_dump is of version {have}, and {what_for} of {at_least}: {remedy}"
    )


def _found() -> Iterator[Programs]:
    folders: list[Path] = []
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        folders.append(Path(on_path).parent)
    # Not installed, and not needed, with a database of one's own.
    with contextlib.suppress(EmbeddedError):
        folders.append(postgres.programs() / "bin")
    for folder in folders:
        version = _version_of(folder)
        if version is not None:
            yield Programs(folder=folder, version=version)


@cache
def _version_of(folder: Path) -> int | None:
    """Ask all three; None where one is missing, or they are not of one version."""
    versions = set()
    for name in NAMES:
        try:
            said = subprocess.run(  # noqa: S603 - no shell, our own path
                [folder / name, "--version"],
                check=False,
                capture_output=True,
                text=True,
                env={"PATH": os.defpath, "LC_ALL": "C"},
            )
        except OSError:
            return None
        found = VERSION.search(said.stdout)
        versions.add(int(found[1]) if found else None)
    return versions.pop() if len(versions) == 1 else None
