"""A school is what it was, or what is here stays as it is."""

import asyncio
import errno
import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from appservice import config as configurations
from appservice.demo.stage import free_port
from appservice.domain.ids import EventId
from appservice.domain.rooms import Mode
from appservice.embedded.postgres import Postgres
from appservice.services.bell import Tower
from appservice.services.breaker import Breaker
from appservice.services.moderation import Moderation
from appservice.services.school import School
from appservice.store import rooms, schema
from appservice.store.alone import take_over
from appservice.store.pool import open_pool
from tests.backup.place import (
    SAID,
    change,
    configuration,
    rewritten,
    rows,
    run,
    run_beside,
    shape,
)
from tests.road import BAD, BOT, KEEPER, KIND, PUPIL, ROOM, policy

EVIL = Path("/var/tmp/homeroom-evil")  # noqa: S108 - where nothing must be written


@pytest.fixture
def file(tmp_path: Path, config: Path) -> Path:
    """Return a backup."""
    file = tmp_path / "school.tar.gz"
    assert run("backup", file, "--config", config).exit_code == 0
    return file


@pytest.fixture
def other(tmp_path: Path, empty: str) -> Path:
    """Return a configuration whose database is empty."""
    return configuration(tmp_path / "other", empty)


def into(file: Path, config: Path, *options: str):
    return run("restore", file, "--config", config, "--database-only", *options)


async def read(config: Path) -> dict[str, list[str]]:
    url = configurations.load(config).database.url
    assert url is not None
    return await rows(url)


def test_every_row_of_every_table_comes_back(config: Path, other: Path, file: Path):
    """Partitions, sequences, functions and what waits included."""
    result = into(file, other)

    assert result.exit_code == 0, result.output
    before, after = asyncio.run(read(config)), asyncio.run(read(other))
    filled = {name for name, found in before.items() if found}
    assert after == before
    assert {"watermarks", "outbox", "inbox", "seen", "questions"} <= filled
    assert any(name.startswith("events_managed_2") for name in filled)
    assert any(name.startswith("events_service_2") for name in filled)
    one, two = (configurations.load(each).database.url for each in (config, other))
    assert one is not None
    assert two is not None
    assert shape(one) == shape(two)


async def test_there_is_nothing_a_dump_would_leave_out(school: str):
    """Neither unlogged tables nor large objects, nor anything outside our schema."""
    connection = await asyncpg.connect(school)
    unlogged = "SELECT count(*) FROM pg_class WHERE relpersistence <> 'p'"
    assert await connection.fetchval(unlogged) == 0
    large = "SELECT count(*) FROM pg_largeobject_metadata"
    assert await connection.fetchval(large) == 0
    others = (
        "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' "
        "AND nspname NOT IN ('public', 'information_schema')"
    )
    assert await connection.fetch(others) == []
    await connection.close()


async def test_the_service_goes_on_where_it_was(
    tmp_path: Path, school: str, empty: str
):
    """What waited is judged, what was decided is still to be carried out, once."""
    config = configuration(tmp_path / "data", school)
    other = configuration(tmp_path / "other", empty)
    file = tmp_path / "school.tar.gz"
    await run_beside("backup", file, "--config", config)
    args = ("--config", other, "--database-only")
    assert (await run_beside("restore", file, *args)).exit_code == 0
    pool = await open_pool(empty)

    async with pool.acquire() as connection:
        await take_over(connection)
        waiting = await connection.fetchval("SELECT count(*) FROM outbox")
        mark = await rooms.watermark(connection, ROOM)
        people = School(policies={KIND: policy()}, bot=BOT, keeper=KEEPER)
        await people.load_rooms(connection)
        await people.load_people(connection)
    tower = Tower(pool)
    moderation = Moderation(pool, people, tower, Breaker())
    judged = 0
    while done := await moderation.judge_next():
        judged += done
    async with pool.acquire() as connection:
        left = await connection.fetchval("SELECT count(*) FROM inbox")
        after = await connection.fetchval("SELECT count(*) FROM outbox")
    await tower.close()
    pool.terminate()

    assert mark is not None
    assert mark.event_id == EventId("$last")
    assert waiting > 0
    assert judged >= 2
    assert left == 0
    assert after >= waiting
    assert people.rooms[ROOM].mode is Mode.ENFORCE
    assert people.person(PUPIL) is not None


