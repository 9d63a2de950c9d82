"""
Secrets, which are never in a ``Config``: from a file or from the environment.

The one place that makes the URL the database is reached by. What is said about a
secret never quotes it: messages end up in logs and tickets.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit

from appservice.config.settings import Config
from appservice.mistakes import ConfigError, Mistake, Wrong

PASSWORD_VARIABLE: Final = "HOMEROOM_DATABASE_PASSWORD"  # noqa: S105 - only its name
TOKEN_VARIABLE: Final = "HOMEROOM_ADMIN_TOKEN"  # noqa: S105 - only its name

OTHERS: Final = 0o007
"""What everybody on the machine may do with a file."""
LONGEST: Final = 4096
"""Bytes; whatever is longer is another file."""
SERVER: Final = re.compile(
    r"(?:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\])?(?::(?P<port>\d{1,5}))?",
    re.ASCII,
)
STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
SPECIAL: Final = (
    "has characters in its password that mean something in a url; write them as %XX "
    "(@ is %40, / is %2F, % is %25), or put the password into database.password_file"
)


class _Unusable(Exception):
    """A file that holds no secret; the message says why and what to do."""


def database_url(config: Config) -> str | None:
    """
    Make the URL of the school's own database, its password included.

    Returns:
        None where the embedded one is used, which knows no password.

    Raises:
        ConfigError: The password's file cannot be used.
    """
    url = config.database.url
    if url is None:
        return None
    password = _secret(PASSWORD_VARIABLE, config.database.password_file)
    return url if password is None else with_password(url, password)


def admin_token(config: Config) -> str | None:
    """
    Read the token of an administrator; None where none is configured.

    Raises:
        ConfigError: Its file cannot be used.
    """
    token = _secret(TOKEN_VARIABLE, config.homeserver.admin_token_file)
    return None if token is None else token.strip()


def with_password(url: str, password: str) -> str:
    """Put a password in the place of the one in a URL, if there is any."""
    parts = urlsplit(url)
    access, _, servers = parts.netloc.rpartition("@")
    user = access.partition(":")[0]
    kept = [part for part in parts.query.split("&") if not _is_password(part)]
    return urlunsplit(
        parts._replace(
            netloc=f"{user}:{quote(password, safe='')}@{servers}", query="&".join(kept)
        )
    )


def secret_mistakes(
    config: Config, environment: Mapping[str, str] = os.environ
) -> Iterator[Wrong]:
    """Say what is wrong with the secrets' files and with the URL of the database."""
    token_file = config.homeserver.admin_token_file
    if token_file is not None and not environment.get(TOKEN_VARIABLE):
        yield from _file_mistakes("homeserver.admin_token_file", token_file)
    url, file = config.database.url, config.database.password_file
    wrong = None if url is None else _wrong_with(url)
    if wrong is not None:
        yield Wrong("database.url", wrong)
    if file is None:
        return
    if url is None:
        text = (
            "is for the database of database.url, which is null: the embedded one "
            "needs no password; write null here, or a url there"
        )
        yield Wrong("database.password_file", text, ("database.url",))
        return
    if wrong is None and _has_password(url):
        text = (
            "is given, and database.url holds a password too; take it out of the url "
            "(postgresql://user@host/name), or write null here"
        )
        yield Wrong("database.password_file", text, ("database.url",))
    if not environment.get(PASSWORD_VARIABLE):
        yield from _file_mistakes("database.password_file", file)


def _secret(variable: str, path: Path | None) -> str | None:
    # An empty variable is one that compose files pass on without a value.
    given = os.environ.get(variable)
    if given or path is None:
        return given or None
    try:
        return _read(path)
    except _Unusable as error:
        shown = str(path) if _is_there(path) else "a secret's file"
        mistake = Mistake(file=shown, line=None, key="", text=str(error))
        raise ConfigError([mistake]) from None


def _file_mistakes(key: str, path: Path) -> Iterator[Wrong]:
    try:
        _read(path)
    except _Unusable as error:
        shown = f'"{path}" ' if _is_there(path) else ""
        yield Wrong(key, f"{shown}{error}")


def _is_there(path: Path) -> bool:
    """Whether a path may be quoted: what is no file may be the secret itself."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _read(path: Path) -> str:
    """Read a secret, without the newline at its end; never quote it."""
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "is not there"
            raise _Unusable(f"{what}; write the secret into one, or null here")
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            raw = file.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "no such name"
        raise _Unusable(
            f"cannot be read ({said}); give it to the service's user: chown, chmod 600"
        ) from None
    if mode & OTHERS:
        raise _Unusable(
            f"is open to everybody on this machine (mode {mode & 0o777:o}); chmod 600, "
            "and make a new secret if others were there"
        )
    return _decoded(raw)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise _Unusable("is not UTF-8; save the secret as plain text") from None
    if not text.strip():
        raise _Unusable("is empty; write the secret into it")
    if len(raw) > LONGEST or not text.isprintable():
        raise _Unusable(
            "holds more than one line of text; write the secret into it and nothing "
            "else"
        )
    return text


def _wrong_with(url: str) -> str | None:
    """Say why a URL is none, without quoting it; None where it is one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return SPECIAL
    if parts.scheme not in ("postgresql", "postgres"):
        return "does not begin with postgresql://"
    access, _, servers = parts.netloc.rpartition("@")
    elsewhere = f"{access}{parts.path}{parts.query}"
    if "@" in elsewhere or parts.fragment or STRAY_PERCENT.search(url):
        return SPECIAL
    if not all(_is_server(server) for server in servers.split(",")):
        return (
            "names no server; write e.g. postgresql://user@127.0.0.1:5432/homeroom, "
            "and other characters than letters and digits in a password as %XX"
        )
    if not _is_query(parts.query):
        return 'has something after "?" that is not key=value'
    return None


def _is_server(server: str) -> bool:
    found = SERVER.fullmatch(server)
    return found is not None and int(found["port"] or 0) in range(65536)


def _is_query(query: str) -> bool:
    try:
        given = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    except ValueError:
        return False
    return all(port.isdecimal() for port in given.get("port", "1").split(","))


def _has_password(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.password) or any(map(_is_password, parts.query.split("&")))


def _is_password(part: str) -> bool:
    """Whether this piece of a query says the password."""
    return unquote_plus(part.partition("=")[0]) == "password"
