"""From the embedded PostgreSQL to a school's own, which is of an earlier version."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from appservice.demo.stage import free_port
from appservice.embedded.account import programs_for, unprivileged
from appservice.embedded.postgres import programs
from tests.backup.place import configuration, rows, run

VERSION = 16
"""The wheel brings this one along, too."""


@pytest.fixture(scope="module")
def older(servers_directory: Path) -> Iterator[str]:
    """Start a PostgreSQL of an earlier version; return the URL of an empty database."""
    tree = programs().with_name("pginstall")
    if not (tree / "bin" / "initdb").exists():
        pytest.skip("the wheel has no PostgreSQL of an earlier version")
    uid = unprivileged()
    there = programs_for(uid, tree, version=VERSION) / "bin"
    data = Path(tempfile.mkdtemp(dir=servers_directory))
    if uid is not None:
        os.chown(data, uid, uid)
    port = free_port()
    cluster = data / "cluster"
    _run(uid, there / "initdb", "-D", cluster, "-U", "postgres", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {data} -c fsync=off"
    control = (there / "pg_ctl", "-D", cluster, "-l", data / "log", "-w")
    _run(uid, *control, "-o", options, "start")
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    _run(uid, *control, "-m", "immediate", "stop")
    shutil.rmtree(data)


def _run(uid: int | None, *command: str | Path) -> None:
    subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C", "PATH": os.defpath},
        user=uid,
        group=uid,
    )


def test_what_an_older_server_does_not_know_is_left_out(
    tmp_path: Path, config: Path, school: str, older: str
):
    """Row by row, there and back again."""
    file, back = tmp_path / "b.tar.gz", tmp_path / "back.tar.gz"
    other = configuration(tmp_path / "other", older)
    assert run("backup", file, "--config", config).exit_code == 0

    moved = run("restore", file, "--config", other, "--database-only")

    assert moved.exit_code == 0, moved.output
    assert asyncio.run(_version(older)) == VERSION
    assert asyncio.run(rows(older)) == asyncio.run(rows(school))
    assert run("backup", back, "--config", other).exit_code == 0
    again = run("restore", back, "--config", config, "--database-only", "--replace")
    assert again.exit_code == 0, again.output
    assert asyncio.run(rows(older)) == asyncio.run(rows(school))


async def _version(url: str) -> int:
    connection = await asyncpg.connect(url)
    version: int = connection.get_server_version().major
    await connection.close()
    return version
