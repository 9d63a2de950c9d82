"""
The two registrations at the homeserver (Matrix spec, Application Service API).

*Road*: the service's own accounts only, so the homeserver sends us the rooms we are in
and no pupil's private conversation. *Hand*: all members and no address, so nothing is
sent; its token acts as a member where a name must be put back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appservice.documents import ConfigError, load
from appservice.lines import Lines

SHORTEST_TOKEN: Final = 32
PLACEHOLDER: Final = "placeholder"
"""How the tokens in the template begin."""
MEMBER: Final = "pupil.4711"
"""A localpart like any member's: what matches it matches people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A pattern of identifiers, and whether nobody else may use them."""

    regex: str
    exclusive: bool

    def covers(self, user_id: str) -> bool:
        """Match as Synapse does: from the beginning, not to the end."""
        return re.match(self.regex, user_id) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespaces:
    """What a registration speaks for."""

    users: tuple[Namespace, ...] = ()
    aliases: tuple[Namespace, ...] = ()
    rooms: tuple[Namespace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One registration file; the homeserver reads the same one."""

    id: str
    url: str | None
    """Where the homeserver sends events; None means it sends none."""
    as_token: str = field(repr=False)
    """We show it to the homeserver."""
    hs_token: str = field(repr=False)
    """The homeserver shows it to us."""
    sender_localpart: str
    namespaces: Namespaces
    rate_limited: bool = True
    receive_ephemeral: bool = False
    protocols: tuple[str, ...] = ()

    def covers(self, user_id: str) -> bool:
        """Whether its token may act as somebody."""
        return any(each.covers(user_id) for each in self.namespaces.users)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrations:
    """Both, read and found to fit together."""

    road: Registration
    hand: Registration | None
    """None where the service never acts as a member."""


def load_registration(path: Path) -> Registration:
    """
    Read one registration file.

    Raises:
        ConfigError: With all that is wrong in it. Tokens are never quoted.
    """
    registration = load(path, Registration)
    lines = Lines(path)
    mistakes = [lines.mistake(key, text) for key, text in _in_itself(registration)]
    if mistakes:
        raise ConfigError(mistakes)
    return registration


def load_registrations(
    road_path: Path, hand_path: Path | None, *, domain: str, bot: str, keeper: str
) -> Registrations:
    """
    Read both registration files.

    Args:
        road_path: The file with the service's own accounts.
        hand_path: The file with the members; None if it is not installed.
        domain: The homeserver's name, as in user ids.
        bot: The localpart of the account that speaks.
        keeper: The localpart of the second creator of rooms.

    Raises:
        ConfigError: They are wrong, or do not fit each other or the accounts.
    """
    road = load_registration(road_path)
    lines = Lines(road_path)
    mistakes = [
        lines.mistake(key, text) for key, text in _as_road(road, domain=domain, bot=bot)
    ]
    hand = None
    if hand_path is not None:
        hand = load_registration(hand_path)
        lines = Lines(hand_path)
        wrong = [
            *_as_hand(hand, domain=domain, own=(bot, keeper)),
            *_beside(hand, road, road_path),
        ]
        mistakes += [lines.mistake(key, text) for key, text in wrong]
    if mistakes:
        raise ConfigError(mistakes)
    return Registrations(road=road, hand=hand)


def _in_itself(registration: Registration) -> Iterator[tuple[str, str]]:
    tokens = {"as_token": registration.as_token, "hs_token": registration.hs_token}
    for key, token in tokens.items():
        if token.lower().startswith(PLACEHOLDER):
            yield key, 'is the placeholder of the template; run "homeroom init"'
        elif len(token) < SHORTEST_TOKEN:
            yield (
                key,
                (
                    f"has {len(token)} characters and can be guessed; write "
                    f"{SHORTEST_TOKEN} random ones or more"
                ),
            )
        elif not token.isascii() or not token.isprintable() or " " in token:
            yield key, "has characters that a header cannot carry; use letters, digits"
    if registration.as_token == registration.hs_token:
        yield "hs_token", "is the same as as_token; each must be a secret of its own"
    for number, namespace in enumerate(registration.namespaces.users, start=1):
        try:
            re.compile(namespace.regex)
        except re.error as error:
            key = f"namespaces.users[{number}].regex"
            yield key, f'"{namespace.regex}" is not a regular expression: {error}'


def _as_road(road: Registration, *, domain: str, bot: str) -> Iterator[tuple[str, str]]:
    if road.sender_localpart != bot:
        yield (
            "sender_localpart",
            (
                f'"{road.sender_localpart}" is not accounts.bot of the configuration; '
                f'write "{bot}" here, or change it there'
            ),
        )
    if road.url is None:
        yield "url", "is null, so no event would arrive; write the service's address"
    elif not road.url.startswith(("http://", "https://")):
        yield "url", f'"{road.url}" has no scheme; write e.g. "http://127.0.0.1:29331"'
    if not road.receive_ephemeral:
        yield "receive_ephemeral", "is false, so no read receipt arrives; write true"
    if road.rate_limited:
        yield "rate_limited", "is true, so hiding would be slowed down; write false"
    for number, namespace in enumerate(road.namespaces.users, start=1):
        if namespace.covers(f"@{MEMBER}:{domain}"):
            yield (
                f"namespaces.users[{number}].regex",
                (
                    f'"{namespace.regex}" matches members, so their private '
                    "conversations would be sent here; match the service's own "
                    "accounts only"
                ),
            )


def _as_hand(
    hand: Registration, *, domain: str, own: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    if hand.url is not None:
        yield (
            "url",
            (
                f'"{hand.url}" would make the homeserver send every member\'s private '
                "conversations; write null"
            ),
        )
    if hand.sender_localpart in own:
        yield (
            "sender_localpart",
            (
                f'"{hand.sender_localpart}" is an account of the road; write another '
                'one, e.g. "homeroom_hand"'
            ),
        )
    users = hand.namespaces.users
    for number, namespace in enumerate(users, start=1):
        if namespace.exclusive:
            yield (
                f"namespaces.users[{number}].exclusive",
                "is true, so nobody could register or log in; write false",
            )
    if not any(namespace.covers(f"@{MEMBER}:{domain}") for namespace in users):
        yield (
            "namespaces.users",
            f'matches no member of "{domain}"; check the domain in its expressions',
        )


def _beside(
    hand: Registration, road: Registration, road_path: Path
) -> Iterator[tuple[str, str]]:
    if hand.id == road.id:
        yield "id", f'"{hand.id}" is the id of {road_path} too; write another one'
    for key in ("as_token", "hs_token"):
        if getattr(hand, key) in (road.as_token, road.hs_token):
            yield key, f"is a token of {road_path} too; make a new one"


def own_accounts_pattern(domain: str, *, accounts: tuple[str, ...]) -> str:
    """Write the road's expression: these accounts and nobody else."""
    return f"^@(?:{_either(accounts)}):{re.escape(domain)}$"


def members_pattern(domain: str, *, without: tuple[str, ...]) -> str:
    """
    Write the hand's expression: everybody of the domain but a few localparts.

    Args:
        domain: The homeserver's name.
        without: The service's own accounts and the administrators: a stolen token of
            the hand must not be the key to the homeserver.
    """
    return f"^@(?!(?:{_either(without)}):).+:{re.escape(domain)}$"


def _either(localparts: tuple[str, ...]) -> str:
    return "|".join(re.escape(localpart) for localpart in localparts)
