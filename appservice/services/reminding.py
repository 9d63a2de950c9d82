"""Reminding: questions that wait too long, and what was shown for a while only."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from appservice.domain.actions import Notice, Redact, Show, Tell
from appservice.domain.ids import EventId, UserId
from appservice.domain.people import Right
from appservice.domain.rooms import Room
from appservice.services.post import post
from appservice.services.school import School
from appservice.store import outbox, questions, rooms
from appservice.store.outbox import Decided
from appservice.store.questions import Asked

SHOWN_FOR: Final = timedelta(minutes=15)
"""How long a reviewer sees what was written."""

REMIND_EVERY: Final = timedelta(days=1)

REMIND_FOR: Final = timedelta(days=14)
"""After that nobody is reminded any more; the question stays open."""

SOON: Final = timedelta(seconds=30)


async def overdue(pool: Any, school: School, number: int) -> timedelta | None:
    """
    Call the deputies to a question that has waited too long.

    Returns:
        When to call again; None: it is decided, or nobody waits for it any more.
    """
    async with pool.acquire() as connection, connection.transaction():
        asked = await questions.find(connection, number)
        room = school.rooms.get(asked.room_id) if asked else None
        if asked is None or room is None or asked.choice is not None:
            return None
        people = _deputies(school, room, asked)
        await post(connection, [_reminder(school, room, asked, who) for who in people])
        age = await questions.age(connection, number)
    return REMIND_EVERY if age < REMIND_FOR else None


def _deputies(school: School, room: Room, asked: Asked) -> list[UserId]:
    """List who may answer now that it is overdue, but for those it concerns."""
    rights = (*asked.matter.rights, *asked.matter.deputy_rights)
    people = {
        user_id for right in rights for user_id in school.holding(room, Right(right))
    }
    return sorted(people - asked.question.concerned)


def _reminder(school: School, room: Room, asked: Asked, user_id: UserId) -> Decided:
    notice = school.notice(
        "question_waits",
        room,
        id=str(asked.id),
        at=asked.matter.details.get("at", "—"),
        rule=asked.matter.details.get("rule", ""),
    )
    return Decided(
        id=uuid4(),
        room_id=room.room_id,
        action=Tell(user_id=user_id, notice=notice),
        rule="question",
    )


async def take_away(pool: Any, action: UUID) -> timedelta | None:
    """
    Take away what was shown to somebody.

    Returns:
        When to try again, where it is not sent yet; None: it is gone, or never came.
    """
    async with pool.acquire() as connection, connection.transaction():
        became = await outbox.became(connection, action)
        if became is None:
            return None
        status, event_id, show = became
        if status == "waiting":
            return SOON
        if status != "done" or event_id is None or not isinstance(show, Show):
            return None
        room_id = await rooms.direct_room(connection, show.user_id)
        if room_id is None:
            return None
        notice = Notice(name="shown", language=show.language)
        redact = Redact(event_id=EventId(event_id), notice=notice)
        row = Decided(id=uuid4(), room_id=room_id, action=redact, rule="command")
        await post(connection, [row])
    return None
