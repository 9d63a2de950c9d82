"""Timers: rows that say what is due when. Nothing sleeps for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

SET: Final = """
    INSERT INTO timers (due_at, kind, subject)
    VALUES (now() + $1::interval, $2, $3)
        ON CONFLICT (kind, subject) DO NOTHING
"""

HURRY: Final = """
    INSERT INTO timers (due_at, kind, subject)
    VALUES (now(), $1, $2)
        ON CONFLICT (kind, subject) DO UPDATE
       SET due_at = now()
"""

# Sooner than before or not at all: what is due is looked at anew and sets the next.
NO_LATER: Final = """
    INSERT INTO timers AS t (due_at, kind, subject)
    VALUES (greatest($1, now()), $2, $3)
        ON CONFLICT (kind, subject) DO UPDATE
       SET due_at = CASE WHEN t.claimed_until > now() THEN excluded.due_at
                         ELSE least(t.due_at, excluded.due_at) END
"""

CLAIM: Final = """
    UPDATE timers
       SET claimed_until = now() + interval '5 minutes'
     WHERE id IN (
               SELECT id
                 FROM timers
                WHERE due_at <= now()
                  AND (claimed_until IS NULL OR claimed_until < now())
                ORDER BY due_at
                LIMIT $1
                  FOR UPDATE SKIP LOCKED
           )
    RETURNING id, kind, subject, due_at
"""

# One that was hurried while it rang stays due: its cause is newer than what was done.
REPEAT: Final = """
    UPDATE timers
       SET due_at = CASE WHEN due_at > $3 THEN due_at ELSE now() + $2::interval END,
           claimed_until = NULL
     WHERE id = $1
"""

# After a crash of ours: what was being rung is due as it was.
RELEASE: Final = """
    UPDATE timers
       SET claimed_until = NULL
     WHERE claimed_until IS NOT NULL
"""

# Likewise one that was set anew while it rang.
END: Final = """
    WITH gone AS (
        DELETE FROM timers
         WHERE id = $1
           AND due_at <= $2
    )
    UPDATE timers
       SET claimed_until = NULL
     WHERE id = $1
       AND due_at > $2
"""

NEXT_DUE: Final = """
    SELECT extract(epoch FROM min(greatest(due_at, coalesce(claimed_until, due_at)))
                   - now())
      FROM timers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something that is due."""

    id: int
    kind: str
    subject: str
    due_at: datetime


async def set_(connection: Any, kind: str, subject: str, *, wait: timedelta) -> None:
    """Set a timer, unless one of this kind and subject is set already."""
    await connection.execute(SET, wait, kind, subject)


async def hurry(connection: Any, kind: str, subject: str = "") -> None:
    """Make a timer due now, set or not."""
    await connection.execute(HURRY, kind, subject)


async def no_later(connection: Any, kind: str, subject: str, *, than: datetime) -> None:
    """Let a timer be due at a time, unless it is due sooner anyhow."""
    await connection.execute(NO_LATER, than, kind, subject)


async def claim(connection: Any, *, limit: int) -> list[Timer]:
    """Take timers that are due. Unless ended or repeated, they come back."""
    rows = await connection.fetch(CLAIM, limit)
    return [Timer(**dict(row)) for row in rows]


async def repeat(connection: Any, timer: Timer, *, wait: timedelta) -> None:
    """Let a timer be due again."""
    await connection.execute(REPEAT, timer.id, wait, timer.due_at)


async def release(connection: Any) -> None:
    """Make due what a dead process was ringing. Only while no other one runs."""
    await connection.execute(RELEASE)


async def end(connection: Any, timer: Timer) -> None:
    """Take a timer away."""
    await connection.execute(END, timer.id, timer.due_at)


async def next_due(connection: Any) -> float | None:
    """Say in how many seconds the next timer is due; None: there is none."""
    seconds = await connection.fetchval(NEXT_DUE)
    return None if seconds is None else float(seconds)
