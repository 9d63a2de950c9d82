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
        ("--address", "homeroom:29331"),
        ("--public-url", "https://matrix.school.test/path"),
        ("--postgres", "postgres"),
    ],
)
def test_wrong_options_write_nothing(tmp_path: Path, options: tuple[str, ...]):
    """They are wrong usage, and said so."""
    result = run(tmp_path / "data", *options)

    assert result.exit_code == 2
    assert not (tmp_path / "data").exists()


def test_a_database_of_ones_own_is_written_down(tmp_path: Path):
    """And nothing of an embedded one is left."""
    url = "postgresql://homeroom@db.school.test/homeroom?sslmode=require"
    run(tmp_path, "--database-url", url)

    loaded = config.load(tmp_path / "config.yaml")
    assert loaded.database.url == url
    assert loaded.database.password_file is None


def test_the_homeserver_may_be_on_another_machine(tmp_path: Path):
    """Where the service listens, and where it is found, need not be the same."""
    run(
        tmp_path,
        *("--listen-host", "0.0.0.0"),  # noqa: S104 - said, not done
        *("--address", "http://homeroom:29331"),
    )

    loaded = config.load(tmp_path / "config.yaml")
    assert loaded.listen.host == "0.0.0.0"  # noqa: S104
    assert config.registrations(loaded).road.url == "http://homeroom:29331"


def beside(directory: Path) -> list[str]:
    options = [
        *("--database-url", "postgresql://homeroom@postgres/homeroom"),
        *("--public-url", "https://matrix.school.test/"),
    ]
    for server in ("synapse", "postgres", "element", "grafana"):
        options += [f"--{server}", str(directory / server)]
    return options


def all_texts(directory: Path) -> dict[str, str]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_text("utf-8") for path in files}


def test_the_servers_beside_it_find_their_files(tmp_path: Path):
    """A first start in containers writes all, and nothing that others can read."""
    result = run(tmp_path / "data", *beside(tmp_path))

    assert result.exit_code == 0, result.output
    assert {
        str(path.relative_to(tmp_path)): oct(path.stat().st_mode & 0o777)
        for path in tmp_path.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077
    } == {
        "element/config.json": "0o644",
        "postgres/databases.sql": "0o644",
        "grafana/admin.password": "0o640",
    }
    loaded = config.load(tmp_path / "data" / "config.yaml")
    assert loaded.database.password_file == tmp_path / "data" / "database.password"
    element = (tmp_path / "element" / "config.json").read_text("utf-8")
    assert '"base_url": "https://matrix.school.test"' in element
    for name in ("registration-road.yaml", "registration-hand.yaml"):
        ours, theirs = tmp_path / "data" / name, tmp_path / "synapse" / name
        assert ours.read_text("utf-8") == theirs.read_text("utf-8")


def test_a_second_start_changes_nothing(tmp_path: Path):
    """Another domain or another address afterwards would be another school."""
    run(tmp_path / "data", *beside(tmp_path))
    before = all_texts(tmp_path)

    result = run(tmp_path / "data", *beside(tmp_path))

    assert result.exit_code == 0
    assert all_texts(tmp_path) == before
    assert ": written" not in result.output


def test_a_start_that_was_cut_off_is_completed(tmp_path: Path):
    """Whatever is missing, what is there is used for it."""
    run(tmp_path / "data", *beside(tmp_path))
    before = all_texts(tmp_path)
    for name in ("synapse/homeserver.yaml", "synapse/database.pgpass"):
        (tmp_path / name).unlink()
    (tmp_path / "synapse" / "registration-road.yaml").write_text("old", "utf-8")
    (tmp_path / "element" / "config.json").unlink()

    result = run(tmp_path / "data", *beside(tmp_path))

    assert result.exit_code == 0, result.output
    assert all_texts(tmp_path) == before


def test_a_lost_password_is_said_and_not_made_up(tmp_path: Path):
    """The database would refuse a new one, and nobody would know why."""
    run(tmp_path / "data", *beside(tmp_path))
    (tmp_path / "data" / "database.password").unlink()

    result = run(tmp_path / "data", *beside(tmp_path))

    assert result.exit_code == 3
    assert "bring it back from the backup" in result.output
    assert not (tmp_path / "data" / "database.password").exists()


@pytest.mark.synapse
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
