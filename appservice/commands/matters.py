"""Matters: which question a command or a reaction answers, and who may."""

import re
from typing import Any, Final

from appservice.domain.ids import EventId
from appservice.domain.people import Person, Right
from appservice.domain.rooms import Room
from appservice.matrix.render import label, translate
from appservice.services.school import School
from appservice.store import questions

NUMBER: Final = re.compile(
    r"\s*(?:no\.?|nr\.?|第)?\s*[#＃№]?\s*(\d{1,15})(?:号|項|项)?"
)

LISTED_AT_MOST: Final = 20

ASKED: Final = frozenset({Right.REVIEW, Right.OWN, Right.OVERSEE})


async def number_meant(
    connection: Any, rest: str, reply_to: EventId | None
) -> tuple[int | None, str]:
    """
    Read which question is meant: by its number, or as a reply to its card.

    Returns:
        None where it cannot be told; and what else was written.
    """
    match = NUMBER.match(rest)
    if match is not None:
        return int(match[1]), rest[match.end() :].strip(" \t\n,，:：。.")
    if reply_to is not None:
        return await questions.of_card(connection, reply_to), rest.strip()
    return None, rest.strip()


async def waiting(
    connection: Any, school: School, person: Person, *, language: str
) -> list[str]:
    """List what waits for somebody, a line each: number, room, rule, when."""
    lines: list[str] = []
    for room in school.managed:
        if not _may_be_asked(school, person, room):
            continue
        for number, matter in await questions.open_in(connection, room.room_id):
            if person.user_id in matter.concerned:
                continue
            rule = translate(label(matter.details.get("rule", "")), language)
            at = matter.details.get("at", "")
            lines.append(f"· {number} {room.name} {rule} {at}".rstrip())
    return lines[:LISTED_AT_MOST]


def _may_be_asked(school: School, person: Person, room: Room) -> bool:
    return bool(ASKED & school.rights_in(person, room))
