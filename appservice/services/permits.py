"""Permits: what an owner lets a member post once, word by word (A43, X13)."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from appservice.domain.actions import Action, Tell
from appservice.domain.events import Message, Place, Text
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.people import Right
from appservice.domain.rooms import Room
from appservice.domain.text import exactly
from appservice.services.reviews import RELEASE, UPHOLD
from appservice.services.school import School
from appservice.store import permits
from appservice.store.questions import Asked, Matter, New

KIND: Final = "permit"

WAIT: Final = timedelta(days=1)


def of_text(text: str) -> str:
    """Say what a message with this text will be like, and no other."""
    message = Message(
        event_id=EventId(""),
        room_id=RoomId(""),
        sender=UserId(""),
        sent_at=datetime.fromtimestamp(0, tz=UTC),
        texts=(Text(place=Place.BODY, value=text),),
    )
    return exactly(message)


def request(
    text: str,
    *,
    by: UserId,
    event_id: EventId,
    written_in: RoomId,
    role: str,
    room: str,
) -> New:
    """Ask the owner whether somebody may post a text."""
    return New(
        kind=KIND,
        matter=Matter(
            choices=(RELEASE, UPHOLD),
            rights=(Right.OWN.value,),
            deputy_rights=(Right.OVERSEE.value,),
            concerned=(by,),
            details={
                "outcome": KIND,
                "rule": "advertising",
                "role": role,
                "room": room,
                "likeness": of_text(text),
                "written_in": written_in,
            },
        ),
        subject=by,
        event_id=event_id,
        wait=WAIT,
    )


async def follow(
    connection: Any, school: School, asked: Asked, room: Room, choice: str
) -> tuple[str, list[Action]]:
    """Do what the owner decided, and tell whoever asked."""
    assert asked.subject is not None
    policy = school.policy_of(room.kind)
    if choice != RELEASE or policy is None:
        notice = school.notice("permit_refused", room)
        return REFUSED, [Tell(user_id=asked.subject, notice=notice)]
    lasts = policy.reviews.permit_lasts
    await permits.grant(
        connection,
        asked.id,
        room_id=room.room_id,
        user_id=asked.subject,
        likeness=asked.matter.details["likeness"],
        valid=lasts,
    )
    notice = school.notice("permit_granted", room, days=str(max(lasts.days, 1)))
    return GRANTED, [Tell(user_id=asked.subject, notice=notice)]


GRANTED: Final = "No. {id}: it may be posted once, word by word; its author is told."
REFUSED: Final = "No. {id}: it may not be posted; its author is told."
