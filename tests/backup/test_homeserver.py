"""A whole school, with its homeserver: what was said and who said it comes back."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from appservice import config as configurations
from appservice.backup import BackupError
from appservice.backup.homeserver import database_of, of_synapse
from appservice.backup.places import check_places
from appservice.backup.saving import save
from appservice.embedded.postgres import Postgres
from appservice.embedded.synapse import Account, Synapse
from tests.backup.place import SAID, rewritten, run, run_beside

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 500


async def ask(
    server: Synapse, who: Account, method: str, path: str, **more: Any
) -> Any:
    headers = {"Authorization": f"Bearer {who.access_token}"}
    async with (
        aiohttp.ClientSession(server.url, headers=headers) as session,
        session.request(method, f"/_matrix/{path}", **more) as response,
    ):
        assert response.status == 200, await response.text()
        if response.content_type == "application/json":
            return await response.json()
        return await response.read()


async def test_a_homeserver_comes_back_with_what_was_said(
    tmp_path: Path, config: Path, synapse: Synapse, postgres: Postgres
):
    """On a fresh database and folder: account, room, message, picture, signing key."""
    anna = await synapse.register("anna", "correct horse")
    made = await ask(synapse, anna, "POST", "client/v3/createRoom", json={})
    room = made["room_id"]
    content = {"msgtype": "m.text", "body": SAID}
    path = f"client/v3/rooms/{room}/send/m.room.message/1"
    sent = await ask(synapse, anna, "PUT", path, json=content)
    path = "media/v3/upload"
    uploaded = await ask(
        synapse, anna, "POST", path, data=PICTURE, params={"filename": "a.png"}
    )
    homeserver = synapse.directory / "homeserver.yaml"
    file = tmp_path / "school.tar.gz"

    saved = await run_beside(
        "backup", file, "--config", config, "--synapse", homeserver
    )

    assert saved.exit_code == 0, saved.output
    assert "with the homeserver" in saved.output
    await postgres.create_database("synapse_back", c_collation=True)
    place = tmp_path / "back" / "homeserver.yaml"

    def move(members: dict[str, bytes], _: object) -> None:
        settings = json.loads(members["synapse/homeserver.yaml"])
        settings["database"]["args"]["dbname"] = "synapse_back"
        members["synapse/homeserver.yaml"] = json.dumps(settings).encode()

    moved = rewritten(file, move)
    options = ("--config", tmp_path / "new" / "config.yaml", "--synapse", place)
    refused = await run_beside("restore", file, *options)
    assert refused.exit_code == 1
    assert "stop Synapse" in refused.stderr
    assert not place.exists()
    await _empty_ours(config)
    restored = await run_beside("restore", moved, *options)
    assert restored.exit_code == 0, restored.output

    key = "signing.key"
    assert (place.parent / key).read_bytes() == (synapse.directory / key).read_bytes()
    back = Synapse(directory=place.parent, postgres=postgres, database="synapse_back")
    async with back:
        again = await back.register("anna", "correct horse")
        event = await ask(
            back, again, "GET", f"client/v3/rooms/{room}/event/{sent['event_id']}"
        )
        media = uploaded["content_uri"].removeprefix("mxc://")
        picture = await ask(back, again, "GET", f"client/v1/media/download/{media}")
    assert event["content"]["body"] == SAID
    assert picture == PICTURE


async def _empty_ours(config: Path) -> None:
    """Let the restore find an empty place for Homeroom's own database."""
    url = configurations.load(config).database.url
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()


def written(tmp_path: Path, **settings: object) -> Path:
    path = tmp_path / "homeserver.yaml"
    path.write_text(json.dumps({"server_name": "a.test", **settings}))
    return path


def test_the_database_is_read_from_its_settings(tmp_path: Path):
    """As Synapse hands them to libpq."""
    args = {"user": "s@", "password": "p/w", "host": "/run/pg", "port": 5433}
    args |= {"database": "synapse", "cp_min": 5}
    path = written(tmp_path, database={"name": "psycopg2", "args": args})

    url = "postgresql://s%40:p%2Fw@/synapse?host=%2Frun%2Fpg&port=5433"
    assert database_of([path]) == url


def test_a_homeserver_without_postgres_is_refused(tmp_path: Path):
    """A copy of a SQLite file that is being written is no backup."""
    path = written(tmp_path, database={"name": "sqlite3"})

    with pytest.raises(BackupError, match="synapse_port_db"):
        database_of([path])


def test_a_signing_key_that_is_missing_is_noticed(tmp_path: Path):
    """Without it the homeserver would come back as another one."""
    with pytest.raises(BackupError, match="signing key"):
        of_synapse([written(tmp_path)])

    (tmp_path / "a.test.signing.key").write_text("x")
    assert [path.name for path in of_synapse([written(tmp_path)]).files] == [
        "a.test.signing.key"
    ]


