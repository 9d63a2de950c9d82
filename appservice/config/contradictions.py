"""Settings that are possible each, and not together: one of them is not meant."""

from collections.abc import Iterator
from pathlib import Path

from appservice.config.settings import Config
from appservice.matrix.registration_checks import is_loopback, server_of
from appservice.mistakes import Wrong


def contradictions(config: Config) -> Iterator[Wrong]:
    """Go through what must fit together, all paths being absolute."""
    yield from _addresses(config)
    yield from _accounts(config)
    yield from _breaker(config)
    yield from _files(config)
    yield from _folders(config)


def _addresses(config: Config) -> Iterator[Wrong]:
    host, port = server_of(config.homeserver.url)
    if is_loopback(host) and port == config.listen.port:
        text = (
            f'"{config.homeserver.url}" is where we listen (listen.port), so we would '
            "be our own homeserver; write the homeserver's port"
        )
        yield Wrong("homeserver.url", text, ("listen.port",))


def _accounts(config: Config) -> Iterator[Wrong]:
    accounts = config.accounts
    if accounts.bot == accounts.keeper:
        text = (
            f'"{accounts.keeper}" is accounts.bot too, so a room had one creator only; '
            "write another one"
        )
        yield Wrong("accounts.keeper", text, ("accounts.bot",))
    own = {config.bot: "bot", config.keeper: "keeper"}
    for number, user_id in enumerate(accounts.others, start=1):
        if user_id in own:
            text = (
                f'"{user_id}" is accounts.{own[user_id]} and no other service; take it '
                "out of the list"
            )
            besides = (f"accounts.{own[user_id]}", "homeserver.domain")
            yield Wrong(f"accounts.others[{number}]", text, besides)


def _breaker(config: Config) -> Iterator[Wrong]:
    room, school = config.breaker.room, config.breaker.school
    if school < room:
        text = (
            f'"{school}" is less than breaker.room ({room}), which would never count; '
            "write at least as many"
        )
        yield Wrong("breaker.school", text, ("breaker.room",))


def _files(config: Config) -> Iterator[Wrong]:
    road, hand = config.registrations.road, config.registrations.hand
    if hand is not None and is_same(road, hand):
        text = (
            f'"{hand}" is registrations.road too; the members need a file of their '
            "own (`homeroom init` writes one), or write null"
        )
        yield Wrong("registrations.hand", text, ("registrations.road",))
    token, password = config.homeserver.admin_token_file, config.database.password_file
    if token and password and is_same(token, password):
        text = (
            f'"{password}" is homeserver.admin_token_file too; a password and a token '
            "are two secrets: write each into a file of its own"
        )
        yield Wrong("database.password_file", text, ("homeserver.admin_token_file",))


def _folders(config: Config) -> Iterator[Wrong]:
    policies, lexicons = config.policies.directory, config.lexicons.directory
    if policies and lexicons and is_same(policies, lexicons):
        text = (
            f'"{lexicons}" is policies.directory too; put the word lists into a folder '
            "of their own"
        )
        yield Wrong("lexicons.directory", text, ("policies.directory",))
    if config.database.url is not None:
        return  # its directory is not used
    data = config.database.directory
    for key, folder in (("policies", policies), ("lexicons", lexicons)):
        if folder and (_is_in(data, folder) or _is_in(folder, data)):
            text = (
                f'"{data}" and {key}.directory ("{folder}") lie in each other; the '
                "database needs a folder that holds nothing else"
            )
            besides = (f"{key}.directory", "database.url")
            yield Wrong("database.directory", text, besides)


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one place, also by a link."""
    return _place(one) == _place(other)


def _is_in(path: Path, folder: Path) -> bool:
    return _place(path).is_relative_to(_place(folder))


def _place(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links
        return path
