"""
``homeroom init``: write configuration and registrations from the templates.

Also, where it is asked to, what the servers beside Homeroom start from (``setup``).
"""

import contextlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import Final

import click

from appservice import config
from appservice.config import Accounts, Homeserver
from appservice.matrix.registration import members_pattern, own_accounts_pattern
from appservice.setup.beside import Beside
from appservice.setup.files import fill, template, write_new

FILES: Final = ("registration-road.yaml", "registration-hand.yaml", "config.yaml")
HAND_ACCOUNT: Final = "homeroom_hand"
PASSWORD: Final = "database.password"  # noqa: S105 - a file's name
LISTEN: Final = ("127.0.0.1", "http://127.0.0.1:29331")
"""Where the homeserver finds us on the same machine: host, address."""
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
PRIVATE_FOLDER: Final = 0o700
ENTERED_BY_OTHERS: Final = 0o711
"""For root, whose PostgreSQL runs as another account and lies in there."""


@click.command()
@click.option(
    "--homeserver-url",
    default="http://127.0.0.1:8008",
    show_default=True,
    help="Where the homeserver's Client-Server API answers.",
)
@click.option(
    "--domain",
    required=True,
    help="The homeserver's name: what stands after the colon in user ids.",
)
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="Where to write to; made if missing.",
)
@click.option(
    "--language",
    type=click.Choice(["zh_Hans", "en"]),
    default="zh_Hans",
    show_default=True,
    help="What the service speaks where no policy says otherwise.",
)
@click.option(
    "--retention-min",
    metavar="DURATION",
    help="How long the school keeps its records at least, such as 3y (A54); without "
    "it no room can be kept yet.",
)
@click.option(
    "--administrator",
    "administrators",
    multiple=True,
    default=("admin",),
    show_default=True,
    metavar="LOCALPART",
    help="An account of the homeserver's administrators, for whom the service never "
    "acts. Give it once for each.",
)
@click.option(
    "--database-url",
    metavar="URL",
    help="A PostgreSQL of yours, such as postgresql://homeroom@127.0.0.1/homeroom; "
    "without it an embedded one runs.",
)
@click.option(
    "--listen-host",
    default=LISTEN[0],
    show_default=True,
    help="The address of this machine where the service answers; 0.0.0.0 means all.",
)
@click.option(
    "--address",
    default=LISTEN[1],
    show_default=True,
    help="Where the homeserver reaches the service: the road registration's url.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Where browsers and phones reach the homeserver, for --synapse and "
    "--element; --homeserver-url if not said.",
)
@click.option(
    "--synapse",
    "synapse_directory",
    type=FOLDER,
    metavar="DIRECTORY",
    help="Write there all that a Synapse starts from, and finds in the same place.",
)
@click.option(
    "--postgres",
    "postgres_directory",
    type=FOLDER,
    metavar="DIRECTORY",
    help="Write there what a PostgreSQL runs at its first start; needs --synapse and "
    "--database-url.",
)
@click.option(
    "--element",
    "element_directory",
    type=FOLDER,
    metavar="DIRECTORY",
    help="Write there the configuration of Element Web.",
)
@click.option(
    "--grafana",
    "grafana_directory",
    type=FOLDER,
    metavar="DIRECTORY",
    help="Write there a password for Grafana's administrator.",
)
def init(
    *,
    homeserver_url: str,
    domain: str,
    directory: Path,
    language: str,
    retention_min: str | None,
    administrators: tuple[str, ...],
    database_url: str | None,
    listen_host: str,
    address: str,
    public_url: str | None,
    synapse_directory: Path | None,
    postgres_directory: Path | None,
    element_directory: Path | None,
    grafana_directory: Path | None,
) -> None:
    """
    Write configuration and registrations, with fresh tokens, into a directory.

    What is there already is kept as it is.
    """
    homeserver = Homeserver(url=homeserver_url, domain=domain)
    _require_right(homeserver, administrators, address=address, public_url=public_url)
    beside = Beside(
        domain=domain,
        public_url=(public_url or homeserver_url).rstrip("/"),
        synapse=synapse_directory,
        postgres=postgres_directory,
        element=element_directory,
        grafana=grafana_directory,
    )
    if beside.postgres and not (beside.synapse and database_url):
        raise click.UsageError("--postgres needs --synapse and --database-url")
    new = beside.write_passwords(directory / PASSWORD)
    written = write_files(
        homeserver,
        directory,
        language=language,
        retention_min=retention_min,
        administrators=administrators,
        database_url=database_url,
        password_file=PASSWORD if beside.postgres else None,
        listen_host=listen_host,
        address=address,
    )
    new += [directory / name for name in written]
    new += beside.write([directory / name for name in FILES[:2]])
    for path in dict.fromkeys([*(directory / name for name in FILES), *new]):
        click.echo(f"{path}: {'written' if path in new else 'kept as it is'}")
    if written and not beside.synapse:
        click.echo("Next: give both registrations to the homeserver and restart it.")


