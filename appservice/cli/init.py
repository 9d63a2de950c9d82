"""``homeroom init``: write configuration and registrations from the templates."""

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Final

import click

from appservice import config
from appservice.config import Accounts, Homeserver
from appservice.matrix.registration import members_pattern, own_accounts_pattern

TEMPLATES: Final = Path(__file__).parents[2]
FILES: Final = ("registration-road.yaml", "registration-hand.yaml", "config.yaml")
HAND_ACCOUNT: Final = "homeroom_hand"
PRIVATE_FILE: Final = 0o600
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
def init(
    *,
    homeserver_url: str,
    domain: str,
    directory: Path,
    language: str,
    retention_min: str | None,
    administrators: tuple[str, ...],
) -> None:
    """Write configuration and registrations, with fresh tokens, into a directory."""
    homeserver = Homeserver(url=homeserver_url, domain=domain)
    for wrong in config.homeserver_mistakes(homeserver):
        raise click.UsageError(wrong.text)
    for localpart in administrators:
        if not config.LOCALPART.fullmatch(localpart):
            raise click.UsageError(f'--administrator: "{localpart}" is not a localpart')
    written = write_files(
        homeserver,
        directory,
        language=language,
        retention_min=retention_min,
        administrators=administrators,
    )
    for name in FILES:
        path = directory / name
        click.echo(f"{path}: written" if name in written else f"{path}: kept as it is")
    if written:
        click.echo("Next: give both registrations to the homeserver and restart it.")


COMMAND = init


def write_files(
    homeserver: Homeserver,
    directory: Path,
    *,
    language: str = "zh_Hans",
    retention_min: str | None = None,
    administrators: tuple[str, ...] = ("admin",),
) -> frozenset[str]:
    """
    Write the files of ``FILES`` that are not there, with fresh tokens; return which.

    Raises:
        ConfigError: They do not fit those that were there; none is written.
    """
    road, hand = _registrations(homeserver.domain, administrators=administrators)
    own = _config(homeserver, language=language, retention_min=retention_min)
    texts = (road, hand, own)
    return _write_all(dict(zip(FILES, texts, strict=True)), directory)


def _config(homeserver: Homeserver, *, language: str, retention_min: str | None) -> str:
    text = _template("config.example.yaml")
    text = _fill(text, "  url", "http://127.0.0.1:8008", homeserver.url)
    text = _fill(text, "  domain", "school.example", homeserver.domain)
    text = _fill(text, "  retention_min", "null", retention_min or "null")
    return _fill(text, "language", "zh_Hans", language)


def _registrations(domain: str, *, administrators: tuple[str, ...]) -> tuple[str, str]:
    """Fill the template's two documents: road, hand."""
    own = (Accounts().bot, Accounts().keeper)
    pattern = own_accounts_pattern(domain, accounts=own)
    without = (*own, HAND_ACCOUNT, *administrators)
    members = members_pattern(domain, without=without)
    text = re.sub(
        r"\bplaceholder-\S+",
        lambda _: f'"{secrets.token_urlsafe(48)}"',
        _template("registration.yaml"),
    )
    road, hand = text.split("\n---\n")
    return _with_pattern(road + "\n", pattern), _with_pattern(hand, members)


def _with_pattern(text: str, pattern: str) -> str:
    filled, times = re.subn(r"regex: '\^@.*'", lambda _: f"regex: '{pattern}'", text)
    assert times == 1, "registration.yaml: each document has one namespace"
    return filled


def _fill(text: str, key: str, example: str, value: str) -> str:
    """Put a value in the place of the example; both are plain words in YAML."""
    before = f"\n{key}: {example}\n"
    assert text.count(before) == 1, f"config.example.yaml: {key}"
    return text.replace(before, f"\n{key}: {value}\n")


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


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
            if _write_new(directory / name, text):
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


def _write_new(path: Path, text: str) -> bool:
    """Create a private file, whole or not at all; False where there is one already."""
    opened, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            os.fchmod(opened, PRIVATE_FILE)
            file.write(text)
        os.link(beside, path)  # unlike a rename, never over another file
    except FileExistsError:
        return False
    finally:
        Path(beside).unlink()
    return True
