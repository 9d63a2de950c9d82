"""Folds: what the events of a batch change in what is kept of their room."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from appservice import metrics
from appservice.domain.events import Edited, Redacted, RoomEvent
from appservice.domain.ids import EventId, UserId
from appservice.domain.power_levels import Levels
from appservice.matrix.canonical import canonical
from appservice.matrix.client import ANNOUNCEMENT, MARK
from appservice.services.memory import Memory
from appservice.store import announcements, events, outbox
from appservice.store.inbox import Turn, Waiting


class Folds:
    """Collects, and writes at the end."""

    def __init__(
        self, turn: Turn, memory: Memory, accounts: Collection[UserId]
    ) -> None:
        self.state: list[tuple[str, str, str, str, bytes]] = []
        self.edits: list[tuple[EventId, EventId]] = []
        self.redactions: list[
            tuple[EventId, EventId | None, str, str | None, datetime]
        ] = []
        self.echoes: list[tuple[UUID, EventId]] = []
        self.announced: list[tuple[UUID, EventId]] = []
        self._turn = turn
        self._memory = memory
        self._accounts = accounts

    def fold(self, row: Waiting, fields: dict[str, Any], event: RoomEvent) -> None:
        """Take note of what an event changes."""
        if row.state_key is not None and self._is_news(row):
            self._fold_state(row, fields)
        match event:
            case Edited(target=target, event_id=event_id):
                self.edits.append((target, event_id))
            case Redacted(event_id=event_id, target=target, reason=reason):
                at = row.sent_at
                self.redactions.append((event_id, target, row.sender, reason, at))
                if self._memory.state is not None and target is not None:
                    self._memory.state.redact(target)
            case _:
                pass
        if row.sender in self._accounts:
            self._hear_echo(row, fields)

    def _is_news(self, row: Waiting) -> bool:
        """
        Whether a state event may be newer than what is folded.

        What reconciling found may be older: it reads state whole, and what had come
        before it did is in there, or something newer in its place.
        """
        read_at = self._turn.state_at
        return row.source == "road" and (read_at is None or row.received_at > read_at)

    def _fold_state(self, row: Waiting, fields: dict[str, Any]) -> None:
        content = fields.get("content")
        raw = canonical(content if isinstance(content, dict) else {})
        key = row.state_key or ""
        self.state.append((row.type, key, row.event_id, row.sender, raw))
        if self._memory.state is not None:
            self._memory.state.fold(row.type, key, row.event_id, row.sender, raw)
        if row.type == "m.room.power_levels":
            self._memory.levels = Levels.read(
                raw, None, creators=self._memory.levels.creators
            )

    def _hear_echo(self, row: Waiting, fields: dict[str, Any]) -> None:
        content = fields.get("content")
        mark = content.get(MARK) if isinstance(content, dict) else None
        if isinstance(mark, str):
            try:
                action = UUID(mark)
            except ValueError:
                return
            self.echoes.append((action, row.event_id))
            if isinstance(content, dict) and content.get(ANNOUNCEMENT) is True:
                self.announced.append((action, row.event_id))

    async def write(self, connection: Any) -> None:
        """Write all of it; in the caller's transaction."""
        room_id = self._turn.room.room_id
        if self.state:
            await events.fold_state(connection, room_id, self.state)
        if self.edits:
            await events.fold_edits(connection, room_id, self.edits)
        if self.redactions:
            await events.fold_redactions(connection, room_id, self.redactions)
        for action, event_id in self.echoes:
            # Our own events have come back: what they stood for is done.
            kinds = await outbox.finish(
                connection, [action], status="done", result=event_id
            )
            for kind in kinds:
                metrics.ACTIONS.labels(kind, "done").inc()

    async def published(self, connection: Any) -> list[EventId]:
        """Note which announcements have become events; return these, oldest first."""
        return [
            event_id
            for action, event_id in self.announced
            if await announcements.published(
                connection, action, event_id, self._turn.room.room_id
            )
        ]
