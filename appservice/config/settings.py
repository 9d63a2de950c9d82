"""What can be set, as frozen values; what each key does is in the example file."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

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

    url: str | None = field(default=None, repr=False)
    """None: an embedded PostgreSQL. To connect, ask ``config.database_url``."""
    password_file: Path | None = None
    """Holds the password for ``url``; None: it stands there, or there is none."""
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