def _require_right(
    homeserver: Homeserver,
    administrators: tuple[str, ...],
    *,
    address: str,
    public_url: str | None,
) -> None:
    for wrong in config.homeserver_mistakes(homeserver):
        raise click.UsageError(wrong.text)
    for option, url in (("--address", address), ("--public-url", public_url)):
        if url is not None and not config.ADDRESS.fullmatch(url):
            raise click.UsageError(
                f'{option}: "{url}" is not an address; write scheme, host and port '
                'and nothing else, e.g. "http://127.0.0.1:29331"'
            )
    for localpart in administrators:
        if not config.LOCALPART.fullmatch(localpart):
            raise click.UsageError(f'--administrator: "{localpart}" is not a localpart')


COMMAND = init


def write_files(
    homeserver: Homeserver,
    directory: Path,
    *,
    language: str = "zh_Hans",
    retention_min: str | None = None,
    administrators: tuple[str, ...] = ("admin",),
    database_url: str | None = None,
    password_file: str | None = None,
    listen_host: str = LISTEN[0],
    address: str = LISTEN[1],
) -> frozenset[str]:
    """
    Write the files of ``FILES`` that are not there, with fresh tokens; return which.

    Raises:
        ConfigError: They do not fit those that were there; none is written.
    """
    road, hand = _registrations(homeserver.domain, administrators=administrators)
    road = fill(road, "url", LISTEN[1], address)
    own = template("config.example.yaml")
    for key, example, value in (
        ("  url", "http://127.0.0.1:8008", homeserver.url),
        ("  domain", "school.example", homeserver.domain),
        ("  url", "null", database_url and json.dumps(database_url)),
        ("  password_file", "null", password_file),
        ("  host", LISTEN[0], json.dumps(listen_host)),
        ("  retention_min", "null", retention_min),
        ("language", "zh_Hans", language),
    ):
        own = fill(own, key, example, value or "null")
    return _write_all(dict(zip(FILES, (road, hand, own), strict=True)), directory)


def _registrations(domain: str, *, administrators: tuple[str, ...]) -> tuple[str, str]:
    """Fill the template's two documents: road, hand."""
    own = (Accounts().bot, Accounts().keeper)
    pattern = own_accounts_pattern(domain, accounts=own)
    without = (*own, HAND_ACCOUNT, *administrators)
    members = members_pattern(domain, without=without)
    text = re.sub(
        r"\bplaceholder-\S+",
        lambda _: f'"{secrets.token_urlsafe(48)}"',
        template("registration.yaml"),
    )
    road, hand = text.split("\n---\n")
    return _with_pattern(road + "\n", pattern), _with_pattern(hand, members)


def _with_pattern(text: str, pattern: str) -> str:
    filled, times = re.subn(r"regex: '\^@.*'", lambda _: f"regex: '{pattern}'", text)
    assert times == 1, "registration.yaml: each document has one namespace"
    return filled


def _write_all(texts: dict[str, str], directory: Path) -> frozenset[str]:
    """
    Write the files that are not there, all or none; return their names.

    Raises:
        ConfigError: They do not fit those that were there; none is written.
    """
    mode = ENTERED_BY_OTHERS if os.geteuid() == 0 else PRIVATE_FOLDER
    is_new = not directory.exists()
    directory.mkdir(mode=mode, parents=True, exist_ok=True)
    written: list[str] = []
    try:
        for name, text in texts.items():
            if write_new(directory / name, text):
                written.append(name)
        config.load(directory / "config.yaml")
    except BaseException:
        for name in written:
            (directory / name).unlink()
        if is_new:
            with contextlib.suppress(OSError):
                directory.rmdir()
        raise
    return frozenset(written)
