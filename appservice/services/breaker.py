"""The breaker: more than so many hides in a while, and we stop and call a person."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from appservice import metrics
from appservice.domain.actions import Call, Notice, Recover, Redact
from appservice.domain.people import Right
from appservice.domain.rooms import Mode
from appservice.store import rooms
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How much may be hidden before a person must look."""

    room: int = 30
    school: int = 100
    window: timedelta = timedelta(minutes=5)
    language: str = "zh_Hans"
    """Of the call for help."""

    async def allow(
        self, connection: Any, turn: Turn, rows: Sequence[Decided], *, observe: bool
    ) -> list[Decided]:
        """
        Let through what may be done, and mark the rest as observed.

        The hide that would be one too many opens the breaker; it and everything after
        it is recorded and not done. In the caller's transaction.
        """
        if observe:
            return [observed(row) for row in rows]
        hides = sum(isinstance(row.action, Redact) for row in rows)
        if not hides:
            return list(rows)
        room_id = turn.room.room_id
        in_room, in_school = await rooms.hides_since(connection, room_id, self.window)
        left = min(self.room - in_room, self.school - in_school)
        if hides <= left:
            return list(rows)
        where = "room" if self.room - in_room <= self.school - in_school else "school"
        return [
            *_cut(rows, max(left, 0)),
            await self._open(connection, turn, where),
        ]

    async def _open(self, connection: Any, turn: Turn, where: str) -> Decided:
        limit = self.room if where == "room" else self.school
        because = f"breaker: more than {limit} hides in {self.window}"
        if where == "room":
            await rooms.set_mode(
                connection, turn.room.room_id, Mode.OBSERVE, because=because
            )
        else:
            await rooms.set_school_mode(connection, Mode.OBSERVE, because=because)
        metrics.BREAKER.labels(where).inc()
        log.warning(
            "breaker opened", extra={"room_id": turn.room.room_id, "where": where}
        )
        notice = Notice(
            name=f"breaker_{where}",
            language=self.language,
            room_id=turn.room.room_id,
            values={"count": str(limit), "room": turn.room.name},
        )
        return Decided(
            id=uuid4(),
            room_id=turn.room.room_id,
            action=Call(right=Right.OWN, notice=notice),
            rule="breaker",
        )


def _cut(rows: Sequence[Decided], left: int) -> list[Decided]:
    """Keep what comes before the hide that is one too many."""
    allowed: list[Decided] = []
    for row in rows:
        left -= isinstance(row.action, Redact)
        allowed.append(row if left >= 0 else observed(row))
    return allowed


def observed(row: Decided) -> Decided:
    """
    Record an action instead of doing it.

    An original is fetched all the same, for the homeserver will not keep it; and that a
    room is encrypted is no verdict.
    """
    if isinstance(row.action, Recover) or row.rule == "room_encrypted":
        return row
    return replace(row, observed=True)
