"""Small valid things to arrange tests with: mention only what matters."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from appservice.domain.events import (
    Edited,
    MemberChanged,
    Message,
    Place,
    Reacted,
    StateChanged,
    Text,
)
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.people import Author, Right, Role
from appservice.domain.rule import Category, Context, Past
from appservice.domain.text import fold, likeness

ROOM = RoomId("!class:school.example")
XIAOMING = UserId("@xiaoming:school.example")
TEACHER = UserId("@wang:school.example")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def texts(*values: str, place: Place = Place.BODY) -> tuple[Text, ...]:
    return tuple(Text(place=place, value=value) for value in values)


def message(
    *bodies: str,
    sender: UserId = XIAOMING,
    sent_at: datetime = NOON,
    msgtype: str = "m.text",
    media: str | None = None,
    place: Place = Place.BODY,
    event_id: str = "$message",
) -> Message:
    return Message(
        event_id=EventId(event_id),
        room_id=ROOM,
        sender=sender,
        sent_at=sent_at,
        texts=texts(*bodies, place=place),
        msgtype=msgtype,
        media=media,
    )


def edited(*bodies: str, sender: UserId = XIAOMING) -> Edited:
    return Edited(
        event_id=EventId("$edit"),
        room_id=ROOM,
        sender=sender,
        sent_at=NOON,
        texts=texts(*bodies),
        target=EventId("$message"),
    )


def reacted(key: str, *, sender: UserId = XIAOMING) -> Reacted:
    return Reacted(
        event_id=EventId("$reaction"),
        room_id=ROOM,
        sender=sender,
        sent_at=NOON,
        texts=texts(key, place=Place.REACTION),
        target=EventId("$message"),
    )


def member(
    displayname: str, *, membership: str = "join", user_id: UserId = XIAOMING
) -> MemberChanged:
    return MemberChanged(
        event_id=EventId("$member"),
        room_id=ROOM,
        sender=user_id,
        sent_at=NOON,
        texts=texts(displayname, place=Place.DISPLAY_NAME),
        user_id=user_id,
        membership=membership,
        displayname=displayname,
    )


def state(*bodies: str, type: str = "m.room.topic") -> StateChanged:  # noqa: A002
    return StateChanged(
        event_id=EventId("$state"),
        room_id=ROOM,
        sender=XIAOMING,
        sent_at=NOON,
        texts=texts(*bodies, place=Place.TOPIC),
        type=type,
        state_key="",
    )


def author(
    role: Role = Role.STUDENT,
    *,
    user_id: UserId = XIAOMING,
    rights: Iterable[Right] = (),
) -> Author:
    return Author(user_id=user_id, role=role, rights=frozenset(rights))


def past(
    body: str,
    *,
    ago: timedelta = timedelta(minutes=1),
    sender: UserId = XIAOMING,
    from_staff: bool = False,
    categories: Iterable[Category] = (),
) -> Past:
    """Tell of a message sent ``ago`` before noon."""
    earlier = message(body, sender=sender, sent_at=NOON - ago)
    return Past(
        event_id=EventId(f"${ago}"),
        sender=sender,
        sent_at=earlier.sent_at,
        likeness=likeness(earlier),
        from_staff=from_staff,
        words=fold(body),
        categories=frozenset(categories),
    )


def context(role: Role = Role.STUDENT, *, recent: Iterable[Past] = ()) -> Context:
    return Context(author=author(role), recent=tuple(recent))
