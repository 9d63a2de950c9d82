"""
Moderation: one room, its waiting events in their order, one database transaction.

What happens to an event is decided by ``domain.decide``; this gathers what that needs
and writes what follows.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from appservice import metrics
from appservice.domain.actions import Call, Notice
from appservice.domain.ids import RoomId
from appservice.domain.people import Right
from appservice.domain.rooms import RoomClass
from appservice.services import reviews
from appservice.services.asking import Commands
from appservice.services.batch import Batch
from appservice.services.bell import Tower
from appservice.services.breaker import Breaker
from appservice.services.cooling import cool_down
from appservice.services.memory import Memories
from appservice.services.post import post
from appservice.services.room_check import put_right
from appservice.services.school import School
from appservice.store import inbox, inspections, judgements
from appservice.store.inbox import Turn, Waiting
from appservice.store.outbox import Decided
from appservice.store.pool import is_away

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""Events judged in one transaction: enough to be fast, few enough to be retried."""

TRIES: Final = 3
"""After so many failures an event is set aside, and the room goes on."""


class Moderation:
    """Judges what waits in the inbox."""

    def __init__(
        self,
        pool: Any,
        school: School,
        tower: Tower,
        breaker: Breaker,
        commands: Commands | None = None,
    ) -> None:
        self._pool = pool
        self._school = school
        self._tower = tower
        self._breaker = breaker
        self._commands = commands
        self._memories = Memories()

    async def judge_next(self) -> int:
        """
        Judge what waits in the room that has waited longest.

        Returns:
            How many events; 0: nothing waits, or others are at it.
        """
        turn: Turn | None = None
        batch: list[Waiting] = []
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                turn = await inbox.claim(connection)
                if turn is None:
                    return 0
                batch = await inbox.waiting(
                    connection, turn.room.room_id, limit=AT_ONCE
                )
                bells = await self._judge(connection, turn, batch)
        except Exception as error:
            if turn is None:
                raise
            self._memories.forget(turn.room.room_id)
            if is_away(error) or not batch:
                raise
            return await self._judge_one_by_one(turn.room.room_id, len(batch))
        self._tell(batch, bells)
        return len(batch)

    async def _judge_one_by_one(self, room_id: RoomId, count: int) -> int:
        """Find the event that cannot be judged, and let the room go on without it."""
        for done in range(count):
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    turn = await inbox.claim(connection, only=room_id)
                    if turn is None:
                        return done
                    batch = await inbox.waiting(connection, room_id, limit=1)
                    bells = await self._judge(connection, turn, batch)
            except Exception as error:
                self._memories.forget(room_id)
                if is_away(error) or not batch:
                    raise
                assert turn is not None
                await self._count_try(turn, batch[0], error)
                # Not nothing: whoever asks goes on at once, with other rooms too.
                return done + 1
            self._tell(batch, bells)
        return count

    async def _count_try(self, turn: Turn, event: Waiting, error: Exception) -> None:
        room_id = turn.room.room_id
        because = f"{type(error).__name__} while judging"
        async with self._pool.acquire() as connection, connection.transaction():
            if await inbox.tried(connection, room_id, event.seq) < TRIES:
                return
            await inbox.park(connection, room_id, event.seq, because=because)
            await self._report(connection, turn, event)
        metrics.PARKED.labels("moderation").inc()
        # The traceback shows code and not what was written: values are not in it.
        log.error(
            "event parked",
            extra={"event_id": event.event_id, "room_id": room_id, "because": because},
            exc_info=error,
        )

    async def _report(self, connection: Any, turn: Turn, event: Waiting) -> None:
        """Nobody has judged it: a person must."""
        notice = Notice(
            name="parked",
            language=self._school.language_in(turn.room),
            room_id=turn.room.room_id,
            event_id=event.event_id,
            values={"room": turn.room.name},
        )
        call = Call(right=Right.REVIEW, notice=notice)
        row = Decided(id=uuid4(), room_id=turn.room.room_id, action=call, rule="parked")
        await post(connection, [row])
        self._tower.ring("outbox")

    async def _judge(
        self, connection: Any, turn: Turn, waiting: Sequence[Waiting]
    ) -> list[str]:
        """Judge a batch and write all that follows; return the bells to ring then."""
        if not waiting:
            return []
        room_id = turn.room.room_id
        if turn.roster_version != self._school.roster_version:
            await self._school.load_people(connection)
        memory = await self._memories.of(connection, turn, self._school)
        batch = Batch(turn=turn, school=self._school, memory=memory)
        batch.read(waiting)
        await batch.gather(connection)
        await batch.folds.write(connection)
        look = await batch.obey(connection, self._commands) if self._commands else False
        if turn.room.room_class is RoomClass.MANAGED:
            batch.decide()
        await self._write(connection, turn, batch, look=look)
        await inbox.finish(connection, room_id, [event.seq for event in waiting])
        memory.judged_seq = waiting[-1].seq
        # A command may have set a timer that is due at once.
        is_due = {
            "outbox": bool(batch.decided),
            "timers": bool(batch.by_command),
            "inspection": bool(batch.files),
        }
        return [bell for bell, due in is_due.items() if due]

    async def _write(
        self, connection: Any, turn: Turn, batch: Batch, *, look: bool
    ) -> None:
        room_id = turn.room.room_id
        numbers: dict[str, int] = {}
        if batch.judgements:
            numbers = await judgements.write(
                connection, room_id, batch.policy_name, batch.judgements
            )
        rows = batch.rows(numbers)
        if batch.cool_downs and not turn.observes:
            rows += await cool_down(
                connection,
                self._school,
                turn,
                batch.cool_downs,
                at=datetime.now(tz=UTC),
            )
            look = True
        if turn.room.room_class is RoomClass.MANAGED:
            rows += await put_right(
                connection, turn, self._school, batch, because_of_command=look
            )
        allowed = await self._breaker.allow(
            connection, turn, rows, observe=turn.observes
        )
        asked = await reviews.ask(connection, self._school, turn, allowed, batch.sent)
        batch.decided = [*asked, *batch.by_command]
        await batch.known.write(connection)
        if batch.files:
            await inspections.want(connection, room_id, batch.files)
        await post(connection, batch.decided)

    def _tell(self, batch: Sequence[Waiting], bells: Sequence[str]) -> None:
        for bell in bells:
            self._tower.ring(bell)
        now = datetime.now(tz=UTC)
        for event in batch:
            if event.source == "road":
                age = (now - event.received_at).total_seconds()
                metrics.JUDGE_SECONDS.observe(max(age, 0))
