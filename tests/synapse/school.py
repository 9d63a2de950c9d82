"""A school on a stage: people with clients of their own, rooms, and what they see."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import nio

from appservice import app
from appservice import config as configuration
from appservice.app import Service
from appservice.demo.stage import DOMAIN, Stage
from appservice.domain.ids import KindName, RoomId
from appservice.domain.people import Person
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.services.enforcement import UNDER_WAY
from appservice.store import rooms, roster, timers
from appservice.store.pool import open_pool
from tests.synapse import kinds
from tests.synapse.cast import CLASS, PASSWORD, PEOPLE, RIGHT_NAMES
from tests.synapse.kinds import KIND, MOVABLE, OPEN, REMINDING
from tests.synapse.member import Member, as_json, text, until

BOT = f"@homeroom:{DOMAIN}"
KEEPER = f"@homeroom_keeper:{DOMAIN}"
BAD = "傻逼"
"""A word of the shipped lists; ``class_students`` holds it."""

# What waits, however it waits: nothing of it may be left when a test looks.
WAITING = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"
STORED = "SELECT count(*) FROM seen WHERE event_id = ANY ($1::text[])"


@dataclass(kw_only=True)
class School:
    """Homeroom on its stage. ``start`` and ``stop`` it as often as a test likes."""

    directory: Path
    stage: Stage = field(init=False)
    members: dict[str, Member] = field(default_factory=dict)
    service: Service = field(init=False)
    own_cluster: bool = False
    durable: bool = False
    synapse_settings: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # No breaker: a test hides more in a minute than a school in a month.
        settings = {"breaker.room": 100_000, "breaker.school": 100_000}
        self.stage = Stage(
            directory=self.directory,
            settings=settings,
            synapse_settings=self.synapse_settings,
            durable=self.durable,
            own_cluster=self.own_cluster,
        )
        self._running = contextlib.AsyncExitStack()
        self._kept = 0

    async def __aenter__(self) -> Self:
        await self.stage.__aenter__()
        self.pool = await open_pool(self.stage.url, size=3)
        shipped = app.load_policies(self.stage.config())
        self._kinds = {
            **shipped,
            OPEN: kinds.opened(shipped[KIND]),
            REMINDING: kinds.reminding(shipped[KIND]),
            MOVABLE: kinds.movable(shipped[KIND]),
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        for member in self.members.values():
            await member.client.close()
        self.pool.terminate()
        await self.stage.__aexit__()

    async def start(self) -> None:
        """Start Homeroom in this process; it is ready then."""
        self.service = await self._running.enter_async_context(
            self.stage.service(kinds=self._kinds)
        )

    async def stop(self) -> None:
        """Stop it in order."""
        await self._running.aclose()

    async def register(self, localpart: str, name: str) -> Member:
        """Give somebody an account and a client."""
        synapse = self.stage.synapse
        account = await synapse.register(localpart, PASSWORD, displayname=name)
        client = nio.AsyncClient(synapse.url, account.user_id)
        client.restore_login(account.user_id, account.device_id, account.access_token)
        member = Member(user_id=account.user_id, client=client)
        self.members[localpart] = member
        return member

    async def import_roster(self, people: Sequence[Person]) -> None:
        """Put these people in the place of the roster, as ``roster import`` does."""
        async with self.pool.acquire() as connection, connection.transaction():
            await roster.replace(connection, people, source="test", content=b"")
            await timers.hurry(connection, "desired")
            await connection.execute("SELECT pg_notify('homeroom', '0 timers')")

    async def hurry(self, kind: str, subject: str = "") -> None:
        """Let a timer be due now."""
        async with self.pool.acquire() as connection:
            await timers.hurry(connection, kind, subject)
            await connection.execute("SELECT pg_notify('homeroom', '0 timers')")

    def stop_acting(self) -> None:
        """Let nothing more be carried out until a stop, as if very much were so."""
        under_way = self.service.enforcement._urgencies  # noqa: SLF001 - from outside
        under_way.update(dict.fromkeys(UNDER_WAY, 1000))

    async def say_long_ago(
        self, room_id: str, member: Member, body: str, *, minutes: float
    ) -> str:
        """Write a message that is some minutes old when it arrives (MSC3316)."""
        registrations = configuration.registrations(self.stage.config())
        assert registrations.hand is not None
        ago = int((time.time() - minutes * 60) * 1000)
        query = f"ts={ago}&user_id={quote(member.user_id)}"
        path = f"/rooms/{quote(room_id)}/send/m.room.message/{uuid4()}?{query}"
        token = registrations.hand.as_token
        response = await member.client.send(
            "PUT",
            f"/_matrix/client/v3{path}",
            as_json(text(body)),
            {"Authorization": f"Bearer {token}"},
        )
        answer = await response.json()
        assert response.status == 200, answer
        return str(answer["event_id"])

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """Ask the database."""
        async with self.pool.acquire() as connection:
            return list(await connection.fetch(sql, *args))

    def __getattr__(self, name: str) -> Member:
        """``school.xiaoming`` is a person."""
        try:
            return self.__dict__["members"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    async def room(
        self,
        *,
        kind: KindName = OPEN,
        mode: Mode = Mode.ENFORCE,
        version: str = "12",
        is_kept: bool = True,
        members: Sequence[str] = ("xiaoming", "xiaohong", "wang"),
        scope: str = CLASS,
    ) -> RoomId:
        """Make a class room with people in it."""
        who = [self.members[name] for name in members]
        created = {"additional_creators": [KEEPER]} if version == "12" else {}
        room_id = await self.service.client.create_room(
            {
                "preset": "private_chat",
                "room_version": version,
                "creation_content": created,
                "invite": [member.user_id for member in who],
                # Everybody may change everything here, so that it can be judged.
                "power_level_content_override": {
                    "state_default": 0,
                    "events": {"m.room.name": 0, "m.room.topic": 0},
                },
            }
        )
        if is_kept:
            await self.keep(room_id, kind=kind, mode=mode, scope=scope)
        for member in who:
            await member.join(room_id)
        return room_id

    async def adopted(
        self,
        *,
        by: str,
        members: Sequence[str] = (),
        version: str = "10",
        level: int = 100,
    ) -> RoomId:
        """Make a room as a teacher does, who stands there beside us, or above."""
        who = [self.members[name] for name in members]
        owner = self.members[by]
        status, answer = await owner.ask(
            "POST",
            "/createRoom",
            {
                "preset": "private_chat",
                "room_version": version,
                "invite": [BOT, *(member.user_id for member in who)],
                "power_level_content_override": {
                    "users": {owner.user_id: level, BOT: 100}
                },
            },
        )
        assert status == 200, answer
        for member in who:
            await member.join(answer["room_id"])
        return RoomId(answer["room_id"])

    async def keep(
        self,
        room_id: RoomId,
        *,
        kind: KindName = OPEN,
        mode: Mode = Mode.ENFORCE,
        scope: str = CLASS,
    ) -> None:
        """Take a room under our care, as ``homeroom rooms add`` does."""
        self._kept += 1
        room = Room(
            room_id=room_id,
            room_class=RoomClass.MANAGED,
            kind=kind,
            name=f"{scope}群{self._kept}",
            scope=scope,
            mode=mode,
        )
        async with self.pool.acquire() as connection:
            await rooms.add(connection, room)
            await connection.execute("SELECT pg_notify('homeroom', '0 rooms')")

        async def is_known() -> bool:
            return room_id in self.service.school.rooms

        await until(is_known, what="the room")

    async def rename_room(self, room_id: RoomId, name: str) -> None:
        """Register another name for a room, as ``homeroom rooms set`` does."""
        async with self.pool.acquire() as connection:
            await rooms.change(connection, room_id, kind=None, name=name, scope=None)
            await connection.execute("SELECT pg_notify('homeroom', '0 rooms')")

        async def is_known() -> bool:
            return self.named(room_id) == name

        await until(is_known, what="the room's name")

    async def hidden(self, room_id: str, *event_ids: str) -> list[dict[str, Any]]:
        """Wait until events are hidden; return the redactions."""

        async def redactions() -> list[dict[str, Any]] | None:
            found = [await self.xiaohong.redaction(room_id, e) for e in event_ids]
            return [r for r in found if r] if all(found) else None

        found: list[dict[str, Any]] = await until(redactions, what="redactions")
        return found

    async def settled(self, *event_ids: str, at_most: float = 20.0) -> None:
        """Wait until these have come to us and nothing is left to do."""

        async def is_so() -> bool:
            [(stored,)] = await self.fetch(STORED, list(event_ids))
            [(waiting,)] = await self.fetch(WAITING)
            return bool(stored == len(set(event_ids)) and waiting == 0)

        try:
            await until(is_so, at_most=at_most, what="the road to be empty")
        except AssertionError as error:
            raise AssertionError(await self._what_waits(event_ids)) from error

    async def _what_waits(self, event_ids: Sequence[str]) -> dict[str, Any]:
        """Say what is not as it should be, for whoever reads a failed test."""
        missing = "SELECT unnest($1::text[]) EXCEPT SELECT event_id FROM seen"
        return {
            "not stored": await self.fetch(missing, list(event_ids)),
            "inbox": await self.fetch("SELECT * FROM inbox LIMIT 10"),
            "outbox": await self.fetch("SELECT * FROM outbox LIMIT 10"),
            "timers": await self.fetch("SELECT * FROM timers"),
            "now": await self.fetch("SELECT now()"),
        }

    async def direct(self, member: Member) -> str:
        """Wait until we have opened a direct room with somebody, who then joins it."""

        async def found() -> str | None:
            sql = "SELECT room_id FROM rooms WHERE direct_with = $1"
            rows = await self.fetch(sql, member.user_id)
            return rows[0]["room_id"] if rows else None

        room_id: str = await until(found, what="a direct room")
        await member.join(room_id)
        return room_id

    async def told(self, member: Member, *words: str) -> str:
        """Wait until somebody is told something with these words; return all of it."""
        direct = await self.direct(member)

        async def said() -> str | None:
            for event in reversed(await member.timeline(direct)):
                body = str(event["content"].get("body", ""))
                if event["sender"] == BOT and all(word in body for word in words):
                    return body
            return None

        body: str = await until(said, what=f"{member.user_id} to be told {words}")
        return body

    async def answered(self, event_id: str) -> Any:
        """Wait until a command is on record; return its row."""

        async def row() -> Any:
            rows = await self.fetch(
                "SELECT name, room_id, sender, subject, result, answer "
                "FROM commands WHERE event_id = $1",
                event_id,
            )
            return rows[0] if rows else None

        return await until(row, what="a command to be on record")

    def named(self, room_id: RoomId) -> str:
        """Say what the school calls a room."""
        return self.service.school.rooms[room_id].name

    async def actions(self, room_id: str, kind: str | None = None) -> list[Any]:
        """List what we did because of a room."""
        return await self.fetch(
            "SELECT kind, subject, status, result, rule FROM actions "
            "WHERE room_id = $1 AND ($2::text IS NULL OR kind = $2) ORDER BY seq",
            room_id,
            kind,
        )


async def people_join(school: School) -> None:
    """Register everybody, log them in, and import them as the roster."""
    for localpart, name in RIGHT_NAMES.items():
        await school.register(localpart, name)
    await school.import_roster(PEOPLE)
