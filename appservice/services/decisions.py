"""Decisions: an answer to a question is taken, and what it decides is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from appservice.domain import questions as asking
from appservice.domain.actions import Action, Notice, Redact, Send, Tell
from appservice.domain.ids import EventId, RoomId
from appservice.domain.people import Person
from appservice.domain.questions import (
    Answer,
    Answerer,
    Noted,
    Refusal,
    TooLate,
    answer,
)
from appservice.domain.rooms import Room
from appservice.domain.standing import standing_of
from appservice.matrix import render
from appservice.services import permits, reviews
from appservice.services.releasing import release
from appservice.services.reviews import COMPLAINT, UPHOLD
from appservice.services.school import School
from appservice.store import questions
from appservice.store.outbox import Decided
from appservice.store.questions import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What came of an answer."""

    text: str
    """Told to whoever answered: a sentence of ours, with ``values`` in it."""
    values: Mapping[str, str] = field(default_factory=dict)
    is_done: bool = False
    rows: tuple[Decided, ...] = ()


def answerer(school: School, person: Person, room: Room) -> Answerer:
    """Say what somebody is in the room a question is about."""
    assert person.user_id is not None
    return Answerer(
        user_id=person.user_id,
        rights=school.rights_in(person, room),
        posts=frozenset(
            post.name for post in person.posts if post.scope in (None, room.scope)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Takes answers, in the caller's transaction."""

    school: School
    zone: ZoneInfo

    async def take(
        self,
        connection: Any,
        asked: Asked,
        room: Room,
        given: Answer,
        *,
        reason: str | None,
        because: EventId,
    ) -> Settled:
        """
        Take an answer, and do what it decides.

        Args:
            room: The room the question is about; it is ours until the end.
            because: The event that answers.
        """
        values = {"id": str(asked.id), "room": room.name}
        if asked.choice == MOOT:
            return Settled(text=IS_MOOT, values=values)
        reaction = answer(asked.question, given)
        if isinstance(reaction, Refusal):
            return Settled(text=REFUSALS[reaction], values=values)
        if isinstance(reaction, TooLate):
            who = self.school.name(reaction.by, room)
            return Settled(text=TOO_LATE, values={**values, "who": who})
        if self._is_above(asked, given, room):
            return Settled(text=ABOVE, values=values)
        await questions.answered(
            connection,
            asked.id,
            given,
            reason=reason,
            event_id=because,
            decides=isinstance(reaction, asking.Decided),
        )
        if isinstance(reaction, Noted):
            return Settled(text=NOTED, values=values, is_done=True)
        text, actions = await self._follow(connection, asked, room, given.choice)
        rows = [
            *(_row(room.room_id, action, because) for action in actions),
            *await self._mark_cards(connection, asked, room, given, because),
        ]
        return Settled(text=text, values=values, is_done=True, rows=tuple(rows))

    def _is_above(self, asked: Asked, given: Answer, room: Room) -> bool:
        """Nobody takes away what somebody at or above them has written."""
        if given.choice != UPHOLD or asked.subject is None or asked.kind != "review":
            return False
        if asked.matter.details.get("outcome") == "hold":
            return False
        author = self.school.person(asked.subject)
        by = self.school.person(given.who.user_id)
        theirs = self.school.rights_in(author, room) if author else frozenset()
        return standing_of(author, theirs) >= standing_of(by, given.who.rights)

    # What follows -----------------------------------------------------------------

    async def _follow(
        self, connection: Any, asked: Asked, room: Room, choice: str
    ) -> tuple[str, list[Action]]:
        """Say what is done, and do it."""
        if asked.kind == permits.KIND:
            return await permits.follow(connection, self.school, asked, room, choice)
        assert asked.event_id is not None
        if asked.matter.details.get("outcome") == "hold":
            return await self._of_held(connection, asked, room, choice)
        if choice == UPHOLD:
            notice = self._about(asked, room, "hidden")
            redact = Redact(event_id=asked.event_id, notice=notice)
            return HIDDEN, [redact, *self._told(asked, room, "hidden_by_person")]
        if choice == COMPLAINT:
            return IS_COMPLAINT, self._told(asked, room, "is_complaint")
        return LEFT, []

    async def _of_held(
        self, connection: Any, asked: Asked, room: Room, choice: str
    ) -> tuple[str, list[Action]]:
        if choice == UPHOLD:
            return UPHELD, self._told(asked, room, "upheld")
        assert asked.event_id is not None
        again = await release(connection, self.school, room, asked.event_id)
        told = "released" if again is not None else "released_not_posted"
        text = RELEASED if again is not None else RELEASED_NOT_POSTED
        return text, [
            *([again] if again is not None else []),
            *self._told(asked, room, told),
        ]

    def _told(self, asked: Asked, room: Room, name: str) -> list[Action]:
        """Tell whose matter it is what was decided, and by which clause."""
        if asked.subject is None:
            return []
        notice = self._about(asked, room, name)
        return [Tell(user_id=asked.subject, notice=notice)]

    def _about(self, asked: Asked, room: Room, name: str) -> Notice:
        """Make a notice that quotes the clauses as they stood when it was asked."""
        return msgspec.structs.replace(
            self.school.notice(name, room),
            event_id=asked.event_id,
            quotes=asked.matter.quotes,
        )

    async def _mark_cards(
        self,
        connection: Any,
        asked: Asked,
        room: Room,
        given: Answer,
        because: EventId,
    ) -> list[Decided]:
        """Write on the cards what was decided and by whom: the others see it there."""
        place = reviews.room_of_reviews(self.school, room)
        if place is None:
            return []
        notice = self.school.notice(
            f"card_was_{given.choice}",
            room,
            id=str(asked.id),
            who=self.school.name(given.who.user_id, room),
            when=f"{given.at.astimezone(self.zone):%m-%d %H:%M}",
        )
        return [
            _row(
                place, Send(type="m.room.message", content=_edit(notice, each)), because
            )
            for each in await questions.cards_of(connection, asked.id)
        ]


def _row(room_id: RoomId, action: Action, because: EventId) -> Decided:
    return Decided(
        id=uuid4(), room_id=room_id, action=action, rule="review", because=because
    )


def _edit(notice: Notice, event_id: EventId) -> dict[str, Any]:
    """Write a notice in the place of an earlier one (Matrix spec, m.replace)."""
    content = render.message(notice)
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


REFUSALS: Final[Mapping[Refusal, str]] = {
    Refusal.CONCERNED: "No. {id} is a matter of your own, so somebody else decides it; "
    "nothing was done.",
    Refusal.NOT_ASKED: "No. {id} is for others to decide; nothing was done.",
    Refusal.NO_SUCH_CHOICE: "No. {id} cannot be answered like this; nothing was done.",
    Refusal.ANSWERED: "Your answer to no. {id} is noted already.",
}
MOOT: Final = "moot"
"""Of a question about something that could not be put away after all."""

IS_MOOT: Final = "No. {id} is settled; nothing was done."
TOO_LATE: Final = "No. {id} was decided by {who} before; that stands."
ABOVE: Final = (
    "Whoever wrote no. {id} stands at or above you in “{room}”, so somebody else must "
    "decide to put it away; nothing was done."
)
NOTED: Final = "Your answer to no. {id} is noted; somebody else must answer as well."
HIDDEN: Final = "No. {id}: I put the message away and tell its author why."
LEFT: Final = "No. {id}: the message stays where it is."
IS_COMPLAINT: Final = (
    "No. {id}: it stays, as a complaint. Please see that it is answered."
)
UPHELD: Final = "No. {id}: the message stays put away; its author is told."
RELEASED: Final = "No. {id}: the message stands in “{room}” again."
RELEASED_NOT_POSTED: Final = (
    "No. {id}: released; I cannot post it again, so its author is asked to."
)
