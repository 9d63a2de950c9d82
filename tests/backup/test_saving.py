"""A backup is whole or not there, private, and complete."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from appservice import config as configurations
from appservice.backup import BackupError
from appservice.backup.dumping import Target
from appservice.backup.programs import choose, find
from appservice.embedded.postgres import Postgres
from appservice.store import schema
from appservice.store.alone import take_over
from appservice.store.pool import open_pool
from tests.backup.place import SAID, change, run, run_beside
from tests.road import BAD

MARK = "s3same"


def members(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_everything_of_the_school_is_in_one_private_file(tmp_path: Path, config: Path):
    """And nothing is left beside it."""
    for name in ("password", "token"):
        (config.parent / name).write_text("x" * 40)
        (config.parent / name).chmod(0o600)
    change(config, {"homeserver.admin_token_file": "token"})
    file = tmp_path / "school.tar.gz"

    result = run("backup", file, "--config", config)

    assert result.exit_code == 0, result.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert left_in(tmp_path) == {"data", "school.tar.gz"}
    assert members(file) == [
        "manifest.json",
        "homeroom/database.dump",
        "homeroom/config.yaml",
        "homeroom/files/registration-road.yaml",
        "homeroom/files/registration-hand.yaml",
        "homeroom/files/token",
        "homeroom/files/rules/社团.yaml",
        "homeroom/files/words/abuse.txt",
    ]
    assert f"revision {schema.newest()}, 2 rooms" in result.output


def test_the_manifest_comes_first_and_says_what_it_is(tmp_path: Path, config: Path):
    """Who finds the file after years can read that much without us."""
    file = tmp_path / "b.tar.gz"
    run("backup", file, "--config", config)
    with tarfile.open(file) as tar:
        source = tar.extractfile("manifest.json")
        assert source is not None
        manifest = json.load(source)

    assert manifest["homeroom"] == "0.1.0"
    assert manifest["domain"] == "school.test"
    assert manifest["revision"] == schema.newest()
    assert set(manifest["members"][0]) == {"name", "size", "sha256"}
    text = json.dumps(manifest, ensure_ascii=False)
    assert SAID not in text
    assert BAD not in text


def test_another_file_is_not_overwritten(tmp_path: Path, config: Path):
    """Last week's backup may be the only good one."""
    file = tmp_path / "b.tar.gz"
    file.write_text("last week's")

    refused = run("backup", file, "--config", config)
    kept = file.read_text()
    replaced = run("backup", file, "--config", config, "--replace")

    assert (refused.exit_code, kept) == (1, "last week's")
    assert "--replace" in refused.stderr
    assert replaced.exit_code == 0
    assert members(file)[0] == "manifest.json"
    assert run("backup", tmp_path, "--config", config).exit_code == 1
    assert run("backup", tmp_path / "no" / "b", "--config", config).exit_code == 1


async def test_the_service_may_run_meanwhile(tmp_path: Path, config: Path):
    """Nobody stops it each night."""
    pool = await open_pool(configurations.load(config).database.url or "")
    async with pool.acquire() as guard:
        await take_over(guard)

        result = await run_beside("backup", tmp_path / "b", "--config", config)

    pool.terminate()
    assert result.exit_code == 0