def test_a_whole_school_comes_back_to_another_machine(tmp_path: Path, file: Path):
    """Into nothing: the embedded database and its folder are made."""
    place = tmp_path / "elsewhere" / "config.yaml"
    place.parent.mkdir()
    open_to_the_database(place.parent)

    result = run("restore", file, "--config", place, "--embedded")

    assert result.exit_code == 0, result.output
    assert "rooms" in result.output
    loaded = configurations.load(place)
    assert loaded.database.url is None
    for path in sorted((tmp_path / "data").rglob("*")):
        back = place.parent / path.relative_to(tmp_path / "data")
        assert back.is_dir() == path.is_dir()
        if path.is_file() and path.name != "config.yaml":
            assert back.read_bytes() == path.read_bytes()
            assert back.stat().st_mode & 0o777 == 0o600
    assert run("check-config", "--config", place).output.endswith(
        "ok, 7 kinds of room, 21 word lists\n"
    )
    listed = run("rooms", "list", "--config", place)
    assert ROOM in listed.output


def open_to_the_database(folder: Path) -> None:
    """Let root's PostgreSQL, which runs as another account, come in."""
    if os.geteuid() == 0:
        for each in (folder, *folder.parents):
            if each == Path("/tmp"):  # noqa: S108 - pytest's
                break
            each.chmod(0o711)


def test_a_filled_database_is_not_replaced_by_accident(config: Path, file: Path):
    """It says what would be lost."""
    before = asyncio.run(read(config))

    result = into(file, config)

    assert result.exit_code == 1
    assert f"revision {schema.newest()}, 2 rooms" in result.stderr
    assert "--replace" in result.stderr
    assert asyncio.run(read(config)) == before


def test_files_are_not_replaced_by_accident(config: Path, file: Path):
    """The tokens there may be the ones that the homeserver knows."""
    text = config.read_text()

    result = run("restore", file, "--config", config)

    assert result.exit_code == 1
    assert "there are files here already" in result.stderr
    assert str(config) in result.stderr
    assert config.read_text() == text


def test_what_is_here_is_replaced_when_that_is_asked(config: Path, file: Path):
    """The state of the backup, and nothing of what came after but is said to be."""
    (config.parent / "rules" / "later.yaml").write_text("extends: class_students\n")
    before = asyncio.run(read(config))
    asyncio.run(go_on(config))
    (config.parent / "words" / "abuse.txt").write_text("其他\n")
    assert asyncio.run(read(config)) != before

    result = run("restore", file, "--config", config, "--replace")

    assert result.exit_code == 0, result.output
    assert asyncio.run(read(config)) == before
    assert "讨厌" in (config.parent / "words" / "abuse.txt").read_text()
    assert "later.yaml: was not in the backup and is still there" in result.output


def test_a_folder_that_cannot_be_made_is_found_before_anything_is_changed(
    config: Path, file: Path
):
    """Else the database is of the backup, and the files are not."""
    asyncio.run(go_on(config))
    before = asyncio.run(read(config))
    rules = config.parent / "rules"
    shutil.rmtree(rules)
    rules.write_text("no folder")

    result = run("restore", file, "--config", config, "--replace", "--database-only")
    assert result.exit_code != 0  # the configuration names a folder
    result = run("restore", file, "--config", config, "--replace")

    assert result.exit_code == 1
    assert "nothing was changed" in result.stderr
    rules.unlink()
    rules.mkdir()
    assert asyncio.run(read(config)) == before


def test_what_fails_after_the_database_does_not_say_that_nothing_was_changed(
    config: Path, file: Path, monkeypatch: pytest.MonkeyPatch
):
    """A disk that breaks between the two is somebody's work to do."""

    def break_(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "a file")

    monkeypatch.setattr(shutil, "move", break_)
    result = run("restore", file, "--config", config, "--replace")

    assert result.exit_code == 1
    assert "Homeroom's database is restored, and the rest is not" in result.stderr
    assert "--replace" in result.stderr
    assert "nothing was" not in result.stderr


