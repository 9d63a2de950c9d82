"""
Containers are restarted, killed, taken down and lost: what was written is there.

Figures are printed: what each restart costs.
"""

import asyncio
import contextlib
import time
from pathlib import Path

import pytest

from tests.compose.containers import AS_INIT, SERVERS, WRITTEN, Containers, Failed
from tests.compose.school import PASSWORD, School

pytestmark = pytest.mark.timeout(900)

DATABASES = ("homeroom", "synapse")


@pytest.mark.parametrize("how", ["restart", "kill"])
@pytest.mark.parametrize("service", SERVERS)
async def test_a_restart_loses_nothing(
    containers: Containers, school: School, service: str, how: str
):
    """While pupils write: all of it is on record, and what is bad is put away once."""
    load = school.load(containers)

    async with load.flowing():
        await asyncio.to_thread(containers.compose, how, service)
        await asyncio.to_thread(containers.compose, "up", "-d", "--no-deps", service)
        await asyncio.to_thread(containers.ready)
        await asyncio.sleep(2)

    recorded = await asyncio.to_thread(school.recorded, containers)
    lost = (load.bad | load.fine) - recorded
    print(  # noqa: T201
        f"\n{how} {service}: {len(load.bad | load.fine)} written, {len(lost)} lost, "
        f"{len(load.bad)} of {len(load.bad)} put away, seen for at most "
        f"{load.exposures()[-1]:.1f} s; a writer waited {load.longest_wait:.1f} s"
    )
    assert not lost
    assert {load.redactions[each] for each in load.bad} <= {0, 1}


def test_no_log_has_a_word_or_a_name(containers: Containers, school: School):
    """After all that was written and restarted; these are children."""
    logs = containers.compose("logs", "--no-color")

    assert school.room_id in logs
    for word in ("发红包", "怎么做", "小明", "王芳", PASSWORD, *school.tokens.values()):
        assert word not in logs


async def test_what_was_there_is_there_after_down_and_up(
    containers: Containers, school: School
):
    """Configuration, accounts, messages and records are in the volumes."""
    files, recorded = containers.written(), school.recorded(containers)

    containers.down(volumes=False)
    print(f"\nup again after {containers.up():.1f} s")  # noqa: T201

    assert containers.written() == files
    assert school.recorded(containers) >= recorded
    answer = containers.ask(
        "GET", "/_matrix/client/v3/joined_rooms", token=school.tokens["wang"]
    )
    assert school.room_id in answer["joined_rooms"]
    load = school.load(containers)
    async with load.flowing():
        await asyncio.sleep(3)
    assert load.bad


def test_a_backup_is_enough_to_begin_anew(
    containers: Containers, school: School, tmp_path: Path
):
    """As docs/operating.md says, on a machine that has nothing."""
    files, recorded = containers.written(), school.recorded(containers)
    tar = (*AS_INIT, "--entrypoint=tar", "init", "-C", "/")
    psql = ("exec", "-T", "postgres")
    for name in DATABASES:
        dump = (*psql, "pg_dump", "-U", "postgres", "-Fc", name)
        containers.save(tmp_path / f"{name}.dump", *dump)
    containers.save(tmp_path / "files.tar", *tar, "-cf", "-", *WRITTEN.split())

    containers.down(volumes=True)
    containers.load(tmp_path / "files.tar", *tar, "-xf", "-")
    containers.compose("up", "-d", "postgres")
    _wait_for_postgres(containers)
    for name in DATABASES:
        restore = (*psql, "pg_restore", "-U", "postgres", "-d", name)
        containers.load(tmp_path / f"{name}.dump", *restore)
    containers.up()

    assert containers.written() == files
    assert school.recorded(containers) >= recorded
    answer = containers.ask(
        "GET", "/_matrix/client/v3/joined_rooms", token=school.tokens["wang"]
    )
    assert school.room_id in answer["joined_rooms"]


def _wait_for_postgres(containers: Containers) -> None:
    ask = ("pg_isready", "--host=127.0.0.1", "--username=postgres")
    for _ in range(60):
        with contextlib.suppress(Failed):
            containers.inside("postgres", *ask)
            return
        time.sleep(1)
    raise AssertionError("PostgreSQL does not answer")
