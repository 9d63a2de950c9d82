"""Partitions of the events: made ahead, and dropped where retention has ended."""

from datetime import timedelta
from typing import Any, Final

MONTHS_AHEAD: Final = 3

AT_MOST: Final = timedelta(minutes=10)
"""Longer than other statements may take: a month's events may have to be moved."""

PREPARE: Final = """
    SELECT make_partition(
               class,
               (date_trunc('month', now() AT TIME ZONE 'UTC')
                + ahead * interval '1 month')::date
           )
      FROM unnest(ARRAY['managed', 'service']) AS class
     CROSS JOIN generate_series(0, $1) AS ahead
"""

DROP_SERVICE: Final = "SELECT drop_service_partitions(now() - $1::interval)"


async def prepare(connection: Any) -> None:
    """Make the partitions of this month and the next ones."""
    await connection.execute(PREPARE, MONTHS_AHEAD, timeout=AT_MOST.total_seconds())


async def drop_service(connection: Any, *, keep: timedelta) -> int:
    """
    Drop the months of service rooms that are older than ``keep``, whole.

    Returns:
        How many.
    """
    return await connection.fetchval(DROP_SERVICE, keep)
