"""
The files of a PostgreSQL cluster: made once, of one version, used by one server.

What is checked here is checked by PostgreSQL too, but said there in its own words, or
(a process number used again by another program) decided wrongly.
"""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Final

from appservice.embedded.child import EmbeddedError, looks

INITDB: Final = (
    # The socket lies in a private folder; a TCP connection must know a password.
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--username=postgres",
    "--encoding=UTF8",
    # The same order and case rules on every machine, whatever its locales.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--set=log_error_verbosity=terse",
)


def make(tree: Path, cluster: Path, *, uid: int | None, durable: bool) -> None:
    """
    Make a new cluster.

    It is made beside its place and then renamed: what is there is whole, and what an
    interrupted attempt left is thrown away.

    Args:
        tree: The folder with PostgreSQL's ``bin``.
        cluster: Where to; its parent belongs to the account.
        uid: The account that owns it; ours if None.
        durable: Whether to write it through to the disk before returning.
    """
    beside = cluster.with_name("cluster.new")
    shutil.rmtree(beside, ignore_errors=True)
    options = [*INITDB] if durable else [*INITDB, "--no-sync"]
    made = subprocess.run(  # noqa: S603 - our own program, no shell
        [tree / "bin" / "initdb", "-D", beside, *options],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={"LC_ALL": "C", "PATH": os.defpath},
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
    )
    if made.returncode != 0:
        raise EmbeddedError(
            f"{cluster}: PostgreSQL could not make a new cluster; "
            f"initdb says:\n{made.stderr.strip()}"
        )
    beside.rename(cluster)


def check_version(cluster: Path, *, version: int) -> None:
    """Refuse a cluster of another major version, whose files cannot be read."""
    try:
        found = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise EmbeddedError(
            f"{cluster}: is not a PostgreSQL cluster (it has no PG_VERSION); move it "
            "away for a new one, or put a back-up in its place"
        ) from None
    if found != str(version):
        raise EmbeddedError(
            f"{cluster}: holds data of PostgreSQL {found}, and this homeroom brings "
            f"PostgreSQL {version}; write them out with `homeroom backup` of the "
            "version that made them, move the folder away, and bring them back with "
            "`homeroom restore FILE --database-only` (docs/operating.md, “Upgrade”)"
        )


async def wait_until_unused(cluster: Path, *, patience: timedelta) -> None:
    """
    Wait for a server that is just ending; clear away the lock of one that is no more.

    Raises:
        EmbeddedError: Another server uses the cluster and goes on.
    """
    async for _ in looks(patience):
        if not server_of(cluster):
            (cluster / "postmaster.pid").unlink(missing_ok=True)
            return
    raise EmbeddedError(
        f"{cluster}: is in use by the PostgreSQL with process number "
        f"{server_of(cluster)}; stop the other homeroom, or end that process with "
        "SIGINT if there is none"
    )


def lock_lines(cluster: Path) -> list[str]:
    """Read the running server's lock file: pid first, its state on line 8."""
    try:
        return (cluster / "postmaster.pid").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []


def server_of(cluster: Path) -> int | None:
    """Name the live server the lock file speaks of; None if that process is another."""
    lines = lock_lines(cluster)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    command = Path(f"/proc/{pid}/cmdline")
    if not Path("/proc/self").exists():
        return pid
    try:
        # Numbers are used again, in containers at once: it must be this very server.
        return pid if os.fsencode(cluster) in command.read_bytes() else None
    except (FileNotFoundError, ProcessLookupError):
        return None
