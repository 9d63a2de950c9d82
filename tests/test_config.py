"""Every mistake in the configuration is named, and the example is the code's."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from appservice import config
from appservice.cli.init import init
from appservice.config import Config
from appservice.documents import ConfigError

EXAMPLE = Path(__file__).parents[1] / "config.example.yaml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a good configuration, as ``homeroom init`` writes it."""
    wanted = ["--domain", "school.test", "--directory", str(tmp_path / "data")]
    assert CliRunner().invoke(init, wanted).exit_code == 0
    return tmp_path / "data" / "config.yaml"


def with_line(path: Path, old: str, new: str) -> int:
    """Change one line; return its number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    number = lines.index(old)
    lines[number] = new
    path.write_text("\n".join(lines), encoding="utf-8")
    return number + 1


def test_what_init_writes_is_read(path: Path):
    """Paths are absolute and lie beside the file."""
    loaded = config.load(path)

    assert loaded.bot == "@homeroom:school.test"
    assert loaded.keeper == "@homeroom_keeper:school.test"
    assert loaded.database.directory == path.parent / "postgres"
    assert config.registrations(loaded).road.id == "homeroom-road"


def test_only_three_keys_have_no_default(path: Path):
    """Everything else is as the example says, which is the default."""
    full = config.load(path)
    path.write_text(
        "homeserver: {url: 'http://127.0.0.1:8008', domain: school.test}\n"
        "registrations: {road: registration-road.yaml}\n",
        encoding="utf-8",
    )

    short = config.load(path)

    hand = full.registrations.hand
    files = dataclasses.replace(short.registrations, hand=hand)
    assert dataclasses.replace(short, registrations=files) == full


def test_the_example_names_every_key_and_no_other():
    """The example is the documentation."""
    example = YAML(typ="safe").load(EXAMPLE.read_text(encoding="utf-8"))

    assert keys_of(example) == fields_of(Config)


def keys_of(section: dict[str, Any]) -> dict[str, Any]:
    return {
        key: keys_of(value) if isinstance(value, dict) else None
        for key, value in section.items()
    }


def fields_of(section: Any) -> dict[str, Any]:
    return {
        field.name: fields_of(field.type)
        if dataclasses.is_dataclass(field.type)
        else None
        for field in dataclasses.fields(section)
    }


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "  url: http://127.0.0.1:8008",
            "  url: 127.0.0.1:8008",
            "homeserver.url.*write scheme",
        ),
        (
            "  url: http://127.0.0.1:8008",
            "  url: http://127.0.0.1:8008/_matrix",
            "homeserver.url.*nothing else",
        ),
        (
            "  domain: school.test",
            "  domain: https://school.test",
            "homeserver.domain.*not a server name",
        ),
        ("  url: null", "  url: sqlite:///x", "database.url.*postgresql://"),
        ("  port: 29331", "  port: 70000", 'listen.port: "70000" is not a port'),
        ('  host: "127.0.0.1"', "  host: not a host", "listen.host: .*not an address"),
        ('  host: "127.0.0.1"', "  host: '[::1]'", "listen.host: .*not an address"),
        (
            "  url: http://127.0.0.1:8008",
            "  url: http://127.0.0.1:99999",
            "homeserver.url: .*99999",
        ),
        ("  bot: homeroom", "  bot: '@homeroom'", "accounts.bot.*not a localpart"),
        (
            "  keeper: homeroom_keeper",
            "  keeper: homeroom",
            "accounts.keeper.*accounts.bot too",
        ),
        ("  room: 30", "  room: 0", "breaker.room.*1 or more"),
        ("  school: 100", "  school: 29", "breaker.school.*breaker.room"),
        ("  window: 5m", "  window: 2h", "breaker.window.*between"),
        ("  every: 10m", "  every: 1s", "reconcile.every.*between"),
        ("language: zh_Hans", "language: de", "language.*zh_Hans, en"),
        ("  level: info", "  level: loud", "log.level.*debug, info, warning, error"),
    ],
)
def test_an_impossible_value_is_named(path: Path, old: str, new: str, complaint: str):
    """File, line, key, value, remedy."""
    line = with_line(path, old, new)

    with pytest.raises(ConfigError, match=rf"config\.yaml:{line}: {complaint}"):
        config.load(path)


def test_a_folder_that_is_not_there_is_named(path: Path):
    """Policies are not silently replaced by those that come along."""
    line = with_line(path, "  directory: null", "  directory: rules")

    with pytest.raises(ConfigError, match=rf":{line}: policies.directory.*rules.*make"):
        config.load(path)


def test_a_password_in_a_wrong_url_is_not_quoted(path: Path):
    """Messages end up in logs and tickets."""
    with_line(path, "  url: null", "  url: mysql://homeroom:sesame@db/x")

    with pytest.raises(ConfigError) as caught:
        config.load(path)

    assert "sesame" not in str(caught.value)


def test_a_missing_registration_is_named(path: Path):
    """Its own name stands there, and what is wrong with it."""
    (path.parent / "registration-road.yaml").unlink()

    with pytest.raises(ConfigError, match=r"registration-road\.yaml: there is no such"):
        config.load(path)


def test_all_mistakes_are_told_at_once(path: Path):
    """Nobody wants to run it once for each."""
    with_line(path, "  port: 29331", "  port: 0")
    with_line(path, "  room: 30", "  room: 0")
    (path.parent / "registration-hand.yaml").unlink()

    with pytest.raises(ConfigError) as caught:
        config.load(path)

    keys = [mistake.key for mistake in caught.value.mistakes]
    assert keys == ["listen.port", "breaker.room", ""]


def test_a_slash_at_the_end_of_the_address_does_not_matter(path: Path):
    """Paths are appended to it."""
    with_line(path, "  url: http://127.0.0.1:8008", "  url: http://127.0.0.1:8008/")

    assert config.load(path).homeserver.url == "http://127.0.0.1:8008"


def test_durations_are_durations(path: Path):
    """Not numbers whose unit one must know."""
    with_line(path, "  every: 10m", "  every: 1h30m")

    assert config.load(path).reconcile.every == timedelta(minutes=90)


def test_who_has_no_configuration_is_told_how_to_get_one(tmp_path: Path):
    """It is the first thing that goes wrong for somebody new."""
    with pytest.raises(ConfigError, match="`homeroom init` writes one"):
        config.load(tmp_path / "config.yaml")
