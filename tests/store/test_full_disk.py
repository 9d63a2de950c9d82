"""A disk that fills up: nothing is acknowledged that is not kept, and it goes on."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from appservice.embedded.account import unprivileged
from appservice.store import schema
from appservice.store.pool import is_away, open_pool
from tests.road import BAD, build, raw

SIZE_MB = 48


@pytest.fixture
def small_disk(servers_directory) -> Iterator[Path]:
    """Return a file system of some megabytes that PostgreSQL may write to."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    place = servers_directory / "small"
    place.mkdir(exist_ok=True)
    options = f"size={SIZE_MB}m,uid={unprivileged()},mode=700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
    mounted = subprocess.run(mount, check=False)  # noqa: S603 - our own words
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield place
    finally:
        # Lazily: PostgreSQL closes its files when it likes.
        unmount = ["umount", "-l", str(place)]
        subprocess.run(unmount, check=True)  # noqa: S603 - our own words


@pytest.fixture
async def database_there(postgres, small_disk):
    """Return the URL of a migrated database whose tables lie on that disk."""
    control = await asyncpg.connect(postgres.url())
    await control.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    await control.execute("CREATE DATABASE small TABLESPACE small")
    try:
        await schema.upgrade(postgres.url("small"))
        yield postgres.url("small")
    finally:
        await control.execute("DROP DATABASE small WITH (FORCE)")
        await control.execute("DROP TABLESPACE small")
        await control.close()


def fill(disk: Path) -> Path:
    """Leave no room on a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(64 * 1024))
            file.flush()
    return ballast


async def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_is_lost(
    database_there, small_disk
):
    """The homeserver hears "later", sends it again, and all of it is judged once."""
    pool = await open_pool(database_there)
    road = await build(pool)
    ballast = fill(small_disk)
    sent = [[raw(f"早{n}" + "长" * 20_000) for n in range(20)] for _ in range(3)]
    bad = [raw(BAD, event_id="$bad")]
    bodies = [
        json.dumps({"events": [json.loads(each) for each in events]}).encode()
        for events in (*sent, bad)
    ]
    refused = []
    for body in bodies:
        try:
            await road.intake.take(body)
        except asyncpg.InsufficientResourcesError as error:
            refused.append((body, error))
    assert refused, "the disk was not full"
    assert all(is_away(error) for _, error in refused)
    stored = await pool.fetchval("SELECT count(*) FROM events")
    waiting = await pool.fetchval("SELECT count(*) FROM inbox")
    assert stored == waiting
    assert await pool.fetchval("SELECT count(*) FROM parked") == 0

    ballast.unlink()
    for body, _ in refused:
        await road.intake.take(body)
    await road.judge()

    assert await pool.fetchval("SELECT count(*) FROM events") == 61
    assert "$bad" in [s for _, s, _ in await road.actions("redact")]
    await road.tower.close()
    await pool.close()
