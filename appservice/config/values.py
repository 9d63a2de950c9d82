"""Values that cannot be: each with its key, and what to write instead."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from zoneinfo import available_timezones

from appservice.config.secret_files import secret_mistakes
from appservice.config.settings import Accounts, Config, Homeserver

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


def value_mistakes(config: Config) -> Iterator[tuple[str, str]]:
    """Go through the keys in the order of the file: key, and what is wrong."""
    yield from homeserver_mistakes(config.homeserver)
    yield from secret_mistakes(config)
    if config.listen.port not in PORTS:
        port = config.listen.port
        yield "listen.port", f'"{port}" is not a port; write one from 1 to 65535'
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
