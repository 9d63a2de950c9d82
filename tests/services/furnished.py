"""A class room that is as it should be, without a homeserver: tests disturb it."""

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from appservice.commands.answering import Answering
from appservice.domain.house import NameMode, Names, Settings
from appservice.domain.people import Right
from appservice.domain.rooms import Mode
from appservice.services.breaker import Breaker
from appservice.services.moderation import Moderation
from appservice.services.room_check import RoomChecks
from tests.road import BOT, OTHER_PUPIL, PUPIL, TEACHER, Road, build, policy, raw

POLICY = replace(
    policy(),
    rights=MappingProxyType(
        {
            "class_teacher": frozenset(
                {Right.OWN, Right.REVIEW, Right.MODERATE, Right.ANNOUNCE}
            )
        }
    ),
    names=Names(
        mode=NameMode.ENFORCE,
        templates=MappingProxyType({"student": ("{name}",), "teacher": ("{name}",)}),
    ),
    settings=Settings(official="学校官方群"),
)
NAMES = {PUPIL: "小明", OTHER_PUPIL: "小红", TEACHER: "王老师", BOT: "Homeroom"}


def member(
    user_id: str, name: str | None = None, *, membership: str = "join", **more: Any
) -> bytes:
    content: dict[str, Any] = {"membership": membership, **more}
    if name is not None:
        content["displayname"] = name
    return state("m.room.member", content, key=user_id, sender=user_id)


def state(
    type_: str, content: dict[str, Any], *, key: str = "", sender: str = BOT
) -> bytes:
    return raw(type_=type_, content=content, state_key=key, sender=sender)


async def furnish(road: Road) -> None:
    """Let the room be as the homeserver made it, with everybody in it."""
    await road.take(
        state("m.room.create", {"room_version": "12"}),
        state("m.room.power_levels", {"users": {}}),
        *(member(user_id, name) for user_id, name in NAMES.items()),
    )
    await road.judge()


async def kept(pool, *, mode: Mode = Mode.ENFORCE, **more: Any) -> Road:
    """Build a road whose room is as it should be."""
    road = await build(pool, mode=mode, kinds=POLICY, **more)
    road.school.reaches = lambda user_id: not user_id.startswith("@admin")
    checks = RoomChecks(pool, road.school, road.tower)
    answering = Answering(road.school, checks, zone=ZoneInfo("Asia/Shanghai"))
    road.moderation = Moderation(pool, road.school, road.tower, Breaker(), answering)
    await furnish(road)
    await checks.all()
    return road


async def decided(road: Road, kind: str) -> list[dict[str, Any]]:
    rows = await road.fetch(
        "SELECT body, status, rule, because FROM actions WHERE kind = $1 ORDER BY seq",
        kind,
    )
    return [{**json.loads(row["body"]), **dict(row)} for row in rows]


async def settle(road: Road) -> None:
    """Let everything that waits be done, and its echo come back."""
    while True:
        rows = await road.fetch(
            "SELECT a.id, a.body FROM actions AS a JOIN outbox AS o USING (id) "
            "ORDER BY o.seq"
        )
        if not rows:
            return
        for row in rows:
            body = json.loads(row["body"])
            await road.fetch("DELETE FROM outbox WHERE id = $1", row["id"])
            await road.fetch(
                "UPDATE actions SET status = 'done' WHERE id = $1", row["id"]
            )
            match body["act"]:
                case "set_state":
                    await road.take(state(body["type"], body["content"]))
                case "rename":
                    user = body["user_id"]
                    await road.take(
                        state("m.room.member", body["content"], key=user, sender=user)
                    )
                case _:
                    pass
        await road.judge()
