"""Where the demo lives: one demo at a time, and each begins anew."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from appservice.cli.init import ENTERED_BY_OTHERS, PRIVATE_FOLDER
from appservice.embedded.account import SHARED
from appservice.embedded.cluster import wait_until_unused

LOCK: Final = "demo.lock"
"""Held while a demo runs; afterwards it says that the folder is a demo's."""
OURS: Final = frozenset(
    {
        *("postgres", "synapse", "config.yaml", "homeroom.log", "demo.json"),
        *("registration-road.yaml", "registration-hand.yaml", "roster.csv"),
        *("records.jsonl", LOCK),
    }
)
"""What a demo leaves behind. Nothing else in the folder is ever removed."""
PREDECESSOR_ENDS: Final = timedelta(seconds=10)


class Occupied(Exception):
    """The folder cannot be used; the message says why and what to do."""


@contextlib.contextmanager
def occupy(directory: Path) -> Iterator[None]:
    """
    Keep a folder for one demo, made if missing.

    Raises:
        Occupied: Another demo runs in it, or it holds something else.
    """
    mode = ENTERED_BY_OTHERS if os.geteuid() == 0 else PRIVATE_FOLDER
    if directory.exists() and not directory.is_dir():
        raise Occupied(f"{directory}: is a file; choose another --directory")
    directory.mkdir(mode=mode, parents=True, exist_ok=True)
    others = {path.name for path in directory.iterdir()}
    if others and LOCK not in others:
        raise Occupied(
            f"{directory}: holds files that are not a demo's, and a demo clears its "
            "folder; choose another --directory"
        )
    with (directory / LOCK).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Occupied(
                f"{directory}: another demo runs here (process {lock.read().strip()}); "
                "stop it with Ctrl-C, or choose another --directory"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


async def clear(directory: Path) -> bool:
    """
    Remove what an earlier demo left; return whether there was anything.

    Raises:
        EmbeddedError: Its PostgreSQL still runs.
    """
    await wait_until_unused(
        directory / "postgres" / "cluster", patience=PREDECESSOR_ENDS
    )
    return _clear(directory)


def _clear(directory: Path) -> bool:
    names = OURS - {LOCK}
    found = [path for path in directory.iterdir() if path.name in names]
    for path in found:
        _remove(path)
    return bool(found)


def _remove(path: Path) -> None:
    if path.is_symlink():
        # Root's PostgreSQL keeps its data elsewhere, see embedded/account.py.
        target = path.readlink()
        if target.parent == SHARED and target.name.startswith("homeroom-data."):
            shutil.rmtree(target, ignore_errors=True)
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
