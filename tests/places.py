"""Where servers of tests keep their data."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
DISK: Final = Path("/var/tmp")  # noqa: S108 - likewise
ENOUGH: Final = 4 * 2**30
"""Bytes. A whole run uses less than one GiB of them at a time."""


@contextlib.contextmanager
def folder_for_all() -> Iterator[Path]:
    """
    Yield a folder that every account may enter; pytest's own folders are private.

    In memory where there is plenty: each database is some 330 files, and where making a
    file takes a third of a millisecond, most of the tests' time went into that.
    """
    path = Path(tempfile.mkdtemp(dir=_parent(), prefix="homeroom-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def _parent() -> Path:
    """Containers have 64 MiB of such memory, other systems none."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return DISK
    return MEMORY if shutil.disk_usage(MEMORY).free > ENOUGH else DISK
