"""Settings that cannot be meant together are named, and what may be meant is not."""

from pathlib import Path

import pytest

from appservice import config
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.mistakes import ConfigError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a good configuration with folders of the school's own beside it."""
    home = Homeserver(url="http://127.0.0.1:8008", domain="school.test")
    write_files(home, tmp_path)
    for name in ("rules", "words"):
        (tmp_path / name).mkdir()
    for name in ("secret", "token"):
        (tmp_path / name).write_text("x" * 40)
        (tmp_path / name).chmod(0o600)
    return tmp_path / "config.yaml"


def change(path: Path, values: dict[str, str]) -> None:
    """Set keys, such as ``listen.port``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for name, value in values.items():
        section, _, key = name.partition(".")
        start = lines.index(f"{section}:")
        at = next(
            number
            for number, line in enumerate(lines)
            if number > start and line.startswith(f"  {key}: ")
        )
        lines[at] = f"  {key}: {value}"
    path.write_text("\n".join(lines), encoding="utf-8")


def told(path: Path) -> dict[str, str]:
    """Load it; return what is wrong by key."""
    try:
        config.load(path)
    except ConfigError as error:
        return {mistake.key: mistake.text for mistake in error.mistakes}
    return {}


def with_url(path: Path, url: str) -> None:
    road = path.with_name("registration-road.yaml")
    text = road.read_text(encoding="utf-8")
    assert "url: http://127.0.0.1:29331" in text
    road.write_text(text.replace("http://127.0.0.1:29331", url), encoding="utf-8")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_port_that_nobody_listens_on(path: Path, host: str):
    """On the same machine nothing stands between that could change it."""
    with_url(path, f"http://{host}:29332")

    assert "leads to port 29332" in told(path)["url"]
    change(path, {"listen.port": "29332"})
    assert told(path) == {}


@pytest.mark.parametrize("url", ["https://bot.school.test", "http://homeroom:8080"])
def test_a_proxy_or_a_container_has_ports_of_its_own(path: Path, url: str):
    """What it passes on to is not ours to know."""
    with_url(path, url)

    assert told(path) == {}


@pytest.mark.parametrize(
    ("host", "is_fine"),
    [("192.168.1.5", False), ("0.0.0.0", True), ('"::"', True)],  # noqa: S104 - text
)
def test_an_address_that_the_url_does_not_lead_to(
    path: Path, host: str, *, is_fine: bool
):
    """From 127.0.0.1 a port on another address of the machine is not reached."""
    change(path, {"listen.host": host})

    assert ("url" not in told(path)) == is_fine


def test_a_broken_port_is_told_once(path: Path):
    """The url would differ from the default, which nobody wrote."""
    with_url(path, "http://127.0.0.1:29332")
    change(path, {"listen.port": "29x32"})

    assert list(told(path)) == ["listen.port"]


def test_our_own_address_is_no_homeserver(path: Path):
    """The two addresses are easily exchanged."""
    change(path, {"homeserver.url": "http://localhost:29331"})
    assert "our own homeserver" in told(path)["homeserver.url"]

    change(path, {"homeserver.url": "http://matrix.school.test:29331"})
    assert told(path) == {}


def test_an_administrators_token_is_of_use_without_the_hand(path: Path):
    """Rooms are adopted with it."""
    change(path, {"homeserver.admin_token_file": "token", "registrations.hand": "null"})
    assert told(path) == {}


def test_one_file_for_both_registrations(path: Path):
    """Said once, and not as all that follows from it."""
    change(path, {"registrations.hand": "./registration-road.yaml"})

    assert list(told(path)) == ["registrations.hand"]


def test_one_file_for_two_secrets(path: Path):
    """A password and a token are never equal."""
    change(
        path,
        {
            "homeserver.admin_token_file": "token",
            "database.url": "postgresql://u@db/x",
            "database.password_file": "token",
        },
    )
    assert "two secrets" in told(path)["database.password_file"]

    change(path, {"database.password_file": "secret"})
    assert told(path) == {}


@pytest.mark.parametrize("own", ["homeroom", "homeroom_keeper"])
def test_our_own_accounts_are_no_others(path: Path, own: str):
    """Their rights would be left as they are, and they could not work."""
    change(path, {"accounts.others": f'["@bridge:a.test", "@{own}:school.test"]'})

    assert "take it out" in told(path)["accounts.others[2]"]


def test_the_hands_sender_is_no_other(path: Path):
    """It is ours as well."""
    change(path, {"accounts.others": '["@homeroom_hand:school.test"]'})

    assert "accounts.others" in told(path)["sender_localpart"]


def test_others_may_live_elsewhere(path: Path):
    """A bot of the same name on another homeserver is another bot."""
    change(path, {"accounts.others": '["@homeroom:other.test", "@irc:matrix.test"]'})

    assert told(path) == {}


@pytest.mark.parametrize("own", ["homeroom", "homeroom_keeper"])
def test_the_hand_is_not_for_our_own_accounts(path: Path, own: str):
    """A token for members that can act as the bot is the key to every room."""
    hand = path.with_name("registration-hand.yaml")
    text = hand.read_text(encoding="utf-8")
    both = "homeroom|homeroom_keeper|homeroom_hand"
    assert both in text
    rest = "|".join(name for name in both.split("|") if name != own)
    hand.write_text(text.replace(both, rest), encoding="utf-8")

    assert f'"{own}"' in told(path)["namespaces.users[1].regex"]


def test_bot_and_keeper_are_two(path: Path):
    """A room needs two creators."""
    change(path, {"accounts.keeper": "homeroom"})

    assert "one creator" in told(path)["accounts.keeper"]


def test_the_schools_breaker_is_not_below_the_rooms(path: Path):
    """It would always be the first."""
    change(path, {"breaker.room": "50", "breaker.school": "49"})
    assert "less than breaker.room (50)" in told(path)["breaker.school"]

    change(path, {"breaker.room": "fifty"})
    assert list(told(path)) == ["breaker.room"]


def test_policies_and_word_lists_have_folders_of_their_own(path: Path):
    """Also where a link makes them one."""
    change(path, {"policies.directory": "rules", "lexicons.directory": "words"})
    assert told(path) == {}

    (path.parent / "words").rmdir()
    (path.parent / "words").symlink_to("rules")
    assert list(told(path)) == ["lexicons.directory"]


@pytest.mark.parametrize("data", ["rules", "rules/postgres", "."])
def test_the_database_has_a_folder_of_its_own(path: Path, data: str):
    """It is given to another account, and moved away at an upgrade."""
    change(path, {"policies.directory": "rules", "database.directory": data})
    assert "lie in each other" in told(path)["database.directory"]

    change(path, {"database.url": "postgresql://u@db/x"})
    assert told(path) == {}
