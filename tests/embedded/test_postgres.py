"""The embedded PostgreSQL, for real: it starts in half a second."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from appservice.embedded import account
from appservice.embedded.child import NOBODY, EmbeddedError
from appservice.embedded.postgres import VERSION, Postgres, programs
from tests.places import folder_for_all

IS_ROOT = os.geteuid() == 0
TICK = timedelta(milliseconds=20)


@pytest.fixture
def directory():
    """A place in a folder that every account may enter."""
    with folder_for_all() as path:
        yield path / "postgres"


def is_running(pid: int) -> bool:
    """A zombie does not run; it waits for a parent that is not us."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_what_was_written_is_there_after_a_restart(directory: Path):
    """One directory is one cluster, however often it is started."""
    postgres = Postgres(directory=directory, durable=False)

    async with postgres:
        await postgres.create_database("homeroom")
        await postgres.create_database("homeroom")
        await ask(postgres.url("homeroom"), "CREATE TABLE kept AS SELECT 4711 AS x")
    async with postgres:
        kept = await ask(postgres.url("homeroom"), "SELECT x FROM kept")

    assert kept == 4711
    assert postgres.pid is None


async def test_lasting_data_reach_the_disk(directory: Path):
    """Speed is only for throwaway data."""
    async with Postgres(directory=directory) as postgres:
        assert await ask(postgres.url(), "SHOW fsync") == "on"


async def test_the_collation_synapse_insists_on(directory: Path):
    """Synapse refuses a database that does not say C of itself."""
    async with Postgres(directory=directory, durable=False) as postgres:
        await postgres.create_database("synapse", c_collation=True)
        found = await ask(
            postgres.url("synapse"),
            "SELECT datlocprovider::text || ' ' || datcollate || ' ' || datctype"
            "  FROM pg_database WHERE datname = current_database()",
        )

    assert found == "c C C"


async def test_no_port_is_open_unless_asked_for(directory: Path):
    """The socket in a private folder is the only way in."""
    async with Postgres(directory=directory, durable=False) as postgres:
        assert await ask(postgres.url(), "SHOW listen_addresses") == ""
        assert postgres.socket_directory.stat().st_mode & 0o777 == 0o700


async def test_a_port_asks_for_the_password(directory: Path, unused_tcp_port: int):
    """Trust is for the private socket only."""
    postgres = Postgres(
        directory=directory,
        durable=False,
        port=unused_tcp_port,
        password="of'fice",  # noqa: S106
    )
    url = f"postgresql://postgres@127.0.0.1:{unused_tcp_port}/postgres"

    async with postgres:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(f"{url}?password=wrong", "SELECT 1")
        assert await ask(f"{url}?password=of%27fice", "SELECT 1") == 1
        assert await ask(postgres.url(), "SELECT 1") == 1


async def test_a_second_server_on_the_same_data_is_refused(
    directory: Path, monkeypatch: pytest.MonkeyPatch
):
    """Two servers on one cluster would destroy it."""
    monkeypatch.setattr("appservice.embedded.postgres.PREDECESSOR_ENDS", 5 * TICK)

    async with Postgres(directory=directory, durable=False) as first:
        with pytest.raises(EmbeddedError, match=f"process number {first.pid}"):
            await Postgres(directory=directory, durable=False).start()
        assert await ask(first.url(), "SELECT 1") == 1


async def test_a_lock_whose_number_is_another_program_now_is_cleared(directory: Path):
    """In a container the next start uses the same process numbers again."""
    postgres = Postgres(directory=directory, durable=False)
    async with postgres:
        pass
    lock = directory / "cluster" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{directory / 'cluster'}\n", encoding="ascii")

    async with postgres:
        assert await ask(postgres.url(), "SELECT 1") == 1


async def test_data_of_another_version_are_refused(directory: Path):
    """The error names both versions and the way out."""
    postgres = Postgres(directory=directory, durable=False)
    async with postgres:
        pass
    (directory / "cluster" / "PG_VERSION").write_text("16\n", encoding="ascii")

    with pytest.raises(EmbeddedError, match=rf"PostgreSQL 16.*{VERSION}.*backup"):
        await postgres.start()


async def test_an_interrupted_first_start_is_begun_anew(directory: Path):
    """Half a cluster is thrown away, never started."""
    half = directory / "cluster.new"
    half.mkdir(parents=True)
    (half / "postgresql.conf").touch()

    async with Postgres(directory=directory, durable=False) as postgres:
        assert await ask(postgres.url(), "SELECT 1") == 1


