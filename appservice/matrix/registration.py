"""
The two registrations at the homeserver (Matrix spec, Application Service API).

*Road*: the service's own accounts only, so the homeserver sends us the rooms we are in
and no pupil's private conversation. *Hand*: all members and no address, so nothing is
sent; its token acts as a member where a name must be put back.
"""

import re
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the configuration says and registrations must fit; None: it is not known."""

    domain: str | None = None
    """The homeserver's name, as in user ids."""
    bot: str | None = None
    """The localpart of the account that speaks."""
    keeper: str | None = None
    """The localpart of the second creator of rooms."""
    others: tuple[str, ...] = ()
    """User ids of other services."""
    host: str | None = None
    """The address the service listens on."""
    port: int | None = None


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
