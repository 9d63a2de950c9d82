"""What must be true of the two registrations: alone, together, and of our side."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from appservice.matrix.registration import Namespace, Registration, Side
from appservice.mistakes import Wrong

SHORTEST_TOKEN: Final = 32
PLACEHOLDER: Final = "placeholder"
"""How the tokens in the template begin."""
MEMBER: Final = "pupil.4711"
"""A localpart like any member's: what matches it matches people."""
ANY_ADDRESS: Final = ("0.0.0.0", "::")  # noqa: S104 - it is recognised, not used


def in_itself(registration: Registration) -> Iterator[Wrong]:
    """Say what is wrong with one of them, without quoting its tokens."""
    tokens = {"as_token": registration.as_token, "hs_token": registration.hs_token}
    for key, token in tokens.items():
        wrong = _wrong_with(token)
        if wrong is not None:
            yield Wrong(key, wrong)
    if registration.as_token == registration.hs_token:
        text = "is the same as as_token; each must be a secret of its own"
        yield Wrong("hs_token", text, ("as_token",))
    for number, namespace in enumerate(registration.namespaces.users, start=1):
        try:
            re.compile(namespace.regex)
        except re.error as error:
            text = f'"{namespace.regex}" is not a regular expression: {error}'
            yield Wrong(f"namespaces.users[{number}].regex", text)


def _wrong_with(token: str) -> str | None:
    if token.lower().startswith(PLACEHOLDER):
        return 'is the placeholder of the template; run "homeroom init"'
    if len(token) < SHORTEST_TOKEN:
        return (
            f"has {len(token)} characters and can be guessed; write {SHORTEST_TOKEN} "
            "random ones or more"
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        return "has characters that a header cannot carry; use letters, digits"
    return None


def as_road(road: Registration, side: Side) -> Iterator[Wrong]:
    """Say why no event, or more than our own, would come in."""
    if side.bot is not None and road.sender_localpart != side.bot:
        text = (
            f'"{road.sender_localpart}" is not accounts.bot of the configuration; '
            f'write "{side.bot}" here, or change it there'
        )
        yield Wrong("sender_localpart", text)
    yield from _road_address(road.url, side)
    if not road.receive_ephemeral:
        text = "is false, so no read receipt arrives; write true"
        yield Wrong("receive_ephemeral", text)
    if road.rate_limited:
        text = "is true, so hiding would be slowed down; write false"
        yield Wrong("rate_limited", text)
    for number, namespace in enumerate(road.namespaces.users, start=1):
        if _covers(namespace, MEMBER, side):
            text = (
                f'"{namespace.regex}" matches members, so their private conversations '
                "would be sent here; match the service's own accounts only"
            )
            yield Wrong(f"namespaces.users[{number}].regex", text)


def _road_address(url: str | None, side: Side) -> Iterator[Wrong]:
    if url is None:
        text = "is null, so no event would arrive; write the service's address"
        yield Wrong("url", text)
        return
    if not url.startswith(("http://", "https://")):
        text = f'"{url}" has no scheme; write e.g. "http://127.0.0.1:29331"'
        yield Wrong("url", text)
        return
    host, port = server_of(url)
    if not is_loopback(host):
        return  # a proxy or a container may pass on to another address and port
    if side.port not in (None, port):
        text = (
            f'"{url}" leads to port {port}, and the service listens on {side.port} '
            "(listen.port of the configuration); write the same in both"
        )
        yield Wrong("url", text)
    if side.host not in (None, *ANY_ADDRESS) and not is_loopback(side.host or ""):
        text = (
            f'"{url}" leads to this machine only, and the service listens on '
            f'"{side.host}" (listen.host of the configuration); write the same in both'
        )
        yield Wrong("url", text)


def as_hand(hand: Registration, side: Side) -> Iterator[Wrong]:
    """Say why the members could not be acted for, or would lose by it."""
    if hand.url is not None:
        text = (
            f'"{hand.url}" would make the homeserver send every member\'s private '
            "conversations; write null"
        )
        yield Wrong("url", text)
    yield from _hand_sender(hand.sender_localpart, side)
    users = hand.namespaces.users
    for number, namespace in enumerate(users, start=1):
        if namespace.exclusive:
            text = "is true, so nobody could register or log in; write false"
            yield Wrong(f"namespaces.users[{number}].exclusive", text)
    for number, namespace in enumerate(users, start=1):
        for key, own in (("bot", side.bot), ("keeper", side.keeper)):
            if own is not None and _covers(namespace, own, side):
                text = (
                    f'"{namespace.regex}" matches "{own}" (accounts.{key}), so the '
                    "token for members were one for our own account too; leave it out: "
                    f"(?!{own}:)"
                )
                yield Wrong(f"namespaces.users[{number}].regex", text)
    if side.domain is not None and not any(
        _covers(each, MEMBER, side) for each in users
    ):
        text = f'matches no member of "{side.domain}"; check the domain in its '
        yield Wrong("namespaces.users", text + "expressions")


def _hand_sender(sender: str, side: Side) -> Iterator[Wrong]:
    if sender in (side.bot, side.keeper):
        text = (
            f'"{sender}" is an account of the road; write another one, e.g. '
            '"homeroom_hand"'
        )
        yield Wrong("sender_localpart", text)
    if side.domain is not None and f"@{sender}:{side.domain}" in side.others:
        text = (
            f'"{sender}" is in accounts.others of the configuration, which is for '
            "other services; take it out there"
        )
        yield Wrong("sender_localpart", text)


def _covers(namespace: Namespace, localpart: str, side: Side) -> bool:
    """Whether a namespace has an account; not where either is not known."""
    try:
        return side.domain is not None and namespace.covers(
            f"@{localpart}:{side.domain}"
        )
    except re.error:
        return False


def beside(hand: Registration, road: Registration, road_path: Path) -> Iterator[Wrong]:
    """Say what the hand must not have from the road."""
    if hand.id == road.id:
        text = f'"{hand.id}" is the id of {road_path} too; write another one'
        yield Wrong("id", text)
    for key in ("as_token", "hs_token"):
        if getattr(hand, key) in (road.as_token, road.hs_token):
            yield Wrong(key, f"is a token of {road_path} too; make a new one")


def server_of(url: str) -> tuple[str, int | None]:
    """Name host and port of an address; ("", None) where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", None
    return parts.hostname or "", port or {"http": 80, "https": 443}.get(parts.scheme)


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    return host in ("localhost", "::1") or host.startswith("127.")
