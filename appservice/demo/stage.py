"""
The stage: an embedded Postgres, a real Synapse and Homeroom beside it, with real files.

Demo, end-to-end tests and benchmarks all play on it. Nothing outside its directory is
touched, and what it started it stops.
"""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import asyncpg
from ruamel.yaml import YAML

from appservice import app
from appservice import config as configuration
from appservice.app import Service
from appservice.cli.init import write_files
from appservice.config import Config, Homeserver
from appservice.embedded.child import end
from appservice.embedded.child import start as start_child
from appservice.embedded.postgres import Postgres
from appservice.embedded.synapse import Synapse
from appservice.store import schema
from appservice.store.pool import open_pool

DOMAIN: Final = "school.test"

PATIENCE: Final = 30.0
"""Seconds until Homeroom must be ready."""

STOP_AT_MOST: Final = timedelta(seconds=10)
"""After that it is killed."""


@dataclass(kw_only=True)
class Stage:
    """Start it with ``async with``; then ``service()`` or ``process()``."""

    directory: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Changes to the configuration, by key path such as ``breaker.room``."""
    synapse_settings: Mapping[str, object] = field(default_factory=dict)
    durable: bool = True
    own_cluster: bool = False
    """Whether Synapse gets a Postgres of its own, so that ours can be killed."""
    synapse_port: int = 0
    more_registrations: Sequence[Path] = ()
    """Of other application services on this homeserver."""
    database: str = "homeroom"

    def __post_init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._child: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop_process()
        await self._stack.aclose()

    async def _start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.postgres = await self._stack.enter_async_context(
            Postgres(directory=self.directory / "postgres", durable=self.durable)
        )
        theirs = self.postgres
        if self.own_cluster:
            theirs = await self._stack.enter_async_context(
                Postgres(directory=self.directory / "synapse-postgres", durable=False)
            )
        await self.postgres.create_database(self.database)
        await schema.upgrade(self.url)
        self.synapse = Synapse(
            directory=self.directory / "synapse",
            postgres=theirs,
            server_name=DOMAIN,
            registrations=[
                self._file("road"),
                self._file("hand"),
                *self.more_registrations,
            ],
            settings=self.synapse_settings,
            port=self.synapse_port,
        )
        self._write_files("http://127.0.0.1:1")
        await self._stack.enter_async_context(self.synapse)
        self._write_files(self.synapse.url)

    @property
    def url(self) -> str:
        """Where Homeroom's database is."""
        return self.postgres.url(self.database)

    @property
    def config_path(self) -> Path:
        """Homeroom's configuration file."""
        return self.directory / "config.yaml"

    def config(self) -> Config:
        """Read the configuration as Homeroom does."""
        return configuration.load(self.config_path)

    def _file(self, name: str) -> Path:
        return self.directory / f"registration-{name}.yaml"

    def _write_files(self, homeserver_url: str) -> None:
        """Write what ``homeroom init`` writes, with the addresses of this stage."""
        if not self._file("road").exists():
            write_files(Homeserver(url=homeserver_url, domain=DOMAIN), self.directory)
        changes = {
            "homeserver.url": homeserver_url,
            "database.url": self.url,
            "listen.port": self.port,
            "policies.retention_min": "3y",
            **self.settings,
        }
        change(self.config_path, changes)
        change(self._file("road"), {"url": f"http://127.0.0.1:{self.port}"})

    @contextlib.asynccontextmanager
    async def service(self, **kwargs: Any) -> AsyncIterator[Service]:
        """Run Homeroom in this process until the block ends; it is ready then."""
        pool = await open_pool(self.url)
        try:
            async with app.service(self.config(), pool, **kwargs) as running:
                async with asyncio.timeout(PATIENCE):
                    await running.lookout.reached.wait()
                yield running
        finally:
            await pool.close()

    async def start_process(self, *, wait: bool = True) -> None:
        """Run Homeroom as ``homeroom run`` does, in a process of its own."""
        self._child = start_child(
            [sys.executable, "-m", "appservice", "run", "--config", self.config_path],
            log=self.directory / "homeroom.log",
            at_our_death=signal.SIGTERM,
        )
        if wait:
            await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        """
        Wait for ``/ready``.

        Raises:
            TimeoutError: It does not become ready; its log says why.
        """
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(
                        f"http://127.0.0.1:{self.port}/ready"
                    ) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    async def stop_process(self, signum: signal.Signals = signal.SIGTERM) -> None:
        """End the process; with SIGKILL as a crash would."""
        if self._child is not None:
            await end(self._child, signum, patience=STOP_AT_MOST)
            self._child = None

    @property
    def pid(self) -> int | None:
        """The process of Homeroom; None while it does not run as one."""
        return self._child.pid if self._child else None

    async def connect(self) -> Any:
        """Open a connection to Homeroom's database."""
        return await asyncpg.connect(self.url)


def free_port() -> int:
    """Find a port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def change(path: Path, changes: Mapping[str, Any]) -> None:
    """Change keys of a YAML file by their paths, comments kept."""
    yaml = YAML()
    document = yaml.load(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        *parents, last = key.split(".")
        part = document
        for parent in parents:
            part = part[parent]
        part[last] = value
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)
