"""
The account PostgreSQL runs under: it refuses to be root, so root needs another one.

That account must reach programs and data, also when all of ours lies in a private
directory. Programs are then copied; data are not moved behind anybody's back.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from appservice.embedded.child import NOBODY, EmbeddedError

SHARED = Path("/var/tmp")  # noqa: S108 - what we put there is checked before it is used


def unprivileged() -> int | None:
    """Choose the uid for PostgreSQL: None means our own, which is not root."""
    return NOBODY if os.geteuid() == 0 else None


def reaches(uid: int, path: Path) -> bool:
    """Say whether an account may enter a folder or run a program."""
    test = shutil.which("test") or "/usr/bin/test"
    asked = subprocess.run(  # noqa: S603 - no shell, our own path
        [test, "-x", os.fspath(path)],
        check=False,
        cwd="/",
        user=uid,
        group=uid,
        extra_groups=[],
    )
    return asked.returncode == 0


def programs_for(uid: int | None, tree: Path, *, version: int) -> Path:
    """
    Return a tree of PostgreSQL's programs which an account can reach.

    Args:
        uid: None for our own.
        tree: The folder that holds ``bin``, ``lib`` and ``share``, in the wheel.
        version: Of PostgreSQL, for the copy's name.
    """
    if uid is None or reaches(uid, tree / "bin" / "postgres"):
        return tree
    with (tree / "bin" / "postgres").open("rb") as program:
        digest = hashlib.file_digest(program, "sha256").hexdigest()[:12]
    copy = SHARED / f"homeroom-postgres-{version}-{digest}"
    if not copy.exists():
        _copy(tree, copy)
    status = copy.lstat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise EmbeddedError(
            f"{copy}: belongs to uid {status.st_uid} or is open to others, so its "
            "programs are not to be trusted; delete it"
        )
    return copy / tree.parent.name / tree.name


def _copy(tree: Path, copy: Path) -> None:
    """Copy beside the place and rename: whoever sees the copy sees all of it."""
    package = tree.parent
    # The wheel's shared libraries lie beside its package, where programs look for them.
    libraries = package.with_name(f"{package.name}.libs")
    beside = Path(tempfile.mkdtemp(dir=copy.parent, prefix=f"{copy.name}."))
    try:
        shutil.copytree(tree, beside / package.name / tree.name)
        if libraries.exists():
            shutil.copytree(libraries, beside / libraries.name)
        beside.chmod(0o755)
        # Fails where another process was first; its copy is as good.
        with contextlib.suppress(OSError):
            beside.rename(copy)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def home_for(uid: int | None, directory: Path, *, durable: bool) -> Path:
    """
    Return the folder an account can keep data in: ``directory``, made if need be.

    Raises:
        EmbeddedError: Root keeps lasting data where the account cannot get at them.
            Data that need not last go below ``/var/tmp`` instead, and ``directory``
            becomes a link to them.
    """
    if directory.is_symlink() and not directory.exists():
        directory.unlink()  # its throwaway data were thrown away
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = directory.resolve()
    if uid is None:
        return home
    os.chown(home, uid, uid)
    if reaches(uid, home):
        return home
    if durable or any(home.iterdir()):
        raise EmbeddedError(
            f"{directory}: PostgreSQL refuses to run as root, and the account with "
            f"uid {uid} that it gets instead cannot reach this directory; run homeroom "
            "under an account of its own, or set database.directory to a place all "
            "may enter, e.g. /var/lib/homeroom/postgres"
        )
    elsewhere = Path(tempfile.mkdtemp(dir=SHARED, prefix="homeroom-data."))
    os.chown(elsewhere, uid, uid)
    home.rmdir()
    directory.symlink_to(elsewhere)
    return elsewhere
