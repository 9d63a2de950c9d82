"""Names are looked at in a room; what is to be done about them is decided."""

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from appservice.domain.house import NameMode, Names
from tests.road import BOT, PUPIL, STRANGER, Road, build, policy, raw

NO_TEMPLATES = [
    Names(),
    Names(mode=NameMode.ENFORCE),
    Names(
        mode=NameMode.ENFORCE, templates=MappingProxyType({"teacher": ("{name}老师",)})
    ),
]


def joined(user_id: str, name: str | None) -> bytes:
    content: dict[str, Any] = {"membership": "join", "displayname": name}
    return raw(
        type_="m.room.member", content=content, state_key=user_id, sender=user_id
    )


async def called(pool, name: str, names: Names) -> list[tuple[str, str]]:
    """Let a pupil come in under a name; return who is renamed, and to what."""
    road: Road = await build(pool, kinds=replace(policy(), names=names))
    road.school.reaches = lambda _user_id: True
    create: dict[str, Any] = {"room_version": "12"}
    await road.take(
        raw(type_="m.room.create", content=create, state_key="", sender=BOT),
        joined(BOT, "Homeroom"),
        joined(PUPIL, name),
    )
    await road.judge()
    rows = await road.fetch("SELECT body FROM actions WHERE kind = 'rename'")
    bodies = [json.loads(row["body"]) for row in rows]
    return [(body["user_id"], body["content"]["displayname"]) for body in bodies]


@pytest.mark.parametrize("names", NO_TEMPLATES)
async def test_without_a_template_a_teachers_name_is_still_the_teachers(pool, names):
    """Nobody may speak as a teacher where names are free; their own name is known."""
    assert await called(pool, "王\u200b老师", names) == [(PUPIL, "小明")]


@pytest.mark.parametrize("names", NO_TEMPLATES)
async def test_without_a_template_any_other_name_is_right(pool, names):
    """``off`` means off."""
    assert await called(pool, "踢球大王", names) == []


async def test_a_stranger_cannot_call_the_owner_again_and_again(pool):
    """Each mask is taken away; about one account the owner hears once a day."""
    road = await build(pool)
    await road.take(
        raw(
            type_="m.room.create",
            content={"room_version": "12"},
            state_key="",
            sender=BOT,
        ),
        joined(BOT, "Homeroom"),
        joined(STRANGER, "王老师"),
    )
    await road.judge()
    await road.take(joined(STRANGER, "王 老师"))
    await road.judge()

    rules = [row["rule"] for row in await road.fetch("SELECT rule FROM actions")]
    assert rules.count("names") == 2
    assert rules.count("name_stranger") == 1
