"""What is kept of events, at the size of a school."""

import json
from datetime import timedelta
from typing import Any

from appservice.store.events import RECENT

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


def _scans(node: dict[str, Any]) -> Any:
    if "Relation Name" in node:
        yield node
    for child in node.get("Plans", ()):
        yield from _scans(child)
