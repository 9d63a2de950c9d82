"""
The configuration: one YAML file into one frozen value, or an error that says why not.

What each key does is in ``config.example.yaml``; a test keeps the two the same.
Nothing here connects to anything: whether the homeserver answers is for ``doctor``.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from appservice import documents
from appservice.documents import ConfigError, Mistake
from appservice.lines import Lines
from appservice.matrix.registration import Registrations, load_registrations

HOST: Final = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
DOMAIN: Final = re.compile(HOST, re.ASCII)
"""A server name (Matrix spec, appendices)."""
ADDRESS: Final = re.compile(rf"https?://{HOST}/?", re.ASCII)
LOCALPART: Final = re.compile(r"[a-z0-9._=/+-]+")
"""A localpart (Matrix spec, appendices)."""
USER_ID: Final = re.compile(r"@[^:\s]+:\S+")
PORTS: Final = range(1, 65536)
RECONCILE_AT_LEAST: Final = timedelta(minutes=1)
RECONCILE_AT_MOST: Final = timedelta(days=1)
LARGEST_MB: Final = 200
RETENTION_AT_LEAST: Final = timedelta(days=180)
SERVICE_ROOMS_AT_LEAST: Final = timedelta(days=1)
WINDOW_AT_MOST: Final = timedelta(hours=1)

Language = Literal["zh_Hans", "en"]
Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Homeserver:
    """Which homeserver we serve."""

    url: str
    """Its Client-Server API, without a slash at the end."""
    domain: str
    """Its name, as in user ids."""
    admin_token_file: Path | None = None
    """Holds the token of an administrator, where names are locked; None: the bot is."""
    federation: bool = False
    """Whether other servers are meant to talk to this one; ``doctor`` compares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where what we know is kept."""

    url: str | None = None
    """None: an embedded PostgreSQL."""
    directory: Path = Path("postgres")
    """Of the embedded PostgreSQL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the homeserver finds us."""

    host: str = "127.0.0.1"
    port: int = 29331


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFiles:
    """Where the files are that the homeserver reads too."""

    road: Path
    hand: Path | None = None
    """None: the service never acts as a member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The service's own accounts, as localparts."""

    bot: str = "homeroom"
    keeper: str = "homeroom_keeper"
    """The second creator of a room, because a room of version 12 never gets another."""
    others: tuple[str, ...] = ()
    """User ids of other services, such as bridges: their rights are left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of the school's own files."""

    directory: Path | None = None
    """None: what the service brings along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The school's own policies, and what it must say before any room is kept."""

    directory: Path | None = None
    """None: what the service brings along."""
    retention_min: timedelta | None = None
    """For kinds whose policy does not say it itself (A54)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How many messages may be hidden before acting stops and a person is called."""

    room: int = 30
    school: int = 100
    window: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Files that are posted, which are fetched and looked into."""

    largest_mb: int = 20
    """Mebibytes; of a larger one only what it is is found out."""
    clamd: Path | None = None
    """The socket of a virus scanner; None: files are not scanned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile:
    """How often rooms are compared with what they should be."""

    every: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRooms:
    """Direct rooms and the like: they are no record."""

    keep: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is written about our own work; never what people write."""

    level: Level = "info"
    json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can be set; read it with ``load``."""

    homeserver: Homeserver
    registrations: RegistrationFiles
    database: Database = field(default_factory=Database)
    listen: Listen = field(default_factory=Listen)
    accounts: Accounts = field(default_factory=Accounts)
    policies: Policies = field(default_factory=Policies)
    lexicons: Folder = field(default_factory=Folder)
    breaker: Breaker = field(default_factory=Breaker)
    media: Media = field(default_factory=Media)
    reconcile: Reconcile = field(default_factory=Reconcile)
    service_rooms: ServiceRooms = field(default_factory=ServiceRooms)
    language: Language = "zh_Hans"
    timezone: str = "Asia/Shanghai"
    log: Log = field(default_factory=Log)

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def bot(self) -> str:
        """The user id of the account that speaks."""
        return f"@{self.accounts.bot}:{self.homeserver.domain}"

    @property
    def keeper(self) -> str:
        """The user id of the second creator."""
        return f"@{self.accounts.keeper}:{self.homeserver.domain}"


def load(path: Path) -> Config:
    """
    Read the configuration and the registrations it names.

    Returns:
        The configuration with absolute paths: in the file they are relative to it.

    Raises:
        ConfigError: With all that is impossible or contradicts itself.
    """
    if not path.exists():
        text = "there is no such file; `homeroom init` writes one, `--config` names it"
        raise ConfigError([Mistake(file=str(path), line=None, key="", text=text)])
    config = documents.load(path, Config)
    config = _from_where_it_lies(config, path.resolve().parent)
    lines = Lines(path)
    mistakes = [lines.mistake(key, text) for key, text in _mistakes(config)]
    try:
        registrations(config)
    except ConfigError as error:
        mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return config


def registrations(config: Config) -> Registrations:
    """
    Read the registrations, whose tokens are no part of the configuration.

    Raises:
        ConfigError: With all that is wrong with them.
    """
    return load_registrations(
        config.registrations.road,
        config.registrations.hand,
        domain=config.homeserver.domain,
        bot=config.accounts.bot,
        keeper=config.accounts.keeper,
    )


