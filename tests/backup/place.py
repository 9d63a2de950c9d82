"""A school with a life behind it, and places to restore it to."""

import asyncio
import io
import json
import re
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from appservice.backup.programs import find
from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.domain.ids import EventId, RoomId
from appservice.embedded.postgres import Postgres
from appservice.store import partitions, rooms, schema
from appservice.store.pool import open_pool
from tests.road import BAD, OTHER_PUPIL, ROOM, TEACHER, raw
from tests.services.furnished import kept
from tests.store.test_migrations import LIVES

DIRECT = RoomId("!direct")
SAID = "谁也不该在日志里看到这句话"
"""What a pupil wrote, for tests of what is told."""

TABLES = """
    SELECT c.relname FROM pg_class AS c
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"


async def live(postgres: Postgres, name: str) -> None:
    """Make a database that was upgraded once, and in which the service has worked."""
    url = postgres.url(name)
    await postgres.create_database(name)
    await schema.upgrade(url, to="0002")
    connection = await asyncpg.connect(url)
    await connection.execute(LIVES["0002"][0].replace("$$WORD$$", f"'{BAD}'"))
    await connection.close()
    await schema.upgrade(url)
    pool = await open_pool(url)
    async with pool.acquire() as one:
        await partitions.prepare(one)
    road = await kept(pool)
    for body in ("早", BAD, SAID):
        await road.take(raw(body, sender=OTHER_PUPIL), raw(body, room_id=DIRECT))
    await road.judge()
    await road.take(raw("！禁言 小红 2小时", sender=TEACHER), raw("还没有人看过"))
    async with pool.acquire() as one:
        await rooms.set_watermark(one, ROOM, EventId("$last"))
    await road.tower.close()
    pool.terminate()


def configuration(folder: Path, url: str | None, **settings: str) -> Path:
    """Write a configuration with policies and word lists of the school's own."""
    home = Homeserver(url="http://127.0.0.1:1", domain="school.test")
    write_files(home, folder, retention_min="3y")
    for path, text in (
        ("rules/社团.yaml", "extends: class_students\ntitle: 社团\ntitle_en: Clubs\n"),
        ("words/abuse.txt", "讨厌鬼鬼\n"),
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text + ("version: '1'\n" if "rules" in path else ""))
    change(
        folder / "config.yaml",
        {
            "database.url": url,
            "policies.directory": "rules",
            "lexicons.directory": "words",
            **settings,
        },
    )
    return folder / "config.yaml"


def change(path: Path, values: dict[str, Any]) -> None:
    yaml = YAML()
    document = yaml.load(path)
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        document[section][name] = value
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def run(*arguments: object) -> Result:
    """Run a command as the shell would."""
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    if not isinstance(result.exception, SystemExit | None):
        raise result.exception
    assert SAID not in result.output
    return result


async def run_beside(*arguments: object) -> Result:
    """Run a command from within a loop; it has one of its own."""
    return await asyncio.to_thread(run, *arguments)


async def rows(url: str) -> dict[str, list[str]]:
    """Read everything: each table's rows as text, in one order, and the sequences."""
    connection = await asyncpg.connect(url)
    try:
        tables = [name for (name,) in await connection.fetch(TABLES)]
        found = {
            name: [
                row[0]
                for row in await connection.fetch(
                    f'SELECT t::text FROM ONLY public."{name}" AS t ORDER BY 1'  # noqa: S608 - names from the catalog
                )
            ]
            for name in tables
        }
        sequences = await connection.fetch(SEQUENCES)
        return {**found, "sequences": [str(tuple(row)) for row in sequences]}
    finally:
        await connection.close()


def shape(url: str) -> str:
    """Write the schema as PostgreSQL's own pg_dump tells it."""
    command = [find(at_least=18, what_for="").path("pg_dump"), "--schema-only", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return re.sub(r"^\\(un)?restrict .*$", "", told.stdout, flags=re.MULTILINE)


def rewritten(file: Path, change_member: Any, *, fitting: bool = True) -> Path:
    """Write a backup anew with members changed; with hashes that fit, or not."""
    read: dict[str, bytes] = {}
    with tarfile.open(file) as tar:
        for info in tar:
            source = tar.extractfile(info)
            assert source is not None
            read[info.name] = source.read()
    manifest = json.loads(read.pop("manifest.json"))
    read = change_member(read, manifest) or read
    if fitting:
        manifest["members"] = [
            {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in read.items()
        ]
    new = file.with_name("changed.tar.gz")
    with tarfile.open(new, "w:gz") as tar:
        everything = {"manifest.json": json.dumps(manifest).encode(), **read}
        for name, data in everything.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return new
