"""How much of what is not wanted is found, by category; see ``unwanted.txt``."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appservice import policies
from appservice.domain.decide import decide
from appservice.domain.events import Message, Place, Text
from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.people import Author, Role
from appservice.domain.rule import Category, Context

AT_LEAST = 0.9
NAMES = {"links": Category.LINK}
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICIES = policies.load_all()


def unwanted() -> dict[str, list[tuple[KindName, Role, str]]]:
    """Give the messages of each category, with who sends them where."""
    by_category = defaultdict(list)
    heading: list[str] = []
    for line in Path(__file__).with_name("unwanted.txt").read_text().splitlines():
        if line.startswith("# ") and len(line.split()) == 4 and line.isascii():
            heading = line.split()[1:]
        elif line.strip() and not line.startswith("#"):
            category, kind, role = heading
            text = line.replace("\\n", "\n")
            by_category[category].append((KindName(kind), Role(role), text))
    return dict(by_category)


MESSAGES = unwanted()


def found_in(number: int, kind: KindName, role: Role, text: str) -> set[Category]:
    """Judge a message by itself."""
    sender = UserId(f"@{number}:s")
    event = Message(
        event_id=EventId(f"${number}"),
        room_id=RoomId("!room"),
        sender=sender,
        sent_at=MONDAY + timedelta(days=number),
        texts=(Text(place=Place.BODY, value=text),),
    )
    context = Context(author=Author(user_id=sender, role=role))
    verdict = decide(event, POLICIES[kind], context)
    return {violation.category for violation in verdict.violations}


@pytest.mark.parametrize("category", MESSAGES)
def test_of_each_category_nine_in_ten_are_found(category: str):
    """What is missed is seen here by its number, and by what is missed."""
    wanted = NAMES.get(category) or Category(category)
    messages = MESSAGES[category]

    missed = [
        text
        for number, (kind, role, text) in enumerate(messages)
        if wanted not in found_in(number, kind, role, text)
    ]

    assert len(messages) > 30
    assert len(missed) <= (1 - AT_LEAST) * len(messages), missed
