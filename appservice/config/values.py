"""Values that cannot be: each with its key, and what to write instead."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from appservice.config.secret_files import secret_mistakes
from appservice.config.settings import Accounts, Config, Homeserver
from appservice.mistakes import Wrong

HOST: Final = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
DOMAIN: Final = re.compile(HOST, re.ASCII)
"""A server name (Matrix spec, appendices)."""
ADDRESS: Final = re.compile(rf"https?://{HOST}/?", re.ASCII)
LISTEN: Final = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}", re.ASCII)
"""A host's name, or an address without brackets."""
LOCALPART: Final = re.compile(r"[a-z0-9._=/+-]+")
"""A localpart (Matrix spec, appendices)."""
USER_ID: Final = re.compile(r"@[^:\s]+:\S+")
PORTS: Final = range(1, 65536)
RECONCILE_AT_LEAST: Final = timedelta(minutes=1)
RECONCILE_AT_MOST: Final = timedelta(days=1)
LARGEST_MB: Final = 200
BREAKER_AT_LEAST: Final = 1
RETENTION_AT_LEAST: Final = timedelta(days=180)
SERVICE_ROOMS_AT_LEAST: Final = timedelta(days=1)
WINDOW_AT_LEAST: Final = timedelta(seconds=1)
WINDOW_AT_MOST: Final = timedelta(hours=1)


def value_mistakes(config: Config) -> Iterator[Wrong]:
    """Go through the keys in the order of the file."""
    yield from homeserver_mistakes(config.homeserver)
    yield from secret_mistakes(config)
    if not LISTEN.fullmatch(config.listen.host):
        text = (
            f'"{config.listen.host}" is not an address of this machine; write e.g. '
            '"127.0.0.1", "0.0.0.0" or "::1"'
        )
        yield Wrong("listen.host", text)
    if config.listen.port not in PORTS:
        text = f'"{config.listen.port}" is not a port; write one from 1 to 65535'
        yield Wrong("listen.port", text)
    yield from _account_mistakes(config.accounts)
    for key, folder in (("policies", config.policies), ("lexicons", config.lexicons)):
        if folder.directory is not None and not is_folder(folder.directory):
            text = f'"{folder.directory}" is not a folder; make it, or write null'
            yield Wrong(f"{key}.directory", text)
    yield from _number_mistakes(config)
    yield from _span_mistakes(config)
    if config.timezone not in available_timezones():
        text = f'"{config.timezone}" is not a time zone; write e.g. "Asia/Shanghai"'
        yield Wrong("timezone", text)


def homeserver_mistakes(homeserver: Homeserver) -> Iterator[Wrong]:
    """Say what is wrong with an address and a name; ``homeroom init`` asks too."""
    port = homeserver.url.rstrip("/").rpartition(":")[2]
    has_port = not port.isdecimal() or int(port) in PORTS
    if not ADDRESS.fullmatch(homeserver.url) or not has_port:
        text = (
            f'"{homeserver.url}" is not an address; write scheme, host and port '
            'and nothing else, e.g. "http://127.0.0.1:8008"'
        )
        yield Wrong("homeserver.url", text)
    if not DOMAIN.fullmatch(homeserver.domain):
        text = (
            f'"{homeserver.domain}" is not a server name; write what stands after '
            'the colon in user ids, e.g. "school.example"'
        )
        yield Wrong("homeserver.domain", text)


def is_folder(path: Path) -> bool:
    """Whether a folder is there, and can be entered as far as that."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _account_mistakes(accounts: Accounts) -> Iterator[Wrong]:
    for key, localpart in (("bot", accounts.bot), ("keeper", accounts.keeper)):
        if not LOCALPART.fullmatch(localpart):
            text = (
                f'"{localpart}" is not a localpart; write what stands between @ '
                'and the colon, in small letters, e.g. "homeroom"'
            )
            yield Wrong(f"accounts.{key}", text)
    for number, user_id in enumerate(accounts.others, start=1):
        if not USER_ID.fullmatch(user_id):
            text = f'"{user_id}" is not a user id; write e.g. "@bridge:school.example"'
            yield Wrong(f"accounts.others[{number}]", text)


def _number_mistakes(config: Config) -> Iterator[Wrong]:
    breaker, largest = config.breaker, config.media.largest_mb
    if breaker.room < BREAKER_AT_LEAST:
        text = f'"{breaker.room}" would let nothing be done; write 1 or more'
        yield Wrong("breaker.room", text)
    if breaker.school < BREAKER_AT_LEAST:
        text = f'"{breaker.school}" would let nothing be done; write 1 or more'
        yield Wrong("breaker.school", text)
    if not 1 <= largest <= LARGEST_MB:
        text = f'"{largest}" is not a size we look into; write 1 to {LARGEST_MB} (MiB)'
        yield Wrong("media.largest_mb", text)


def _span_mistakes(config: Config) -> Iterator[Wrong]:
    window, every = config.breaker.window, config.reconcile.every
    if not WINDOW_AT_LEAST <= window <= WINDOW_AT_MOST:
        text = f'"{span(window)}" is not between "1s" and "1h"; write e.g. "5m"'
        yield Wrong("breaker.window", text)
    retention = config.policies.retention_min
    if retention is not None and retention < RETENTION_AT_LEAST:
        text = (
            f'"{span(retention)}" is less than "180d": the law asks for six months; '
            'write e.g. "3y"'
        )
        yield Wrong("policies.retention_min", text)
    if not RECONCILE_AT_LEAST <= every <= RECONCILE_AT_MOST:
        text = f'"{span(every)}" is not between "1m" and "1d"; write e.g. "10m"'
        yield Wrong("reconcile.every", text)
    keep = config.service_rooms.keep
    if keep < SERVICE_ROOMS_AT_LEAST:
        text = (
            f'"{span(keep)}" is less than "1d": direct rooms are then useless; write '
            'e.g. "90d"'
        )
        yield Wrong("service_rooms.keep", text)


def span(length: timedelta) -> str:
    """Write a duration as the file does, in the largest unit that fits."""
    for unit, name in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")):
        times, rest = divmod(length, timedelta(milliseconds=unit))
        if times and not rest:
            return f"{times}{name}"
    return f"{length // timedelta(milliseconds=1)}ms"
