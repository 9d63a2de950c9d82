"""What is remembered of rooms between two batches, and when it must be read again."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from appservice.domain.history import History
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.power_levels import Levels
from appservice.domain.room_state import RoomState
from appservice.domain.rule import Category
from appservice.matrix import parse
from appservice.services.school import School
from appservice.store import events, judgements, notices
from appservice.store.inbox import Turn

ROOMS_AT_MOST: Final = 2000

QUIET: Final = timedelta(minutes=10)
"""Nobody is told of the same rule twice within this time."""

WINDOW: Final = timedelta(hours=1)
"""How far back messages are compared; more than any rule asks for."""

MESSAGES: Final = 200

APART: Final = ("stranger", "breaker", "abandoned", "room_encrypted", "parked")
"""Calls about something else than a message that needs a look."""


@dataclass(slots=True)
class Memory:
    """What is remembered of one room."""

    judged_seq: int
    state_reads: int
    history: History
    levels: Levels
    told: dict[tuple[str, str | None, str | None], datetime] = field(
        default_factory=dict
    )
    """When somebody was last told: by kind of action, person, rule."""
    strangers: set[UserId] = field(default_factory=set)
    hidden: set[EventId] = field(default_factory=set)
    state: RoomState | None = None
    """Read when it is first needed: most batches change nothing of it."""

    def told_lately(
        self, kind: str, user_id: str | None, *, at: datetime
    ) -> frozenset[str | None]:
        """List the rules that somebody was told of a short while ago."""
        return frozenset(
            rule
            for (its_kind, its_user, rule), last in self.told.items()
            if (its_kind, its_user) == (kind, user_id) and at - last < QUIET
        )

    def forget_old(self, *, at: datetime) -> None:
        """Let go of what is no longer "lately"."""
        if len(self.told) > 100:
            self.told = {k: last for k, last in self.told.items() if at - last < QUIET}


class Memories:
    """Rooms judged lately. Least recently used ones are forgotten."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[RoomId, Memory] = OrderedDict()

    def forget(self, room_id: RoomId) -> None:
        """Read a room anew next time: what we remember may not have been written."""
        self._rooms.pop(room_id, None)

    async def of(self, connection: Any, turn: Turn, school: School) -> Memory:
        """Recall a room; read it if another process judged in between."""
        room_id = turn.room.room_id
        memory = self._rooms.get(room_id)
        if memory is None or (memory.judged_seq, memory.state_reads) != (
            turn.judged_seq,
            turn.state_reads,
        ):
            memory = await _read(connection, turn, school)
            self._rooms[room_id] = memory
        self._rooms.move_to_end(room_id)
        memory.forget_old(at=datetime.now(tz=UTC))
        while len(self._rooms) > ROOMS_AT_MOST:
            self._rooms.popitem(last=False)
        return memory


async def _read(connection: Any, turn: Turn, school: School) -> Memory:
    room_id = turn.room.room_id
    memory = Memory(
        judged_seq=turn.judged_seq,
        state_reads=turn.state_reads,
        history=History(),
        levels=await _levels(connection, room_id),
    )
    policy = school.policy_of(turn.room.kind)
    recent = await events.recent(
        connection, room_id, up_to=turn.judged_seq, window=WINDOW, limit=MESSAGES
    )
    found = await judgements.found_in(connection, [row["event_id"] for row in recent])
    for row in recent:
        if policy is None or row["sender"] in school.accounts:
            continue
        event = parse.parse(parse.decode(row["raw"]), sent_at=row["sent_at"])
        author = school.author(row["sender"], turn.room, policy, outranks=False)
        categories = found.get(row["event_id"], frozenset())
        memory.history.add(event, author, map(Category, categories))
    now = datetime.now(tz=UTC)
    for kind, user_id, rule in await notices.told_since(connection, room_id, QUIET):
        if kind == "tell":
            memory.told["tell", user_id, rule] = now
        elif rule not in APART:
            memory.told["call", None, None] = now
    return memory


async def _levels(connection: Any, room_id: RoomId) -> Levels:
    content, _ = await events.state_of(connection, room_id, "m.room.power_levels")
    create, creator = await events.state_of(connection, room_id, "m.room.create")
    return Levels.read(content, create, create_sender=creator)
