"""Cooling down: those who quarrel only read for a short while (B1-40)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from appservice.domain import spans
from appservice.domain.actions import Tell
from appservice.domain.ids import EventId
from appservice.domain.rule import CoolDown
from appservice.services.school import School
from appservice.store import desired, mutes
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided

AT_MOST: Final = timedelta(minutes=30)
"""What may happen without a person: it ends by itself, and is short."""


async def cool_down(
    connection: Any,
    school: School,
    turn: Turn,
    wanted: Sequence[tuple[EventId, CoolDown]],
    *,
    at: datetime,
) -> list[Decided]:
    """
    Let people only read for a while; a mute that a person set is left as it is.

    Args:
        wanted: Because of which event who, and how long.
    """
    room = turn.room
    standing = await desired.standing(connection, room.room_id)
    running = set(standing.mutes)
    rows = []
    for because, each in wanted:
        until = at + min(each.duration, AT_MOST)
        for user_id in each.user_ids:
            person = school.person(user_id)
            if person is None or user_id in running:
                continue
            running.add(user_id)
            await mutes.mute(
                connection,
                room.room_id,
                user_id,
                until=until,
                by=school.bot,
                because=because,
                reason="cool-down",
            )
            language = person.language or school.language_in(room)
            local, now = until.astimezone(school.zone), at.astimezone(school.zone)
            ends = spans.say(local, now=now, language=language)
            tell = Tell(
                user_id=user_id, notice=school.notice("cooled_down", room, until=ends)
            )
            rows.append(
                Decided(
                    id=uuid4(),
                    room_id=room.room_id,
                    action=tell,
                    rule="quarrel",
                    because=because,
                )
            )
    return rows