async def go_on(config: Path) -> None:
    """Change the database, and its schema, as a later version would."""
    url = configurations.load(config).database.url
    connection = await asyncpg.connect(url)
    await connection.execute("DELETE FROM watermarks")
    await connection.execute("CREATE TABLE later (id bigint PRIMARY KEY)")
    await connection.execute("CREATE VIEW seen_later AS SELECT * FROM later")
    await connection.execute("CREATE SEQUENCE later_still")
    await connection.close()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_dump_that_breaks_off_changes_nothing(config: Path, file: Path, share: float):
    """Wherever it ends; the old data are only dropped with the new ones there."""
    asyncio.run(go_on(config))
    before = asyncio.run(read(config))

    def cut(members: dict[str, bytes], _: object) -> None:
        whole = members["homeroom/database.dump"]
        members["homeroom/database.dump"] = whole[: int(len(whole) * share)]

    result = into(rewritten(file, cut), config, "--replace")

    assert result.exit_code == 1
    assert "nothing was changed" in result.stderr
    assert asyncio.run(read(config)) == before


def test_a_database_that_refuses_halfway_changes_nothing(config: Path, file: Path):
    """Only the code is told: PostgreSQL quotes the row that it did not like."""
    asyncio.run(go_on(config))
    asyncio.run(refuse_a_table(config))
    before = asyncio.run(read(config))

    result = into(file, config, "--replace")

    assert result.exit_code == 1
    assert "PostgreSQL refused it with" in result.stderr
    assert asyncio.run(read(config)) == before


async def refuse_a_table(config: Path) -> None:
    connection = await asyncpg.connect(configurations.load(config).database.url)
    await connection.execute(
        "CREATE FUNCTION pg_temp_refuse() RETURNS event_trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'no %', 'x'; END $$"
    )
    await connection.execute("ALTER FUNCTION pg_temp_refuse() SET SCHEMA pg_catalog")
    await connection.execute(
        "CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('CREATE INDEX') "
        "EXECUTE FUNCTION pg_catalog.pg_temp_refuse()"
    )
    await connection.close()


def test_a_service_that_runs_is_not_robbed(config: Path, file: Path):
    """It would write into what is being replaced."""

    async def while_it_runs() -> Any:
        pool = await open_pool(configurations.load(config).database.url or "")
        async with pool.acquire() as guard:
            await take_over(guard)
            args = ("--config", config, "--database-only", "--replace")
            result = await run_beside("restore", file, *args)
        pool.terminate()
        return result

    result = asyncio.run(while_it_runs())

    assert result.exit_code == 1
    assert "a service runs on this database; stop it" in result.stderr


def test_a_backup_of_a_newer_version_is_refused(other: Path, file: Path):
    """Both revisions are named, and what to do."""

    def newer(_: object, manifest: dict[str, Any]) -> None:
        manifest["revision"] = "9999"

    result = into(rewritten(file, newer), other)

    assert result.exit_code == 4
    assert f"revision 9999, newer than this program ({schema.newest()})" in (
        result.stderr
    )


def test_a_backup_of_an_older_version_says_what_comes_next(other: Path, file: Path):
    """It is restored as it was, and then upgraded."""

    def older(_: object, manifest: dict[str, Any]) -> None:
        manifest["revision"] = "0002"

    result = into(rewritten(file, older), other)

    assert result.exit_code == 0
    assert "run `homeroom db upgrade`" in result.output


def test_a_database_of_something_else_is_never_emptied(other: Path, file: Path):
    """A wrong url leads to somebody else's tables."""

    async def fill() -> None:
        connection = await asyncpg.connect(configurations.load(other).database.url)
        await connection.execute("CREATE TABLE books (id int)")
        await connection.close()

    asyncio.run(fill())

    result = into(file, other, "--replace")

    assert result.exit_code == 1
    assert "1 tables that are not Homeroom's" in result.stderr