@pytest.mark.parametrize("text", ["[]", "a: b", "{", "\x00"])
def test_another_file_is_no_homeserver(tmp_path: Path, config: Path, text: str):
    """And nothing is written."""
    path = tmp_path / "x.yaml"
    path.write_text(text)

    result = run("backup", tmp_path / "b", "--config", config, "--synapse", path)

    assert result.exit_code == 1
    assert "homeserver.yaml" in result.stderr
    assert not (tmp_path / "b").exists()


async def test_a_homeserver_in_many_files_comes_back(
    tmp_path: Path, config: Path, postgres: Postgres
):
    """Debian's package says in conf.d how it is called and where its database is."""
    await postgres.create_database("theirs")
    await postgres.create_database("theirs_back")
    connection = await asyncpg.connect(postgres.url("theirs"))
    await connection.execute("CREATE TABLE said AS SELECT 42 AS number")
    await connection.close()
    main = _split(tmp_path / "etc", postgres, "theirs")
    parts = main.with_name("conf.d")
    file = tmp_path / "school.tar.gz"

    alone = await run_beside("backup", file, "--config", config, "--synapse", main)
    both = ("--synapse", main, "--synapse", parts)
    saved = await run_beside("backup", file, "--config", config, *both)

    assert alone.exit_code == 1
    assert "--synapse conf.d" in alone.stderr
    assert saved.exit_code == 0, saved.output

    def move(members: dict[str, bytes], _: object) -> None:
        name = "synapse/files/conf.d/database.yaml"
        members[name] = members[name].replace(b"theirs", b"theirs_back")

    moved = rewritten(file, move)
    await _empty_ours(config)
    place = tmp_path / "back" / "homeserver.yaml"
    options = ("--config", tmp_path / "new" / "config.yaml", "--synapse", place)
    twice = await run_beside("restore", moved, *options, "--synapse", parts)
    assert twice.exit_code == 2
    assert "go beside it" in twice.stderr
    restored = await run_beside("restore", moved, *options)

    assert restored.exit_code == 0, restored.output
    assert place.read_bytes() == main.read_bytes()
    named = [path.name for path in sorted((place.parent / "conf.d").iterdir())]
    assert named == ["database.yaml", "server_name.yaml"]
    connection = await asyncpg.connect(postgres.url("theirs_back"))
    assert await connection.fetchval("SELECT number FROM said") == 42
    await connection.close()


def _split(folder: Path, postgres: Postgres, database: str) -> Path:
    parts = folder / "conf.d"
    parts.mkdir(parents=True)
    args = {
        "user": "postgres",
        "host": str(postgres.socket_directory),
        "port": postgres.port,
        "dbname": database,
    }
    for path, settings in (
        (folder / "homeserver.yaml", {"report_stats": False}),
        (parts / "server_name.yaml", {"server_name": "a.test"}),
        (parts / "database.yaml", {"database": {"name": "psycopg2", "args": args}}),
    ):
        path.write_text(json.dumps(settings), encoding="utf-8")
    (folder / "a.test.signing.key").write_text("x", encoding="utf-8")
    return folder / "homeserver.yaml"


def test_the_main_file_comes_first(tmp_path: Path, postgres: Postgres):
    """Beside it go the others; of a folder the first by name would be that one."""
    main = _split(tmp_path / "etc", postgres, "theirs")

    with pytest.raises(BackupError, match=r"conf\.d: is a folder"):
        of_synapse([main.with_name("conf.d"), main])


def test_two_files_for_one_place_are_refused(tmp_path: Path):
    """The second would take the place of the first, and nobody would know."""
    place = tmp_path / "homeserver.yaml"

    with pytest.raises(BackupError, match="two files of the backup"):
        check_places([(Path("a"), place), (Path("b"), place)], replace=True)


@pytest.mark.parametrize(
    ("name", "why"),
    [("media_store/a.png", None), ("conf.d/more.yaml", "went away while it was")],
)
async def test_a_file_that_goes_away_meanwhile(
    tmp_path: Path, config: Path, postgres: Postgres, name: str, why: str | None
):
    """A picture may: the homeserver throws some away. A part of the settings not."""
    database = f"going_{'part' if why else 'picture'}"
    await postgres.create_database(database)
    main = _split(tmp_path / "etc", postgres, database)
    (main.parent / "media_store").mkdir()
    (main.parent / name).write_text("{}", encoding="utf-8")
    file = tmp_path / "school.tar.gz"

    def going(pieces: Iterable[bytes], _label: str, _total: int) -> Iterator[bytes]:
        (main.parent / name).unlink(missing_ok=True)
        return iter(pieces)

    saving = save(
        config,
        file,
        replace=False,
        synapse=[main, main.with_name("conf.d")],
        progress=going,
    )
    if why is None:
        await saving
    else:
        with pytest.raises(BackupError, match=why):
            await saving

    assert file.exists() == (why is None)