async def test_a_long_temporary_directory_does_not_break_the_socket(
    directory: Path, monkeypatch: pytest.MonkeyPatch
):
    """A socket's path has at most 107 bytes."""
    monkeypatch.setattr("tempfile.tempdir", f"/tmp/{'x' * 100}")  # noqa: S108

    async with Postgres(directory=directory, durable=False) as postgres:
        assert await ask(postgres.url(), "SELECT 1") == 1


async def test_a_server_that_cannot_start_leaves_nothing_running(directory: Path):
    """The error quotes what PostgreSQL said."""
    postgres = Postgres(directory=directory, durable=False)
    async with postgres:
        pass
    (directory / "cluster" / "postgresql.auto.conf").write_text("nonsense = 1\n")

    with pytest.raises(EmbeddedError, match="nonsense"):
        await postgres.start()

    assert postgres.pid is None


def test_ctrl_c_in_the_terminal_is_only_for_us(postgres: Postgres):
    """We end the server when what uses it has ended, not before."""
    assert postgres.pid is not None
    assert os.getsid(postgres.pid) == postgres.pid


async def test_the_server_ends_when_we_are_killed(directory: Path):
    """An orphan would block the next start."""
    program = (
        "import asyncio, sys; from pathlib import Path;"
        "from appservice.embedded.postgres import Postgres\n"
        "async def main():\n"
        "    p = Postgres(directory=Path(sys.argv[1]), durable=False)\n"
        "    await p.start(); print(p.pid, p.socket_directory, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    us = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, directory, stdout=subprocess.PIPE
    )
    assert us.stdout is not None
    pid, sockets = (await us.stdout.readline()).split()
    assert is_running(int(pid))

    us.send_signal(signal.SIGKILL)
    await us.wait()

    async with Postgres(directory=directory, durable=False) as postgres:
        assert await ask(postgres.url(), "SELECT 1") == 1
    assert not is_running(int(pid))
    shutil.rmtree(sockets)


@pytest.fixture
def private(tmp_path: Path):
    """Return the wheel's programs as they lie in a private virtual environment."""
    package = programs().parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, tmp_path / libraries.name)
    tree = tmp_path / package.name / programs().name
    return shutil.copytree(programs(), tree)


@pytest.mark.skipif(not IS_ROOT, reason="only root runs PostgreSQL as another account")
class TestRoot:
    """PostgreSQL refuses to be root, so it gets another account, which sees less."""

    async def test_lasting_data_in_a_private_place_are_an_error(self, tmp_path: Path):
        """Data that must last are not moved behind anybody's back."""
        with pytest.raises(EmbeddedError, match=r"/var/lib/homeroom/postgres"):
            await Postgres(directory=tmp_path / "postgres").start()

    async def test_throwaway_data_go_where_the_account_gets_at_them(
        self, tmp_path: Path
    ):
        """A clone below a private directory runs the demo all the same."""
        directory = tmp_path / "postgres"

        async with Postgres(directory=directory, durable=False) as postgres:
            assert await ask(postgres.url(), "SELECT 1") == 1

        shutil.rmtree(directory.resolve())

    async def test_programs_in_a_private_place_are_copied_once(
        self, private: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
    ):
        """So does a virtual environment below a private directory."""
        monkeypatch.setattr(account, "SHARED", directory.parent)
        monkeypatch.setattr("appservice.embedded.postgres.programs", lambda: private)
        server = Postgres(directory=directory, durable=False)

        async with server:
            (copy,) = directory.parent.glob("homeroom-postgres-*")
            made = copy.stat().st_ctime_ns
        async with server:
            assert await ask(server.url(), "SELECT 1") == 1

        assert copy.stat().st_ctime_ns == made
        assert sorted(directory.parent.iterdir()) == sorted([copy, directory])

    def test_a_copy_that_others_may_change_is_not_run(
        self, private: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
    ):
        """Anybody may put a folder into a shared place."""
        monkeypatch.setattr(account, "SHARED", directory.parent)
        account.programs_for(NOBODY, private, version=VERSION)
        (copy,) = directory.parent.iterdir()
        copy.chmod(0o777)

        with pytest.raises(EmbeddedError, match="not to be trusted"):
            account.programs_for(NOBODY, private, version=VERSION)
