"""Posting actions: into the outbox, with a pass for each that is done as a member."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from appservice.domain.actions import Rename, SendAs
from appservice.matrix.canonical import content_hash
from appservice.store import outbox, passes
from appservice.store.outbox import Decided

VALID: Final = timedelta(hours=6)
"""How long a pass is good: longer than an action is tried."""


async def post(connection: Any, rows: Sequence[Decided]) -> None:
    """Record and queue actions. In the caller's transaction: all of it, or nothing."""
    await outbox.write(connection, rows)
    for row in rows:
        if row.observed:
            continue
        match row.action:
            case SendAs(user_id=sender, type=type_, content=content):
                state_key = None
            case Rename(user_id=sender, content=content):
                type_, state_key = "m.room.member", sender
            case _:
                continue
        await passes.issue(
            connection,
            row.id,
            room_id=row.room_id,
            sender=sender,
            type_=type_,
            state_key=state_key,
            content=content_hash(content),
            valid=VALID,
        )
