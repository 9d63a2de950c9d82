"""Starting where something is missing: wait for what comes, name what must be done."""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from ruamel.yaml import YAML

from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.database import pool_on
from appservice.demo.stage import free_port
from appservice.embedded.postgres import Postgres
from appservice.store import schema
from appservice.store.schema import WrongSchema
from tests.synapse.member import until


async def test_a_database_that_is_away_is_waited_for(servers_directory, caplog):
    """Machines of a school start in any order."""
    caplog.set_level(logging.WARNING)
    server = Postgres(
        directory=servers_directory / "late",
        durable=False,
        port=free_port(),
        password="x",  # noqa: S106
    )
    url = f"postgresql://postgres:x@127.0.0.1:{server.port}/homeroom_late"
    async with server:
        await server.create_database("homeroom_late")
        await schema.upgrade(server.url("homeroom_late"))

    async def work() -> int:
        async with pool_on(url) as pool:
            return int(await pool.fetchval("SELECT count(*) FROM events"))

    waiting = asyncio.create_task(work())

    async def is_said() -> bool:
        return "database away, waiting" in caplog.messages

    await until(is_said)
    assert not waiting.done()
    async with server:
        assert await waiting == 0


async def test_a_database_without_our_tables_is_refused_with_the_command(postgres):
    await postgres.create_database("bare")

    with pytest.raises(WrongSchema, match="run `homeroom db upgrade`"):
        async with pool_on(postgres.url("bare")):
            pass


async def test_a_database_of_a_newer_version_is_not_touched(database):
    """Going back to an older program needs a backup, not an upgrade."""
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()

    with pytest.raises(WrongSchema, match="newer than this program"):
        async with pool_on(database):
            pass


async def test_the_program_says_it_in_one_line_and_ends(postgres, tmp_path: Path):
    """Who starts it reads what to do, and no traceback."""
    await postgres.create_database("bare_too")
    write_files(Homeserver(url="http://127.0.0.1:1", domain="school.test"), tmp_path)
    path = tmp_path / "config.yaml"
    yaml = YAML()
    config = yaml.load(path.read_text(encoding="utf-8"))
    config["database"]["url"] = postgres.url("bare_too")
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(config, file)

    command = [sys.executable, "-m", "appservice", "run", "--config", str(path)]
    ended = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode != 0
    assert "run `homeroom db upgrade`" in ended.stderr
    assert "Traceback" not in ended.stderr
