"""Posting actions: into the outbox, with a pass for each that is done as a member."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from appservice.domain.actions import SendAs
from appservice.matrix.canonical import content_hash
from appservice.store import outbox, passes
from appservice.store.outbox import Decided

VALID: Final = timedelta(hours=6)
"""How long a pass is good: longer than an action is tried."""


async def post(connection: Any, rows: Sequence[Decided]) -> None:
    """Record and queue actions. In the caller's transaction: all of it, or nothing."""
    await outbox.write(connection, rows)
    for row in rows:
        if isinstance(row.action, SendAs) and not row.observed:
            await passes.issue(
                connection,
                row.id,
                room_id=row.room_id,
                sender=row.action.user_id,
                type_=row.action.type,
                state_key=None,
                content=content_hash(row.action.content),
                valid=VALID,
            )
