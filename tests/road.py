"""The road in pieces, for tests that look at one of them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType
from typing import Any

from appservice.domain.ids import ClauseId, KindName, PersonId, RoomId, UserId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.people import Person, Post, Right, Role
from appservice.domain.policy import Clause, Policy
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.domain.rule import ActiveRule
from appservice.domain.rules import abuse, flooding
from appservice.services.bell import Tower
from appservice.services.breaker import Breaker
from appservice.services.intake import Intake
from appservice.services.moderation import Moderation
from appservice.services.school import School
from appservice.store import rooms, roster

BOT = UserId("@homeroom:school.test")
KEEPER = UserId("@homeroom_keeper:school.test")
PUPIL = UserId("@xiaoming:school.test")
OTHER_PUPIL = UserId("@xiaohong:school.test")
TEACHER = UserId("@wang:school.test")
STRANGER = UserId("@who:school.test")
ROOM = RoomId("!class")
KIND = KindName("class_students")
BAD = "笨猪"
"""A word that the tests' policy holds."""

_numbers = count(1)


def policy(*, lists: Sequence[str] = (BAD,)) -> Policy:
    """Hold one word, refuse the third copy."""
    lexicon = Lexicon([WordList(name="abuse", words=tuple(lists))])
    words = abuse.Settings(clauses=(ClauseId("B3-14"),), lexicon=lexicon)
    clauses = {
        ClauseId(id_): Clause(
            id=ClauseId(id_), document="群规", text="文明用语。", summary="Be civil."
        )
        for id_ in ("B3-14", "B3-16")
    }
    return Policy(
        kind=KIND,
        title="班级学生群",
        title_en="class",
        version="1",
        roles=(Role.TEACHER, Role.STUDENT),
        rights=MappingProxyType(
            {"class_teacher": frozenset({Right.OWN, Right.REVIEW, Right.MODERATE})}
        ),
        rules=(
            ActiveRule(rule=abuse.RULE, settings=words),
            ActiveRule(rule=flooding.RULE, settings=flooding.Settings()),
        ),
        clauses=MappingProxyType(clauses),
    )


PEOPLE = (
    Person(
        id=PersonId("s1"),
        name="小明",
        roles=frozenset({Role.STUDENT}),
        classes=frozenset({"三年级2班"}),
        user_id=PUPIL,
    ),
    Person(
        id=PersonId("s2"),
        name="小红",
        roles=frozenset({Role.STUDENT}),
        classes=frozenset({"三年级2班"}),
        user_id=OTHER_PUPIL,
    ),
    Person(
        id=PersonId("t1"),
        name="王老师",
        roles=frozenset({Role.TEACHER}),
        classes=frozenset({"三年级2班"}),
        user_id=TEACHER,
        posts=frozenset({Post(name="class_teacher", scope="三年级2班")}),
    ),
)


def raw(
    body: str = "你好",
    *,
    sender: str = PUPIL,
    room_id: str = ROOM,
    event_id: str | None = None,
    type_: str = "m.room.message",
    content: dict[str, Any] | None = None,
    state_key: str | None = None,
    sent_at: datetime | None = None,
    **more: Any,
) -> bytes:
    """Make the bytes of an event as the homeserver sends it."""
    sent = sent_at or datetime.now(tz=UTC)
    event: dict[str, Any] = {
        "event_id": event_id or f"$e{next(_numbers)}",
        "room_id": room_id,
        "sender": sender,
        "type": type_,
        "origin_server_ts": int(sent.timestamp() * 1000),
        "content": content or {"msgtype": "m.text", "body": body},
        **more,
    }
    if state_key is not None:
        event["state_key"] = state_key
    return json.dumps(event).encode()


def body_of(events: Iterable[bytes], **more: Any) -> bytes:
    """Make the body of a transaction."""
    extra = "".join(f', "{key}": {json.dumps(value)}' for key, value in more.items())
    return b'{"events": [' + b",".join(events) + b"]" + extra.encode() + b"}"


@dataclass(kw_only=True)
class Road:
    """Intake and moderation on a database, without a homeserver."""

    pool: Any
    school: School
    tower: Tower
    intake: Intake
    moderation: Moderation

    async def take(self, *events: bytes, source: str = "road") -> int:
        return await self.intake.take_events(events, source=source)

    async def judge(self) -> int:
        """Judge all that waits; return how many events."""
        total = 0
        while judged := await self.moderation.judge_next():
            total += judged
        return total

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        async with self.pool.acquire() as connection:
            return list(await connection.fetch(sql, *args))

    async def actions(self, kind: str | None = None) -> list[tuple[str, str, str]]:
        """List (kind, subject, status) of all actions, in their order."""
        rows = await self.fetch(
            "SELECT kind, subject, status FROM actions "
            "WHERE $1::text IS NULL OR kind = $1 ORDER BY seq",
            kind,
        )
        return [tuple(row) for row in rows]


async def build(
    pool: Any,
    *,
    mode: Mode = Mode.ENFORCE,
    people: Sequence[Person] = PEOPLE,
    breaker: Breaker | None = None,
    more_rooms: Sequence[Room] = (),
    kinds: Policy | None = None,
) -> Road:
    """Make a school with one class room and everything up to the outbox."""
    room = Room(
        room_id=ROOM,
        room_class=RoomClass.MANAGED,
        kind=KIND,
        name="三年级2班",
        scope="三年级2班",
        mode=mode,
    )
    async with pool.acquire() as connection, connection.transaction():
        for one in (room, *more_rooms):
            await rooms.add(connection, one)
        if people:
            await roster.replace(connection, people, source="test", content=b"")
    school = School(policies={KIND: kinds or policy()}, bot=BOT, keeper=KEEPER)
    async with pool.acquire() as connection:
        await school.load_rooms(connection)
        await school.load_people(connection)
    tower = Tower(pool)
    return Road(
        pool=pool,
        school=school,
        tower=tower,
        intake=Intake(pool, school, tower),
        moderation=Moderation(pool, school, tower, breaker or Breaker()),
    )