def test_every_cut_and_every_flip_is_found(tmp_path: Path, file: Path, other: Path):
    """Before anything is touched; the file is named."""
    raw = file.read_bytes()
    step = len(raw) // 25
    broken = [raw[:cut] for cut in range(0, len(raw), step)]
    broken += [
        raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :]
        for at in range(11, len(raw), step)
    ]
    for number, data in enumerate(broken):
        if reads_the_same(data, raw):
            continue  # a bit that fills up the last byte and means nothing
        bad = tmp_path / f"bad{number}"
        bad.write_bytes(data)
        result = into(bad, other)
        assert result.exit_code == 1, number
        assert str(bad) in result.stderr
        assert "nothing was changed" in result.stderr
    assert asyncio.run(read(other)) == {"sequences": []}


def test_a_member_too_many_is_found(file: Path, other: Path):
    """It would be written, and nobody had checked it."""
    new = file.with_name("more.tar.gz")
    with tarfile.open(file) as tar, tarfile.open(new, "w:gz") as out:
        for info in tar:
            out.addfile(info, tar.extractfile(info))
        out.addfile(tarfile.TarInfo("homeroom/files/rules/evil.yaml"))

    result = into(new, other)

    assert result.exit_code == 1
    assert "should not be there" in result.stderr


def reads_the_same(data: bytes, raw: bytes) -> bool:
    try:
        return gzip.decompress(data) == gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        return False


def test_a_changed_member_is_found_by_its_name(file: Path, other: Path):
    """The checksum of the whole fits; that of the member does not."""

    def spoil(members: dict[str, bytes], _: object) -> None:
        members["homeroom/config.yaml"] += b" "

    result = into(rewritten(file, spoil, fitting=False), other)

    assert result.exit_code == 1
    assert "homeroom/config.yaml is not as it was written" in result.stderr


@pytest.mark.parametrize(
    "name", ["../evil", str(EVIL), "homeroom/files/../../../evil", "homeroom/.."]
)
def test_no_member_leads_outside(file: Path, tmp_path: Path, name: str):
    """A backup may come from somebody who means harm."""

    def add(members: dict[str, bytes], _: object) -> None:
        members[name] = b"x"

    bad = rewritten(file, add)
    result = run("restore", bad, "--config", tmp_path / "new" / "config.yaml")

    assert result.exit_code == 1
    assert "nothing was changed" in result.stderr
    assert not (tmp_path / "new").exists()
    assert not EVIL.exists()


@pytest.mark.parametrize(
    "parts",
    [
        *(["../../etc/passwd"], ["/etc/passwd"], ["none"], ["homeroom/config.yaml"]),
        *(["homeroom/database.dump"], [1], [[]], 5, None, {"a": 1}),
    ],
)
def test_no_part_of_the_homeserver_is_read_from_outside(
    file: Path, other: Path, parts: Any
):
    """Only members are laid over its configuration."""

    def add(_: object, manifest: dict[str, Any]) -> None:
        manifest["parts"] = parts

    result = into(rewritten(file, add), other)

    assert result.exit_code == 1
    assert "is broken or not whole" in result.stderr


