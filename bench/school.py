"""A sample school for the benchmarks: rooms, people, and what they write."""

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appservice import policies
from appservice.domain.ids import KindName, PersonId, RoomId, UserId
from appservice.domain.people import Person, Role
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.services.school import School
from appservice.store import rooms as rooms_store
from appservice.store import roster

DOMAIN = "school.test"
KIND = KindName("class_students")

CHAT = (
    "今天的数学作业是第几页?",
    "老师,明天要带彩纸和剪刀吗?",
    "我把笔记发给你,你看一下第三题",
    "下午四点在操场集合,别迟到",
    "谢谢老师,我知道了",
    "请问家长会是几点开始,在哪个教室?",
    "Can you send me the English words again?",
    "运动会我报名跳远和接力",
)
BANNED = "你真是个傻逼"
"""On the shipped word list of class_students."""


def room_id(number: int) -> RoomId:
    """Name a room as room version 12 does, without a server name."""
    return RoomId(f"!bench{number:040d}")


def pupil(number: int) -> UserId:
    """Name a pupil."""
    return UserId(f"@pupil{number}:{DOMAIN}")


async def fill(connection: Any, *, count: int, pupils: int = 200) -> list[RoomId]:
    """Make rooms that are enforced, and a roster of their pupils."""
    ids = [room_id(number) for number in range(count)]
    for number, id_ in enumerate(ids):
        room = Room(
            room_id=id_,
            room_class=RoomClass.MANAGED,
            kind=KIND,
            name=f"{number}班",
            scope=f"{number}班",
            mode=Mode.ENFORCE,
        )
        await rooms_store.add(connection, room)
    people = [
        Person(
            id=PersonId(f"s{number}"),
            name=f"学生{number}",
            roles=frozenset({Role.STUDENT}),
            classes=frozenset({f"{number % max(count, 1)}班"}),
            user_id=pupil(number),
        )
        for number in range(pupils)
    ]
    async with connection.transaction():
        await roster.replace(connection, people, source="bench", content=b"")
    return ids


async def as_services_know_it(pool: Any) -> School:
    """Load the school as a service does at its start."""
    ours = School(
        policies=policies.load_all(),
        bot=UserId(f"@homeroom:{DOMAIN}"),
        keeper=UserId(f"@homeroom_keeper:{DOMAIN}"),
    )
    async with pool.acquire() as connection:
        await ours.load_rooms(connection)
        await ours.load_people(connection)
    return ours


def event(
    id_: str, room: RoomId, sender: UserId, content: dict[str, Any], **more: Any
) -> bytes:
    """Make an event about as large as Synapse's."""
    fields = {
        "event_id": f"${id_:0>43}",
        "room_id": room,
        "sender": sender,
        "type": "m.room.message",
        "origin_server_ts": 1_795_000_000_000 + more.pop("at", 0),
        "content": content,
        "unsigned": {"age": 41},
        "user_id": sender,
        "age": 41,
        **more,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def mixed(rooms: list[RoomId], count: int, *, prefix: str = "") -> Iterator[bytes]:
    """
    Write ``count`` events: 2 % violating, 5 % edits, 10 % reactions, the rest chat.

    Always the same ones; ids differ by ``prefix``.
    """
    chance = random.Random(7)  # noqa: S311
    for number in range(count):
        room = rooms[number % len(rooms)]
        sender = pupil(chance.randrange(200))
        id_, kind = f"{prefix}{number}", chance.random()
        target = f"${prefix}{max(number - len(rooms), 0):0>43}"
        text = f"{chance.choice(CHAT)} {chance.randrange(10_000)}"
        content: dict[str, Any] = {"msgtype": "m.text", "body": text}
        more: dict[str, Any] = {"at": number * 137}
        if kind < 0.02:
            content["body"] = f"{BANNED} {number}"
        elif kind < 0.07:
            content = {
                "msgtype": "m.text",
                "body": f"* {text}",
                "m.new_content": content,
                "m.relates_to": {"rel_type": "m.replace", "event_id": target},
            }
        elif kind < 0.17:
            content = {
                "m.relates_to": {
                    "rel_type": "m.annotation",
                    "event_id": target,
                    "key": "👍",
                }
            }
            more["type"] = "m.reaction"
        yield event(id_, room, sender, content, **more)


def transactions(events: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Put events into transaction bodies of ``size``."""
    batch: list[bytes] = []
    for one in events:
        batch.append(one)
        if len(batch) == size:
            yield b'{"events":[' + b",".join(batch) + b"]}"
            batch = []


def directory() -> Path:
    """Return a fresh place every account may enter."""
    path = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="homeroom-bench-"))
    path.chmod(0o711)
    return path
