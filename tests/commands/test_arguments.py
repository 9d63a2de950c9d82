"""Whom a command is about, and what is asked back where that is not plain."""

import json
from zoneinfo import ZoneInfo

import pytest

from appservice.commands.answering import Answering
from appservice.domain.ids import PersonId, UserId
from appservice.domain.people import Person, Role
from appservice.services.breaker import Breaker
from appservice.services.moderation import Moderation
from appservice.services.room_check import RoomChecks
from tests.road import BOT, PEOPLE, TEACHER, build, raw


def pupil(id_: str, name: str) -> Person:
    return Person(
        id=PersonId(id_),
        name=name,
        roles=frozenset({Role.STUDENT}),
        classes=frozenset({"三年级2班"}),
        user_id=UserId(f"@{id_}:school.test"),
    )


async def answer_to(pool, text: str) -> str:
    """Let the class teacher write something; return what comes back in private."""
    people = (*PEOPLE, pupil("s8", "王小雨"), pupil("s9", "张小雨"))
    road = await build(pool, people=people)
    answering = Answering(
        road.school,
        RoomChecks(pool, road.school, road.tower),
        zone=ZoneInfo("Asia/Shanghai"),
    )
    road.moderation = Moderation(pool, road.school, road.tower, Breaker(), answering)
    created = {"room_version": "12"}
    await road.take(
        raw(type_="m.room.create", content=created, state_key="", sender=BOT),
        raw(text, sender=TEACHER),
    )
    await road.judge()
    rows = await road.fetch("SELECT body FROM actions WHERE kind = 'tell'")
    (word,) = (json.loads(row["body"])["notice"]["values"]["text"] for row in rows)
    return str(word)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("!禁言 小雨", "这里叫「小雨」的不止一位。是哪一位：王小雨、张小雨？"),
        ("!禁言 王晓雨", "这里没有找到「王晓雨」。是不是：王小雨？"),
        ("!禁言 欧阳锋", "这里没有找到「欧阳锋」；"),
    ],
)
async def test_between_two_people_nothing_is_guessed(pool, written, answer):
    """Whoever mutes somebody must have named them, and hears that nothing was done."""
    said = await answer_to(pool, written)

    assert said.startswith(answer)
    assert said.endswith("什么也没有做。")