@pytest.mark.parametrize("sort", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_no_members(file: Path, other: Path, sort: bytes):
    """The second member could be written through the first."""
    new = file.with_name("links.tar.gz")
    with tarfile.open(file) as tar, tarfile.open(new, "w:gz") as out:
        for info in tar:
            source = tar.extractfile(info)
            if info.name == "homeroom/config.yaml":
                info.type, info.linkname, info.size = sort, "/etc/passwd", 0
            out.addfile(info, source if info.isreg() else None)

    result = into(new, other)

    assert result.exit_code == 1
    assert "homeroom/config.yaml is not as it was written" in result.stderr


@pytest.mark.parametrize("content", [b"", b"hello", gzip.compress(b"hello")])
def test_another_file_is_no_backup(tmp_path: Path, other: Path, content: bytes):
    """Names are easily mixed up."""
    file = tmp_path / "letter.pdf"
    file.write_bytes(content)

    assert into(file, other).exit_code == 1
    assert into(tmp_path / "none", other).exit_code == 1


def test_files_from_elsewhere_are_put_beside_and_named(tmp_path: Path, config: Path):
    """A backup does not say where on a machine to write."""
    words = tmp_path / "far" / "words"
    words.mkdir(parents=True)
    (words / "abuse.txt").write_text("坏坏词\n")
    change(config, {"lexicons.directory": str(words)})
    file = tmp_path / "b.tar.gz"
    assert run("backup", file, "--config", config).exit_code == 0
    place = tmp_path / "new" / "config.yaml"
    place.parent.mkdir()
    open_to_the_database(place.parent)

    result = run("restore", file, "--config", place, "--embedded")

    there = place.parent / "outside" / str(words / "abuse.txt").lstrip("/")
    assert there.read_text() == "坏坏词\n"
    assert f"{there}: lay outside" in result.output


def test_nothing_written_is_in_what_is_told(config: Path, file: Path):
    """Nor in the names of what is in the file."""
    told = run("restore", file, "--config", config)

    assert SAID not in told.output
    assert BAD not in told.output


@pytest.fixture(scope="module")
def guarded(servers_directory: Path) -> Iterator[Postgres]:
    """Start a PostgreSQL with an ordinary account, as a school's administrator does."""
    server = Postgres(
        directory=servers_directory / "guarded-restore",
        durable=False,
        port=free_port(),
        password="x",  # noqa: S106
    )
    asyncio.run(server.start())
    asyncio.run(_with_an_owner(server))
    yield server
    asyncio.run(server.stop())


async def _with_an_owner(server: Postgres) -> None:
    connection = await asyncpg.connect(server.url())
    await connection.execute("CREATE ROLE homeroom LOGIN PASSWORD 'pass'")
    await connection.execute("CREATE DATABASE homeroom OWNER homeroom")
    await connection.execute("CREATE DATABASE somebodys")
    await connection.close()


def test_an_account_without_rights_on_the_server_will_do(
    config: Path, file: Path, tmp_path: Path, guarded: Postgres
):
    """It owns its database and nothing else; a filled one is replaced as well."""
    url = f"postgresql://homeroom:pass@127.0.0.1:{guarded.port}/homeroom"
    other = configuration(tmp_path / "own", url)

    first, again = into(file, other), into(file, other, "--replace")

    assert first.exit_code == 0, first.output
    assert again.exit_code == 0, again.output
    assert asyncio.run(read(other)) == asyncio.run(read(config))
    back = tmp_path / "back.tar.gz"
    assert run("backup", back, "--config", other).exit_code == 0


def test_a_database_of_somebody_else_is_said_to_be(
    file: Path, tmp_path: Path, guarded: Postgres
):
    """With the code's meaning and the remedy."""
    url = f"postgresql://homeroom:pass@127.0.0.1:{guarded.port}/somebodys"
    other = configuration(tmp_path / "own", url)

    result = into(file, other)

    assert result.exit_code == 1
    assert "42501 (the database's user may not do this: make it the owner" in (
        result.stderr
    )


def test_a_restore_that_is_killed_changes_nothing(config: Path, file: Path):
    """Whenever it is; and another one works."""
    asyncio.run(go_on(config))
    before = asyncio.run(read(config))
    options = ["--config", str(config), "--database-only", "--replace"]
    command = [sys.executable, "-m", "appservice", "restore", str(file), *options]
    seen = 0
    for _ in range(200):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
        while process.poll() is None and not asyncio.run(is_being_restored(config)):
            pass
        process.kill()
        if process.wait() != 0:
            seen += 1
            break

    assert seen, "it was never met at work"
    assert asyncio.run(read(config)) == before
    assert into(file, config, "--replace").exit_code == 0
    assert asyncio.run(read(config)) != before


async def is_being_restored(config: Path) -> bool:
    connection = await asyncpg.connect(configurations.load(config).database.url)
    count: int = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'psql' AND state <> 'idle'"
    )
    await connection.close()
    return count > 0


def test_a_disk_that_fills_up_while_unpacking_changes_nothing(
    file: Path, tmp_path: Path
):
    """Before the database was touched; and nothing is left."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(  # noqa: S603
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)],  # noqa: S607
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("only root may mount a disk to fill, where that is allowed at all")
    try:
        result = run("restore", file, "--config", place / "config.yaml", "--embedded")
        left = list(place.iterdir())
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607

    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert left == []