def test_an_empty_database_is_no_school(tmp_path: Path, config: Path, empty: str):
    """A backup of the wrong database would be found out too late."""
    change(config, {"database.url": empty})

    result = run("backup", tmp_path / "b", "--config", config)

    assert result.exit_code == 1
    assert "nothing of Homeroom yet" in result.stderr
    assert left_in(tmp_path) == {"data"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 64 KiB."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    if done.returncode != 0:
        pytest.skip("only root may mount a disk to fill, where that is allowed at all")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 - the system's


def test_a_full_disk_leaves_nothing(config: Path, small_disk: Path):
    """No half file under that name; an older one is still there."""
    (config.parent / "words" / "large.dat").write_bytes(os.urandom(100_000))
    file = small_disk / "b.tar.gz"
    file.write_text("last week's")

    result = run("backup", file, "--config", config, "--replace")

    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert "make room" in result.stderr
    assert left_in(small_disk) == {"b.tar.gz"}
    assert file.read_text() == "last week's"


def start_backup(file: Path, config: Path, **more: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "appservice", "backup", str(file)]
    process: subprocess.Popen[str] = subprocess.Popen(  # noqa: S603 - our own
        [*command, "--config", str(config)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,  # type: ignore[call-overload]  # whatever Popen takes
    )
    return process


def test_a_file_that_may_not_grow_leaves_nothing(tmp_path: Path, config: Path):
    """A quota, or a file system with an end, also without root."""
    (config.parent / "words" / "large.dat").write_bytes(os.urandom(100_000))
    limit = (50_000, 50_000)
    process = start_backup(
        tmp_path / "b",
        config,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )

    _, said = process.communicate()

    assert process.returncode == 1
    assert "File too large" in said
    assert left_in(tmp_path) == {"data"}


def test_a_power_cut_leaves_no_file_of_that_name(tmp_path: Path, config: Path):
    """What has the name is whole."""
    process = start_backup(tmp_path / "b", config)
    until = time.monotonic() + 30
    while left_in(tmp_path) == {"data"} and time.monotonic() < until:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()

    left = left_in(tmp_path) - {"data"}
    assert left
    assert all(name.startswith(".b.") for name in left)


@pytest.mark.parametrize(
    ("url", "told", "password"),
    [
        ("postgresql://u:p%40@db:5433/x", "postgresql://u@db:5433/x", "p@"),
        ("postgres:///x?host=%2Frun&password=a", "postgresql:///x?host=%2Frun", "a"),
        (
            "postgresql://postgres@/x?host=%2Ftmp&port=5",
            "postgresql://postgres@/x?host=%2Ftmp&port=5",
            None,
        ),
        ("postgresql://db?database=x&jit=off", "postgresql://db?dbname=x", None),
    ],
)
def test_a_program_is_told_the_url_without_the_password(
    url: str, told: str, password: str | None
):
    """A command line is for everybody on the machine to read."""
    target = Target.of(url)

    assert (target.url, target.password) == (told, password)
    assert target.environment.get("PGPASSWORD") == password
    assert repr(password) not in repr(target)


@pytest.fixture(scope="module")
def guarded(servers_directory: Path) -> Iterator[Postgres]:
    """Start a PostgreSQL that asks for a password."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Postgres(
        directory=servers_directory / "guarded-backup",
        durable=False,
        port=port,
        password=f"{MARK}@:%/",
    )
    asyncio.run(server.start())
    asyncio.run(schema.upgrade(server.url()))
    yield server
    asyncio.run(server.stop())


def test_the_password_is_on_no_command_line(
    tmp_path: Path, config: Path, guarded: Postgres
):
    """Seen while it works, in what the system shows of every process."""
    secret = config.parent / "password"
    secret.write_text(guarded.password or "")
    secret.chmod(0o600)
    url = f"postgresql://postgres@127.0.0.1:{guarded.port}/postgres"
    change(config, {"database.url": url, "database.password_file": "password"})
    process = start_backup(tmp_path / "b", config)
    seen = []
    while process.poll() is None:
        seen += list(_command_lines())
    said = "".join(process.communicate())

    assert process.returncode == 0, said
    assert any("pg_dump" in line for line in seen)
    assert not any(MARK in line for line in seen)
    assert MARK not in said


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_wrong_password_is_not_told(
    tmp_path: Path, config: Path, guarded: Postgres, command: str
):
    """Neither by PostgreSQL's programs nor by us."""
    file = tmp_path / "b"
    assert run("backup", file, "--config", config).exit_code == 0
    url = f"postgresql://postgres:{MARK}x@127.0.0.1:{guarded.port}/postgres"
    change(config, {"database.url": url})
    options = ["--replace"] if command == "backup" else ["--database-only"]

    result = run(command, file, "--config", config, *options)

    assert result.exit_code == 4
    assert "password authentication failed" in result.stderr
    assert MARK not in result.output


def test_what_a_program_says_is_shown_without_the_password():
    """Should it ever quote it."""
    target = Target.of(f"postgresql://u:{MARK}@db/x")

    assert target.blotted(f"cannot use {MARK}!") == "cannot use …!"


def test_programs_that_are_too_old_are_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A dump by an older program would be refused in the middle of the night."""
    for name in ("pg_dump", "pg_restore", "psql"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 12.3'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert find(at_least=12, what_for="the server is").folder == tmp_path
    assert find(at_least=13, what_for="the server is").version >= 13
    with pytest.raises(BackupError, match=r"12.*of 99.*postgresql-client-99"):
        find(at_least=99, what_for="the server is")


def test_programs_that_are_not_there_are_named_with_the_remedy():
    """A container without them says what to install."""
    with pytest.raises(BackupError, match=r"not there.*postgresql-client-15"):
        choose([], at_least=15, what_for="the server is")


def test_programs_that_do_not_belong_together_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """An old psql would not understand what a new pg_restore writes."""
    for name, version in (("pg_dump", 99), ("pg_restore", 99), ("psql", 12)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}.1'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert find(at_least=15, what_for="the server is").version < 99


async def test_a_table_that_we_may_not_read_is_no_half_backup(
    tmp_path: Path, config: Path, guarded: Postgres
):
    """pg_dump fails, and says which; nothing is left."""
    connection = await asyncpg.connect(guarded.url())
    await connection.execute(f"CREATE ROLE poor LOGIN PASSWORD '{MARK}'")
    await connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO poor")
    await connection.execute("REVOKE SELECT ON people FROM poor")
    url = f"postgresql://poor:{MARK}@127.0.0.1:{guarded.port}/postgres"
    change(config, {"database.url": url})

    result = await run_beside("backup", tmp_path / "b", "--config", config)

    await connection.execute("DROP OWNED BY poor; DROP ROLE poor")
    await connection.close()
    assert result.exit_code == 1
    assert "pg_dump failed" in result.stderr
    assert "permission denied for table people" in result.stderr
    assert MARK not in result.output
    assert left_in(tmp_path) == {"data"}