def admin_token(config: Config) -> str | None:
    """Read the token of an administrator; None where none is configured."""
    path = config.homeserver.admin_token_file
    return None if path is None else path.read_text(encoding="utf-8").strip()


def _from_where_it_lies(config: Config, folder: Path) -> Config:
    """Make every path absolute: a service is not started where its files are."""

    def found(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    return dataclasses.replace(
        config,
        homeserver=dataclasses.replace(
            config.homeserver,
            url=config.homeserver.url.rstrip("/"),
            admin_token_file=found(config.homeserver.admin_token_file),
        ),
        database=dataclasses.replace(
            config.database, directory=folder / config.database.directory
        ),
        registrations=RegistrationFiles(
            road=folder / config.registrations.road,
            hand=found(config.registrations.hand),
        ),
        policies=dataclasses.replace(
            config.policies, directory=found(config.policies.directory)
        ),
        media=dataclasses.replace(config.media, clamd=found(config.media.clamd)),
        lexicons=Folder(directory=found(config.lexicons.directory)),
    )


def _mistakes(config: Config) -> Iterator[tuple[str, str]]:
    """Go through the keys in the order of the file: key, and what is wrong."""
    yield from homeserver_mistakes(config.homeserver)
    url = config.database.url
    if url is not None and urlsplit(url).scheme not in ("postgresql", "postgres"):
        # The url is not quoted: it may hold a password.
        yield "database.url", "does not begin with postgresql://"
    if config.listen.port not in PORTS:
        port = config.listen.port
        yield "listen.port", f'"{port}" is not a port; write one from 1 to 65535'
    token_file = config.homeserver.admin_token_file
    if token_file is not None and not token_file.is_file():
        text = f'"{token_file}" is not a file; write the token into one, or null here'
        yield "homeserver.admin_token_file", text
    yield from _account_mistakes(config.accounts)
    for key, folder in (("policies", config.policies), ("lexicons", config.lexicons)):
        if folder.directory is not None and not folder.directory.is_dir():
            text = f'"{folder.directory}" is not a folder; make it, or write null'
            yield f"{key}.directory", text
    if config.timezone not in available_timezones():
        text = f'"{config.timezone}" is not a time zone; write e.g. "Asia/Shanghai"'
        yield "timezone", text
    yield from _measure_mistakes(config)


def homeserver_mistakes(homeserver: Homeserver) -> Iterator[tuple[str, str]]:
    """Say what is wrong with an address and a name; ``homeroom init`` asks too."""
    if not ADDRESS.fullmatch(homeserver.url):
        yield (
            "homeserver.url",
            (
                f'"{homeserver.url}" is not an address; write scheme, host and port '
                'and nothing else, e.g. "http://127.0.0.1:8008"'
            ),
        )
    if not DOMAIN.fullmatch(homeserver.domain):
        yield (
            "homeserver.domain",
            (
                f'"{homeserver.domain}" is not a server name; write what stands after '
                'the colon in user ids, e.g. "school.example"'
            ),
        )


def _account_mistakes(accounts: Accounts) -> Iterator[tuple[str, str]]:
    for key, localpart in (("bot", accounts.bot), ("keeper", accounts.keeper)):
        if not LOCALPART.fullmatch(localpart):
            yield (
                f"accounts.{key}",
                (
                    f'"{localpart}" is not a localpart; write what stands between @ '
                    'and the colon, in small letters, e.g. "homeroom"'
                ),
            )
    for user_id in accounts.others:
        if not USER_ID.fullmatch(user_id):
            text = f'"{user_id}" is not a user id; write e.g. "@bridge:school.example"'
            yield "accounts.others", text
    if accounts.bot == accounts.keeper:
        yield (
            "accounts.keeper",
            (
                f'"{accounts.keeper}" is accounts.bot too, so a room had one creator '
                "only; write another one"
            ),
        )


def _measure_mistakes(config: Config) -> Iterator[tuple[str, str]]:
    room, school = config.breaker.room, config.breaker.school
    if room < 1:
        yield (
            "breaker.room",
            f'"{room}" would let nothing be done; write 1 or more',
        )
    if school < room:
        yield (
            "breaker.school",
            (
                f'"{school}" is less than breaker.room ({room}), which would never '
                "count; write at least as many"
            ),
        )
    if not timedelta() < config.breaker.window <= WINDOW_AT_MOST:
        yield "breaker.window", 'is not between "1s" and "1h"'
    if not 1 <= config.media.largest_mb <= LARGEST_MB:
        text = f'"{config.media.largest_mb}" is not between 1 and {LARGEST_MB}'
        yield "media.largest_mb", text
    retention = config.policies.retention_min
    if retention is not None and retention < RETENTION_AT_LEAST:
        yield (
            "policies.retention_min",
            'is less than "180d": the law asks for six months; write e.g. "3y"',
        )
    if not RECONCILE_AT_LEAST <= config.reconcile.every <= RECONCILE_AT_MOST:
        yield "reconcile.every", 'is not between "1m" and "1d"'
    if config.service_rooms.keep < SERVICE_ROOMS_AT_LEAST:
        yield "service_rooms.keep", 'is less than "1d"; direct rooms are then useless'
