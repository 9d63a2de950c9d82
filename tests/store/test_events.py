"""What is kept of events, at the size of a school."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from appservice.domain.ids import RoomId
from appservice.store import events, inbox
from appservice.store.events import RECENT
from tests.road import ROOM, build
from tests.services.outward import until

FILL = """
    INSERT INTO events (
               seq, received_at, retention, event_id, room_id, sender, type, sent_at,
               source, raw
           )
    SELECT n, now() - (40000 - n) * interval '1 minute', 'managed', '$' || n,
           '!' || n % 50, '@x', 'm.room.message', now(), 'road',
           convert_to(repeat('x', 400), 'UTF8')
      FROM generate_series(1, 40000) AS n
"""


async def test_what_is_recent_in_a_room_is_found_without_reading_other_rooms(pool):
    """After a restart every room asks for it, and the school waits."""
    await pool.execute(FILL)
    await pool.execute("ANALYZE events")
    plan = await pool.fetchval(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT json) {RECENT}",
        "!7",
        40_000,
        timedelta(minutes=10),
        500,
    )

    scans = list(_scans(json.loads(plan)[0]["Plan"]))
    assert scans
    for scan in scans:
        assert scan["Relation Name"].startswith("events_managed")
        assert scan.get("Rows Removed by Filter", 0) == 0
        assert scan["Shared Hit Blocks"] + scan["Shared Read Blocks"] < 50


WAITING_FOR_LOCKS = """
    SELECT pid
      FROM pg_stat_activity
     WHERE datname = current_database()
       AND wait_event_type = 'Lock'
"""


async def test_state_is_read_anew_when_who_judges_the_room_is_done(pool):
    """Else each would wait for the other, and Postgres would end one of them."""
    await build(pool)
    room_id = RoomId(ROOM)
    rows = [("m.room.topic", "", "$1", "@x", b"{}")]
    async with pool.acquire() as connection:
        await events.fold_state(connection, room_id, rows)

    async def read_anew() -> None:
        async with pool.acquire() as connection, connection.transaction():
            at = datetime.now(tz=UTC)
            await events.replace_state(connection, room_id, rows, at=at)

    async def waits() -> bool:
        return bool(await pool.fetch(WAITING_FOR_LOCKS))

    async with pool.acquire() as judging, judging.transaction():
        await inbox.hold(judging, room_id)
        reading = asyncio.create_task(read_anew())
        await until(waits)
        await events.fold_state(judging, room_id, rows)
    await reading


def _scans(node: dict[str, Any]) -> Any:
    if "Relation Name" in node:
        yield node
    for child in node.get("Plans", ()):
        yield from _scans(child)
