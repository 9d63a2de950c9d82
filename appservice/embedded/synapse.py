"""
A real Synapse of our own, for the demo and the tests; never a school's homeserver.

Limits are lifted, passwords are cheap to check and nothing reaches the network. What
stands in its ``homeserver.yaml`` is in ``synapse_config.py``.
"""

import hashlib
import hmac
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from appservice.embedded.child import EmbeddedError, end, last_lines, looks, start
from appservice.embedded.postgres import Postgres
from appservice.embedded.synapse_config import write

START_AT_MOST: Final = timedelta(seconds=90)
"""Usually two seconds; a busy machine may take much longer."""
STOP_AT_MOST: Final = timedelta(seconds=10)
ACCOUNT_KEYS: Final = ("user_id", "access_token", "device_id")
ANSWERS_WITHIN: Final = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the homeserver, logged in."""

    user_id: str
    access_token: str = field(repr=False)
    device_id: str


@dataclass(kw_only=True)
class Synapse:
    """
    A Synapse on a database of an embedded PostgreSQL, which must be started first.

    ``async with`` starts and stops it. A start after a stop or a kill continues on the
    same port with the same database.
    """

    directory: Path
    """Made if missing; holds configuration, signing key, media and logs."""
    postgres: Postgres
    database: str = "synapse"
    """Created if missing."""
    server_name: str = "school.test"
    port: int = 0
    """On 127.0.0.1; 0 means a free one, kept from the first start on."""
    registrations: Sequence[Path] = ()
    """Registration files of application services, read at each start."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Keys of homeserver.yaml that replace ours, read at each start."""
    _secret: str = field(
        default_factory=lambda: secrets.token_urlsafe(32), init=False, repr=False
    )
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """
        Start the homeserver; return when it answers.

        Raises:
            EmbeddedError: It is not installed or does not come up; nothing is left
                running.
        """
        if find_spec("synapse") is None:
            raise EmbeddedError(
                "matrix-synapse is not installed, so there is no embedded homeserver; "
                "install requirements/demo.txt"
            )
        await self.postgres.create_database(self.database, c_collation=True)
        self.port = self.port or _free_port()
        config = write(self._config_values(), directory=self.directory)
        log = self.directory / "start.log"
        self._process = start(
            [sys.executable, "-m", "synapse.app.homeserver", "-c", config],
            log=log,
            at_our_death=signal.SIGKILL,
        )
        try:
            await self._answers(log)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """End the homeserver in order; harmless when it does not run."""
        if self._process is not None:
            await end(self._process, signal.SIGTERM, patience=STOP_AT_MOST)
            self._process = None

    async def kill(self) -> None:
        """End the homeserver as a power cut would, for tests of what follows."""
        if self._process is not None:
            await end(self._process, signal.SIGKILL, patience=STOP_AT_MOST)
            self._process = None

    async def restart(self) -> None:
        """Stop and start in order."""
        await self.stop()
        await self.start()

    @property
    def url(self) -> str:
        """The base of all its addresses, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The homeserver's process, None while it does not run."""
        return None if self._process is None else self._process.pid

    async def register(
        self,
        localpart: str,
        password: str,
        *,
        admin: bool = False,
        displayname: str | None = None,
    ) -> Account:
        """
        Create an account and log in; only log in where the account is there already.

        Raises:
            EmbeddedError: The homeserver refuses, e.g. the password is another one.
        """
        path = "/_synapse/admin/v1/register"
        timeout = ANSWERS_WITHIN
        async with aiohttp.ClientSession(self.url, timeout=timeout) as session:
            async with session.get(path) as response:
                nonce = (await response.json())["nonce"]
            request = {
                "nonce": nonce,
                "username": localpart,
                "displayname": displayname or localpart,
                "password": password,
                "admin": admin,
                "mac": _mac(self._secret, nonce, localpart, password, admin=admin),
            }
            status, answer = await _post(session, path, request)
            if answer.get("errcode") == "M_USER_IN_USE":
                status, answer = await _log_in(session, localpart, password)
        if status != HTTPStatus.OK:
            raise EmbeddedError(
                f"@{localpart}:{self.server_name}: the homeserver refuses this "
                f"account: {status} {answer.get('errcode')} {answer.get('error')}"
            )
        return Account(**{key: answer[key] for key in ACCOUNT_KEYS})

    def _config_values(self) -> dict[str, object]:
        return {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "port": self.port,
            "database": self.database,
            "socket_directory": str(self.postgres.socket_directory),
            "database_port": self.postgres.port,
            "registration_shared_secret": self._secret,
            "registrations": [str(path.resolve()) for path in self.registrations],
            "settings": dict(self.settings),
        }

    async def _answers(self, log: Path) -> None:
        assert self._process is not None
        async with aiohttp.ClientSession(timeout=ANSWERS_WITHIN) as session:
            async for _ in looks(START_AT_MOST):
                if self._process.poll() is not None:
                    break
                try:
                    async with session.get(f"{self.url}/health") as response:
                        if response.status == HTTPStatus.OK:
                            return
                except aiohttp.ClientConnectionError:
                    pass  # not yet
        raise EmbeddedError(
            f"{self.directory}: Synapse did not start within "
            f"{START_AT_MOST.total_seconds():.0f} s; the end of {log}, and see "
            f"{self.directory / 'synapse.log'}:\n{last_lines(log)}"
        )


async def _post(
    session: aiohttp.ClientSession, path: str, request: object
) -> tuple[int, dict[str, Any]]:
    async with session.post(path, json=request) as response:
        return response.status, await response.json()


async def _log_in(
    session: aiohttp.ClientSession, localpart: str, password: str
) -> tuple[int, dict[str, Any]]:
    request = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": localpart},
        "password": password,
    }
    return await _post(session, "/_matrix/client/v3/login", request)


def _mac(secret: str, nonce: str, localpart: str, password: str, *, admin: bool) -> str:
    """Sign as Synapse's admin API documents for registration by shared secret."""
    said = "\0".join((nonce, localpart, password, "admin" if admin else "notadmin"))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha1).hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
