"""What the homeserver and we must agree on, and what must never be in there."""

from pathlib import Path

import pytest

from appservice.documents import ConfigError
from appservice.matrix.registration import (
    Namespace,
    Registrations,
    Side,
    members_pattern,
    own_accounts_pattern,
)
from appservice.matrix.registration_files import load_registration, load_registrations

ROAD = {
    "id": "homeroom-road",
    "url": "http://127.0.0.1:29331",
    "as_token": "a" * 64,
    "hs_token": "b" * 64,
    "sender_localpart": "homeroom",
    "receive_ephemeral": "true",
    "rate_limited": "false",
    "namespaces": r"{users: [{exclusive: true, regex: '^@homeroom:school\.test$'}]}",
}
HAND = ROAD | {
    "id": "homeroom-hand",
    "url": "null",
    "as_token": "c" * 64,
    "hs_token": "d" * 64,
    "sender_localpart": "homeroom_hand",
    "namespaces": r"{users: [{exclusive: false, regex: '^@[^h].+:school\.test$'}]}",
}
SIDE = Side(domain="school.test", bot="homeroom", keeper="homeroom_keeper")


def written(path: Path, keys: dict[str, str]) -> Path:
    text = "".join(f"{key}: {value}\n" for key, value in keys.items())
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path: Path, road: dict[str, str], hand: dict[str, str]) -> Registrations:
    return load_registrations(
        written(tmp_path / "road.yaml", road),
        written(tmp_path / "hand.yaml", hand),
        side=SIDE,
    )


def test_a_good_pair_is_read(tmp_path: Path):
    """Both arrive as they are in the files."""
    both = read(tmp_path, ROAD, HAND)

    assert both.road.url == "http://127.0.0.1:29331"
    assert both.hand is not None
    assert both.hand.url is None
    assert both.hand.as_token == "c" * 64


def test_the_hand_may_be_missing(tmp_path: Path):
    """Where names are locked on the homeserver nobody acts as a member."""
    both = load_registrations(
        written(tmp_path / "road.yaml", ROAD),
        None,
        side=SIDE,
    )

    assert both.hand is None


def test_tokens_are_not_in_what_is_printed(tmp_path: Path):
    """A registration in a log line must not open the homeserver."""
    printed = repr(read(tmp_path, ROAD, HAND))

    assert "aaaa" not in printed
    assert "dddd" not in printed


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("as_token", "placeholder-road-as-token" * 2, "placeholder"),
        ("as_token", "sesame", "has 6 characters"),
        ("hs_token", "a" * 64, "same as as_token"),
        ("hs_token", '"' + "ä" * 40 + '"', "a header cannot carry"),
        ("namespaces", "{users: [{exclusive: true, regex: '('}]}", "regular expr"),
        ("sender_localpart", "somebody", "accounts.bot"),
        ("url", "null", "no event would arrive"),
        ("url", "127.0.0.1:29331", "no scheme"),
        ("receive_ephemeral", "false", "read receipt"),
        ("rate_limited", "true", "slowed down"),
        ("namespaces", "{users: [{exclusive: false, regex: '@.*'}]}", "private"),
    ],
)
def test_a_wrong_road_is_refused(tmp_path: Path, key: str, value: str, complaint: str):
    """File, line and key are named, and what to do."""
    line = list(ROAD).index(key) + 1

    with pytest.raises(ConfigError, match=rf"road\.yaml:{line}: {key}.*{complaint}"):
        read(tmp_path, ROAD | {key: value}, HAND)


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("id", "homeroom-road", "write another"),
        ("url", "http://127.0.0.1:29331", "private conversations"),
        ("as_token", "b" * 64, "make a new one"),
        ("hs_token", "a" * 64, "make a new one"),
        ("sender_localpart", "homeroom_keeper", "account of the road"),
        ("namespaces", "{users: [{exclusive: true, regex: '@.*'}]}", "write false"),
        ("namespaces", "{users: [{exclusive: false, regex: '@.*:a'}]}", "no member"),
    ],
)
def test_a_wrong_hand_is_refused(tmp_path: Path, key: str, value: str, complaint: str):
    """Above all: it must never make the homeserver send everything."""
    line = list(HAND).index(key) + 1

    with pytest.raises(ConfigError, match=rf"hand\.yaml:{line}: {key}.*{complaint}"):
        read(tmp_path, ROAD, HAND | {key: value})


def test_a_wrong_token_is_not_quoted(tmp_path: Path):
    """Messages end up in logs and tickets."""
    with pytest.raises(ConfigError) as caught:
        load_registration(written(tmp_path / "r.yaml", ROAD | {"as_token": "sesame"}))

    assert "sesame" not in str(caught.value)


def test_the_road_covers_its_own_accounts_only():
    """Not even an account that begins or ends like one."""
    own = Namespace(
        regex=own_accounts_pattern("school.test", accounts=("homeroom", "keeper")),
        exclusive=True,
    )

    assert own.covers("@homeroom:school.test")
    assert own.covers("@keeper:school.test")
    for other in ("homeroom2:school.test", "a.homeroom:school.test", "keeper:x.test"):
        assert not own.covers(f"@{other}")
    assert not own.covers("@homeroom:school.test.evil.test")
    assert not own.covers("@homeroom:schoolxtest")


def test_the_hand_leaves_administrators_out():
    """A stolen token of the hand must not be the key to the homeserver."""
    members = Namespace(
        regex=members_pattern("school.test", without=("homeroom", "admin")),
        exclusive=False,
    )

    assert members.covers("@anna:school.test")
    assert members.covers("@administrative.office:school.test")
    assert not members.covers("@admin:school.test")
    assert not members.covers("@homeroom:school.test")
    assert not members.covers("@anna:elsewhere.test")
