"""Secrets come from files or the environment, and are never quoted."""

import asyncio
import os
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from appservice import config
from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Config, Homeserver
from appservice.config.secret_files import with_password
from appservice.database import database
from appservice.documents import ConfigError
from appservice.embedded.postgres import Postgres

MARK = "s3same"
STRANGE = "s@s:a/m?e#%5B é"
URL = "postgresql://homeroom@127.0.0.1:1/homeroom"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a configuration with a database of the school's own, and no password."""
    write_files(Homeserver(url="http://127.0.0.1:8008", domain="a.example"), tmp_path)
    path = tmp_path / "config.yaml"
    write(path, "  url: null", f"  url: {URL}")
    return path


def write(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(f"{old}\n") == 1
    path.write_text(text.replace(f"{old}\n", f"{new}\n"), encoding="utf-8")


def give_file(path: Path, content: bytes, *, mode: int = 0o600) -> Path:
    """Name a password's file in the configuration."""
    secret = path.with_name("password")
    secret.write_bytes(content)
    secret.chmod(mode)
    write(path, "  password_file: null", "  password_file: password")
    return secret


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"sesame", "sesame"),
        (b"sesame\n", "sesame"),
        (b"sesame\r\n", "sesame"),
        (b" two words ", " two words "),
        ("芝麻@:/?#%[]".encode(), "芝麻@:/?#%[]"),
    ],
)
def test_the_password_is_put_into_the_url(path: Path, content: bytes, password: str):
    """Quoted, without the newline that every editor writes at the end."""
    give_file(path, content)

    url = config.database_url(config.load(path))

    assert url is not None
    assert unquote(urlsplit(url).password or "") == password
    assert urlsplit(url).hostname == "127.0.0.1"


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text())
def test_whatever_the_password_is_the_rest_of_the_url_stays(new: str, old: str):
    """Nothing in it reaches over into host or name."""
    bare = "postgresql://u@db:5433/name?host=%2Frun&sslmode=disable"

    url = with_password(with_password(bare, old), new)

    parts = urlsplit(url)
    assert (unquote(parts.password or ""), parts.username) == (new, "u")
    assert (parts.hostname, parts.port, parts.path) == ("db", 5433, "/name")
    assert parts.query == "host=%2Frun&sslmode=disable"


