"""Known: what is known of a room and of whoever writes when an event is judged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from appservice.domain.events import Edited, Message, RoomEvent
from appservice.domain.ids import EventId, UserId
from appservice.domain.people import Author
from appservice.domain.rule import Context
from appservice.domain.text import exactly
from appservice.services.memory import Memory
from appservice.services.school import School
from appservice.store import events, permits
from appservice.store.inbox import Turn, Waiting


class Known:
    """Looked up once a batch; each event's context is made of it."""

    def __init__(self, turn: Turn, school: School, memory: Memory) -> None:
        self._room = turn.room
        self._school = school
        self._memory = memory
        self._edits_of: dict[EventId, list[EventId]] = {}
        self._wants_answers = False
        self._permits: set[tuple[UserId, str]] = set()
        self._used: list[tuple[UserId, str, EventId]] = []

    async def gather(
        self,
        connection: Any,
        read: Sequence[tuple[Waiting, RoomEvent]],
        *,
        edits: Sequence[tuple[EventId, EventId]],
    ) -> set[str]:
        """
        Look up what the events refer to.

        Args:
            edits: In this very batch, which is in no table yet: (original, edit).

        Returns:
            Who of the senders holds a pass.
        """
        senders = list({row.sender for row, _ in read})
        self._edits_of, hidden, holders, self._wants_answers = await events.gather(
            connection,
            self._room.room_id,
            messages=[row.event_id for row, _ in read],
            edited=[event.target for _, event in read if isinstance(event, Edited)],
            senders=senders,
        )
        for target, edit in edits:
            known = self._edits_of.setdefault(target, [])
            if edit not in known:
                known.append(edit)
        self._memory.hidden = hidden
        policy = self._school.policy_of(self._room.kind)
        if policy is not None and policy.reviews.permits:
            self._permits = await permits.open_to(
                connection, self._room.room_id, senders
            )
        return holders

    def context(
        self, row: Waiting, event: RoomEvent, author: Author, *, now: datetime
    ) -> Context:
        """Say what is known when an event is judged."""
        memory, school = self._memory, self._school
        known = Context(
            author=author,
            is_backlog=row.source != "road",
            hidden=frozenset(memory.hidden),
            edits=tuple(self._edits_of.get(event.event_id, ())),
            told=memory.told_lately("tell", row.sender, at=now),
            pupils=school.pupils_in(self._room),
            own_pupils=school.pupils_of(row.sender),
            at=row.sent_at.astimezone(school.zone),
            wants_answers=self._wants_answers,
            permit=self._has_permit(event),
            copies_elsewhere=self._copies_elsewhere(event),
        )
        return memory.history.context_for(event, author, known)

    def note(self, event: RoomEvent, context: Context) -> None:
        """Note that an event was judged by what was known: a permit is for one."""
        if context.permit and isinstance(event, Message):
            used = (event.sender, exactly(event))
            self._permits.discard(used)
            self._used.append((*used, event.event_id))

    async def write(self, connection: Any) -> None:
        """Write down which permits were used; in the caller's transaction."""
        for user_id, like, event_id in self._used:
            await permits.use(
                connection, self._room.room_id, user_id, like, event_id=event_id
            )

    def _has_permit(self, event: RoomEvent) -> bool:
        """Whether this very text was permitted, once."""
        if not self._permits or not isinstance(event, Message):
            return False
        return (event.sender, exactly(event)) in self._permits

    def _copies_elsewhere(self, event: RoomEvent) -> int:
        if not isinstance(event, Message):
            return 0
        return self._school.copies.elsewhere(event, self._room.room_id)
