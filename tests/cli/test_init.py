"""``homeroom init``: private files, fresh tokens, nothing overwritten."""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appservice import config
from appservice.cli import main
from appservice.embedded.postgres import Postgres
from appservice.embedded.synapse import Synapse

NAMES = ["config.yaml", "registration-hand.yaml", "registration-road.yaml"]


def run(directory: Path, *options: str) -> Result:
    given = ["init", "--domain", "school.test", "--directory", str(directory)]
    return CliRunner().invoke(main, [*given, *options])


def texts(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(directory.iterdir())}


def test_three_private_files_are_written(tmp_path: Path):
    """They hold the tokens; nothing else is left in the directory."""
    result = run(tmp_path / "data")

    assert result.exit_code == 0
    assert sorted(texts(tmp_path / "data")) == NAMES
    for path in (tmp_path / "data").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    others = 0o711 if os.geteuid() == 0 else 0o700
    assert (tmp_path / "data").stat().st_mode & 0o777 == others


def test_every_token_is_new(tmp_path: Path):
    """Two schools, eight tokens, none a placeholder."""
    run(tmp_path / "one")
    run(tmp_path / "two")

    folders = [tmp_path / "one", tmp_path / "two"]
    both = "".join(text for folder in folders for text in texts(folder).values())
    tokens = re.findall(r"_token: (.*)", both)
    assert len(set(tokens)) == 8
    assert min(map(len, tokens)) > 60
    assert "placeholder" not in both


def test_what_is_there_is_kept(tmp_path: Path):
    """New tokens would lock the running service out."""
    run(tmp_path)
    before = texts(tmp_path)

    result = run(tmp_path, "--language", "en")

    assert result.exit_code == 0
    assert texts(tmp_path) == before
    assert result.output.count("kept as it is") == 3


def test_options_arrive_in_the_configuration(tmp_path: Path):
    """What is told need not be edited in."""
    run(
        tmp_path,
        *("--homeserver-url", "https://matrix.school.test", "--language", "en"),
        *("--administrator", "root", "--administrator", "office"),
    )

    loaded = config.load(tmp_path / "config.yaml")
    hand = config.registrations(loaded).hand
    assert loaded.homeserver.url == "https://matrix.school.test"
    assert loaded.language == "en"
    assert hand is not None
    (members,) = hand.namespaces.users
    assert members.covers("@anna:school.test")
    assert not members.covers("@root:school.test")
    assert not members.covers("@office:school.test")
    assert not members.covers("@homeroom_hand:school.test")


def test_all_or_nothing(tmp_path: Path):
    """What does not fit the files that are there is not written at all."""
    run(tmp_path)
    (tmp_path / "registration-hand.yaml").unlink()
    before = texts(tmp_path)
    given = ["init", "--domain", "other.test", "--directory", str(tmp_path)]

    result = CliRunner().invoke(main, given)

    assert result.exit_code == 3
    assert "matches no member" in result.output
    assert texts(tmp_path) == before


@pytest.mark.parametrize(
    "options",
    [
        ("--domain", "https://school.test"),
        ("--domain", "school.test\nlanguage: en"),
        ("--homeserver-url", "127.0.0.1:8008"),
        ("--homeserver-url", "http://host\n:8008"),
        ("--administrator", "The Office"),
        ("--language", "de"),
    ],
)
def test_wrong_options_write_nothing(tmp_path: Path, options: tuple[str, ...]):
    """They are wrong usage, and said so."""
    result = run(tmp_path / "data", *options)

    assert result.exit_code == 2
    assert not (tmp_path / "data").exists()


async def test_a_real_synapse_accepts_the_registrations(
    tmp_path: Path, postgres: Postgres
):
    """It reads them at its start, and refuses to start where they are wrong."""
    run(tmp_path / "data")
    server = Synapse(
        directory=tmp_path / "synapse",
        postgres=postgres,
        database="synapse_init",
        registrations=[
            tmp_path / "data" / "registration-road.yaml",
            tmp_path / "data" / "registration-hand.yaml",
        ],
    )

    async with server:
        account = await server.register("anna", "correct horse")

    assert account.user_id == "@anna:school.test"
