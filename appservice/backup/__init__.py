"""
Backup and restore: a school in one file, and the school back from it.

``saving`` writes the file, ``restoring`` reads it back; both are asked for by commands.
What goes into it is in ``contents`` (and ``homeserver``, for Synapse's own), how the
file is made and read in ``archive``, and how PostgreSQL's programs are called in
``programs`` and ``dumping``.
"""

from collections.abc import Callable, Iterable, Iterator


class BackupError(Exception):
    """A backup or a restore that cannot be; the message says why and what to do."""


Progress = Callable[[Iterable[bytes], str, int], Iterator[bytes]]
"""Passes pieces of at most a MiB on and tells: what they are, how many to expect."""