def test_the_environment_comes_first(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Before the file, which need not even be there, and before the url."""
    give_file(path, b"from the file").unlink()
    monkeypatch.setenv("HOMEROOM_DATABASE_PASSWORD", "sesame")
    url = config.database_url(config.load(path))
    assert url == "postgresql://homeroom:sesame@127.0.0.1:1/homeroom"

    write(path, f"  url: {URL}", "  url: postgresql://u:old@db/x?password=older")
    write(path, "  password_file: password", "  password_file: null")

    assert config.database_url(config.load(path)) == "postgresql://u:sesame@db/x"


def test_an_empty_variable_is_none(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Compose files pass on variables that nobody has set."""
    give_file(path, b"sesame")
    monkeypatch.setenv("HOMEROOM_DATABASE_PASSWORD", "")

    assert "sesame" in (config.database_url(config.load(path)) or "")


def test_the_embedded_database_knows_no_password(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A variable left over from elsewhere does no harm."""
    write(path, f"  url: {URL}", "  url: null")
    monkeypatch.setenv("HOMEROOM_DATABASE_PASSWORD", "sesame")

    assert config.database_url(config.load(path)) is None


def test_the_administrators_token_comes_the_same_ways(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """From its file, or from the environment."""
    assert config.admin_token(config.load(path)) is None
    file = path.with_name("token")
    file.write_text("syt_root\n")
    file.chmod(0o600)
    write(path, "  admin_token_file: null", "  admin_token_file: token")
    assert config.admin_token(config.load(path)) == "syt_root"
    file.unlink()
    monkeypatch.setenv("HOMEROOM_ADMIN_TOKEN", "syt_other")

    assert config.admin_token(config.load(path)) == "syt_other"


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [
        (b"", 0o600, "is empty; write the secret into it"),
        (b"\n", 0o600, "is empty"),
        (MARK.encode() + b"\nx\n", 0o600, "more than one line"),
        (MARK.encode() + b"\0", 0o600, "more than one line"),
        (MARK.encode() * 1000, 0o600, "more than one line"),
        (MARK.encode() + b"\xff", 0o600, "is not UTF-8"),
        (MARK.encode(), 0o604, "open to everybody.*mode 604.*chmod 600"),
        (MARK.encode(), 0o602, "open to everybody.*mode 602"),
        (MARK.encode(), 0o666, "open to everybody"),
    ],
)
def test_a_file_that_holds_no_secret_is_named(
    path: Path, content: bytes, mode: int, complaint: str
):
    """Key, line, file and remedy; never what is in it."""
    give_file(path, content, mode=mode)

    with pytest.raises(ConfigError) as caught:
        config.load(path)

    (mistake,) = caught.value.mistakes
    assert mistake.key == "database.password_file"
    assert mistake.line is not None
    with pytest.raises(ConfigError, match=f"password.*{complaint}"):
        config.load(path)
    assert MARK not in str(mistake)


def test_a_file_that_is_not_there_or_none_is_named(path: Path):
    """Also a folder, a link in a circle, a name that cannot be."""
    secret = give_file(path, b"x")
    secret.unlink()
    with pytest.raises(ConfigError, match="is not there; write the") as caught:
        config.load(path)
    # It may be the secret itself that was written there.
    assert str(secret) not in str(caught.value)
    secret.mkdir()
    with pytest.raises(ConfigError, match="is not a file"):
        config.load(path)
    secret.rmdir()
    secret.symlink_to(secret)
    with pytest.raises(ConfigError, match=r"password_file.*write the secret"):
        config.load(path)
    write(path, "  password_file: password", f"  password_file: {'x' * 300}")
    with pytest.raises(ConfigError, match="password_file"):
        config.load(path)
    write(path, f"  password_file: {'x' * 300}", '  password_file: "a\\0b"')
    with pytest.raises(ConfigError, match="password_file"):
        config.load(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_is_not_ours_is_named(path: Path):
    """Who starts the service as another user must hear of it."""
    give_file(path, MARK.encode(), mode=0o000)

    with pytest.raises(ConfigError, match=r"cannot be read.*chown"):
        config.load(path)


def test_two_passwords_contradict_each_other(path: Path):
    """Nobody would know which one is true."""
    give_file(path, b"other")
    for url in (f"postgresql://u:{MARK}@db/x", f"postgresql://u@db/x?password={MARK}"):
        text = path.read_text(encoding="utf-8").replace(URL, url)
        changed = path.with_name("changed.yaml")
        changed.write_text(text, encoding="utf-8")

        with pytest.raises(ConfigError) as caught:
            config.load(changed)

        (mistake,) = caught.value.mistakes
        assert mistake.key == "database.password_file"
        assert "take it out of the url" in mistake.text
        assert MARK not in str(caught.value)


def test_a_password_for_the_embedded_database_is_a_mistake(path: Path):
    """Whoever writes it believes that another database is used."""
    give_file(path, b"other")
    write(path, f"  url: {URL}", "  url: null")

    with pytest.raises(
        ConfigError,
        match=r"password_file: is for the database of database\.url, which is null",
    ):
        config.load(path)


WRONG_URLS = [
    "mysql://u:{}@db/x",
    "u:{}@db/x",
    "postgresql://u:pa%{}@db/x",
    "postgresql://u:{}%zz@db/x",
    "postgresql://u:a@{}@db/x",
    "postgresql://u:a/{}@db/x",
    "postgresql://u:1/{}@db/x",
    "postgresql://u:a#{}@db/x",
    "postgresql://u:1#{}",
    "postgresql://u:a?{}@db/x",
    "postgresql://u:[{}@db/x",
    "postgresql://u:{}",
    "postgresql://db:99999/{}",
    "postgresql://u:x@db/x?{}",
    "postgresql://u:x@db/x?port={}",
]


@pytest.mark.parametrize("pattern", WRONG_URLS)
def test_a_url_that_is_none_is_not_quoted(path: Path, pattern: str):
    """It holds the password, wherever its pieces fall."""
    write(path, f"  url: {URL}", f'  url: "{pattern.format(MARK)}"')

    with pytest.raises(
        ConfigError, match=r"config\.yaml:\d+: database\.url: "
    ) as error:
        config.load(path)

    assert MARK not in "".join(traceback.format_exception(error.value))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:pa%2Fss%25@db/x",
        "postgres://db",
        "postgresql:///x?host=%2Frun%2Fpostgresql&port=5433",
        "postgresql://u@[::1]:5432/x",
        "postgresql://u@one:5432,two:5433/x?target_session_attrs=primary",
        "postgresql://u@%2Frun%2Fpostgresql/x",
    ],
)
def test_urls_as_postgres_knows_them_are_taken(path: Path, url: str):
    """Sockets, several servers, IPv6."""
    write(path, f"  url: {URL}", f'  url: "{url}"')

    assert config.load(path).database.url == url


@pytest.mark.parametrize(
    "line",
    [
        f"  postgresql://u:{MARK}@db/x",
        f"  postgresql://u:{MARK}@db/x: null",
        f"  url: [postgresql://u:{MARK}@db/x]",
        f"  url: postgresql://u:{MARK}: x@db/x",
        f'  url: "postgresql://u:{MARK}@db/x',
        f"  url postgresql://u:{MARK}@db/x",
        f"  url: {{a: postgresql://u:{MARK}@db/x}}",
    ],
)
def test_a_slip_of_the_pen_in_the_line_of_the_url_shows_no_password(
    path: Path, line: str
):
    """A colon too few, a quote too many."""
    write(path, f"  url: {URL}", line)

    result = CliRunner().invoke(main, ["check-config", "--config", str(path)])

    assert result.exit_code == 3
    assert MARK not in result.output


def test_a_configuration_shows_no_password(path: Path):
    """It ends up in tracebacks and test reports."""
    write(path, f"  url: {URL}", f"  url: postgresql://u:{MARK}@db/x")

    assert MARK not in repr(config.load(path))


@pytest.fixture(scope="module")
def guarded(servers_directory: Path) -> Iterator[Postgres]:
    """Start a PostgreSQL that asks for a password with every strange character."""
    server = Postgres(
        directory=servers_directory / "guarded",
        durable=False,
        port=_free_port(),
        password=STRANGE,
    )
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_real_server_lets_us_in(path: Path, guarded: Postgres):
    """Also Alembic, which makes the tables; nothing of ours knows two URLs."""
    assert guarded.password is not None
    give_file(path, guarded.password.encode() + b"\n")
    url = f"postgresql://postgres@127.0.0.1:{guarded.port}/postgres"
    write(path, f"  url: {URL}", f"  url: {url}")

    result = CliRunner().invoke(main, ["db", "upgrade", "--config", str(path)])

    assert result.exit_code == 0, result.output
    assert asyncio.run(_tables(config.load(path))) > 10


async def _tables(loaded: Config) -> int:
    async with database(loaded) as url:
        connection = await asyncpg.connect(url)
        count: int = await connection.fetchval("SELECT count(*) FROM pg_tables")
        await connection.close()
        return count


@pytest.mark.parametrize("command", [["db", "status"], ["db", "upgrade"], ["rooms"]])
@pytest.mark.parametrize("by", ["file", "url", "query", "environment"])
def test_a_wrong_password_is_not_told(
    path: Path,
    guarded: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    *,
    command: list[str],
    by: str,
):
    """Neither by the driver nor by us, nor in the traceback behind it."""
    access, query = ("postgres", "")
    if by == "file":
        give_file(path, f"{MARK}@#%".encode())
    elif by == "environment":
        monkeypatch.setenv("HOMEROOM_DATABASE_PASSWORD", f"{MARK}@#%")
    elif by == "url":
        access = f"postgres:{MARK}%40%23"
    else:
        query = f"?password={MARK}%40"
    url = f"postgresql://{access}@127.0.0.1:{guarded.port}/postgres{query}"
    write(path, f"  url: {URL}", f"  url: {url}")
    names = ["rooms", "list"] if command == ["rooms"] else command

    result = CliRunner().invoke(main, [*names, "--config", str(path)])

    assert result.exit_code == 4, result.output
    assert "password authentication failed" in result.output
    assert MARK not in result.output
    assert MARK not in "".join(traceback.format_exception(result.exception))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:{}@127.0.0.1:1/x",
        "postgresql://u:{}@no.such.host.invalid/x",
        "postgresql://u:{}@127.0.0.1:1/x?sslmode=nonsense",
        "postgresql://u:{}@one:1,two:2,three/x",
        "postgresql:///x?host=%2Fnowhere&password={}",
    ],
)
def test_a_server_that_cannot_be_reached_does_not_tell_it(path: Path, url: str):
    """Whatever the driver says of the rest of the url."""
    write(path, f"  url: {URL}", f"  url: {url.format(MARK)}")

    result = CliRunner().invoke(main, ["db", "status", "--config", str(path)])

    assert result.exit_code == 4
    assert MARK not in result.output
    assert MARK not in "".join(traceback.format_exception(result.exception))
