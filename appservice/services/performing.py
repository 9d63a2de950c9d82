"""Performing: doing what a row of the outbox says; what follows is enforcement's."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid5

from appservice import metrics
from appservice.domain.actions import (
    Ask,
    Call,
    Notice,
    Recover,
    Redirect,
    Rename,
    Show,
    Tell,
)
from appservice.domain.ids import EventId, RoomId
from appservice.matrix import parse, perform, render
from appservice.matrix.client import MARK, Client
from appservice.matrix.media import picture_of
from appservice.services.direct import DirectRooms
from appservice.services.naming import Naming
from appservice.services.post import post
from appservice.services.review_rooms import ReviewRooms
from appservice.services.reviews import room_of_reviews
from appservice.services.school import School
from appservice.store import events, outbox, records
from appservice.store.outbox import Decided, Due

log = logging.getLogger(__name__)

SHOWN_AT_MOST: Final = 8000
"""Characters of a message that are shown to a reviewer; all must fit in one event."""

FRESH: Final = timedelta(seconds=2)
"""So soon after a member event we need not ask whether it is still the newest."""


class Performing:
    """Does one thing after the other on the homeserver; remembers nothing of it."""

    def __init__(
        self, pool: Any, client: Client, school: School, direct: DirectRooms
    ) -> None:
        self._pool = pool
        self._client = client
        self._school = school
        self._direct = direct
        self._naming = Naming(client, school)
        self._review_rooms = ReviewRooms(pool, client, school)

    async def perform(self, due: Due) -> str | None:
        """
        Do what a row says, unless an earlier attempt has done it.

        Returns:
            The event that came of it, or what else there is to say.

        Raises:
            Unavailable: Try again later.
            Refused: Never.
            Outdated: What it was decided on has changed.
        """
        return await self._done_already(due) or await self._perform(due)

    async def _done_already(self, due: Due) -> str | None:
        """Where an earlier attempt may have worked, look before sending again."""
        if due.maybe_sent_at is None:
            return None
        room_id: RoomId | None = due.room_id
        match due.action:
            case Call() | Redirect():
                return None
            case Tell(user_id=user_id) | Show(user_id=user_id):
                room_id = await self._direct.find(user_id)
            case Ask():
                about = self._school.rooms.get(due.room_id)
                room_id = room_of_reviews(self._school, about) if about else None
            case _:
                pass
        if room_id is None:
            return None
        return await perform.find_done(
            self._client,
            due.action,
            room_id=room_id,
            id_=due.id,
            since=due.maybe_sent_at,
        )

    async def _perform(self, due: Due) -> str | None:
        match due.action:
            case Tell() | Show():
                return await self._tell(due, due.action)
            case Call() | Ask():
                return await self._ask(due, due.action)
            case Recover(event_id=event_id):
                return await self._recover(due, event_id)
            case Redirect(user_id=user_id):
                return await self._direct.redirect(due, user_id)
            case Rename():
                return await self._rename(due, due.action)
            case action:
                return await perform.perform(
                    self._client, action, room_id=due.room_id, id_=due.id
                )

    async def _rename(self, due: Due, action: Rename) -> EventId | None:
        is_fresh = datetime.now(tz=UTC) - due.written_at < FRESH
        if not is_fresh or due.maybe_sent_at is not None:
            await perform.require_unchanged(self._client, action, due.room_id)
        return await self._naming.rename(due.room_id, action)

    async def _tell(self, due: Due, action: Tell | Show) -> str:
        user_id = action.user_id
        more: dict[str, str] = {}
        if isinstance(action, Tell):
            said = action.notice
        else:
            said, more = await self._shown(action)
        notice = self._school.in_language_of(user_id, said)
        room_id = await self._direct.open(
            user_id, language=notice.language, tried_since=due.maybe_sent_at
        )
        content = {**render.message(notice), **more, MARK: str(due.id)}
        return await self._client.send(room_id, "m.room.message", content, txn=due.id)

    async def _shown(self, show: Show) -> tuple[Notice, dict[str, str]]:
        """
        Read what a message said; nobody but the record keeps it until then.

        Returns:
            Its text, and its picture as content to which the text is the caption.
        """
        async with self._pool.acquire() as connection:
            raw = await records.raw(connection, show.event_id, show.room_id)
        decoded = parse.decode(raw) if raw is not None else None
        fields = decoded if isinstance(decoded, dict) else {}
        event = parse.parse(fields)
        room = self._school.rooms.get(show.room_id)
        said = "\n".join(dict.fromkeys(text.value for text in event.texts))
        name = "shown" if said else "shown_nothing"
        notice = Notice(
            name="shown_in_part" if len(said) > SHOWN_AT_MOST else name,
            language=show.language,
            room_id=show.room_id,
            event_id=show.event_id,
            values={
                "id": str(show.question),
                "who": self._school.name(event.sender, room) if room else event.sender,
                "room": room.name if room else "",
                "text": said[:SHOWN_AT_MOST],
                "count": str(SHOWN_AT_MOST),
                "all": str(len(said)),
            },
        )
        return notice, picture_of(fields.get("content"))

    async def _ask(self, due: Due, action: Call | Ask) -> str:
        if isinstance(action, Call):
            return await self._call(due, action)
        room = self._school.rooms[due.room_id]
        return await self._review_rooms.ask(
            room, action, id_=due.id, tried_since=due.maybe_sent_at
        )

    async def _call(self, due: Due, call: Call) -> str:
        """Turn into one row per person, so that each is told once, whatever happens."""
        room = self._school.rooms.get(due.room_id)
        people = self._school.holders(room, call.right) if room else []
        rows = [
            Decided(
                id=uuid5(due.id, user_id),
                room_id=due.room_id,
                action=Tell(user_id=user_id, notice=call.notice),
                rule="call",
            )
            for user_id in people
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            ended = await outbox.finish(
                connection, [due.id], status="done", result=f"{len(people)} called"
            )
            await post(connection, rows)
        # Not left to the end of all actions: there, this one has ended already.
        for kind in ended:
            metrics.ACTIONS.labels(kind, "done").inc()
        if not people:
            log.warning("nobody to call", extra={"room_id": due.room_id})
        return f"{len(people)} called"

    async def _recover(self, due: Due, event_id: EventId) -> str:
        raw, because = await perform.recover(self._client, due.room_id, event_id)
        async with self._pool.acquire() as connection:
            await events.keep_original(
                connection, event_id, due.room_id, raw=raw, because=because
            )
        return because
