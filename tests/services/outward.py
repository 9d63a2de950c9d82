"""The road out: enforcement and reconciling before a homeserver that misbehaves."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from appservice.domain.actions import Action, Notice, Redact, Send, Tell
from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.people import Person
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.matrix.client import Client
from appservice.services.direct import DirectRooms
from appservice.services.enforcement import Enforcement
from appservice.services.reconcile import Reconcile
from appservice.services.worker import keep_doing
from appservice.store import outbox
from appservice.store.outbox import Decided
from tests.fakes.homeserver import HAND_TOKEN, ROAD_TOKEN, Homeserver
from tests.road import OTHER_PUPIL, PEOPLE, PUPIL, ROOM, TEACHER, Road, build

OTHER_ROOM = RoomId("!other")


async def until(ask: Callable[[], Awaitable[Any]], *, at_most: float = 10.0) -> Any:
    """
    Ask again and again until the answer is something true; return it.

    Raises:
        AssertionError: It never was.
    """
    answer = await ask()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most):
            while not answer:
                await asyncio.sleep(0.01)
                answer = await ask()
    assert answer, f"waited {at_most} s in vain"
    return answer


@dataclass(kw_only=True)
class Outward:
    """A school whose homeserver is ours to disturb."""

    homeserver: Homeserver
    road: Road
    client: Client
    enforcement: Enforcement
    reconcile: Reconcile
    pool: Any

    async def decide(self, *actions: Action, room_id: str = ROOM) -> list[UUID]:
        """Put actions into the outbox; return their ids."""
        rows = [
            Decided(id=uuid4(), room_id=RoomId(room_id), action=action)
            for action in actions
        ]
        await self.write(*rows)
        return [row.id for row in rows]

    async def write(self, *rows: Decided) -> None:
        async with self.pool.acquire() as connection:
            await outbox.write(connection, rows)
        self.road.tower.ring("outbox")

    async def ended(self, *ids: UUID) -> list[str]:
        """Wait until actions have ended; return how."""

        async def statuses() -> list[str] | None:
            found = [(await self.action(id_))["status"] for id_ in ids]
            return None if "waiting" in found else found

        ended: list[str] = await until(statuses)
        return ended

    async def idle(self) -> None:
        """Wait until the outbox is empty."""

        async def is_so() -> bool:
            return not await self.road.fetch("SELECT seq FROM outbox")

        await until(is_so)

    async def action(self, id_: UUID) -> Any:
        [row] = await self.road.fetch("SELECT * FROM actions WHERE id = $1", id_)
        return row

    async def row(self, id_: UUID) -> Any:
        """Read a row of the outbox, with the seconds until it is due."""
        [row] = await self.road.fetch(
            "SELECT *, extract(epoch FROM due_at - now())::float8 AS due_in "
            "FROM outbox WHERE id = $1",
            id_,
        )
        return row

    async def seen(
        self, endpoint: str, *, times: int = 1, room_id: str | None = None
    ) -> None:
        """Wait until the homeserver was asked something so often."""

        async def is_so() -> bool:
            return len(self.homeserver.sent(endpoint, room_id)) >= times

        await until(is_so)

    def redactions(self) -> list[str]:
        """List what the bot redacted, in its order, each time it did."""
        return [
            event["content"]["redacts"]
            for event in self.homeserver.by_bot("m.room.redaction")
        ]

    def notices(self) -> list[str]:
        """List the marks of what the bot wrote, each time it did."""
        return [
            event["content"]["homeroom.action"]
            for event in self.homeserver.by_bot("m.room.message")
            if "homeroom.action" in event["content"]
        ]

    async def hear(self, room_id: str, event_id: str) -> None:
        """Let the homeserver push an event, and judge it."""
        event = self.homeserver.rooms[room_id].event(event_id)
        await self.road.take(json.dumps(event).encode())
        await self.road.judge()

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Carry out what is due until the block ends, as the service does."""
        loop = asyncio.create_task(
            keep_doing(
                "enforcement",
                self.enforcement.start_next,
                self.road.tower.bell("outbox"),
                seconds_to_next=self.enforcement.seconds_to_next,
            )
        )
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await self.enforcement.stop()


@contextlib.asynccontextmanager
async def outward(
    pool: Any, *, people: Sequence[Person] = PEOPLE
) -> AsyncIterator[Outward]:
    """Set up two rooms with everybody in them."""
    other = Room(
        room_id=OTHER_ROOM,
        room_class=RoomClass.MANAGED,
        kind=KindName("class_students"),
        mode=Mode.ENFORCE,
    )
    road = await build(pool, more_rooms=[other], people=people)
    async with Homeserver() as homeserver, aiohttp.ClientSession() as session:
        for room_id in (ROOM, OTHER_ROOM):
            homeserver.room(room_id, PUPIL, OTHER_PUPIL, TEACHER)
        client = Client(
            homeserver.url, token=ROAD_TOKEN, hand_token=HAND_TOKEN, session=session
        )
        direct = DirectRooms(pool, client, road.school)
        yield Outward(
            homeserver=homeserver,
            road=road,
            client=client,
            enforcement=Enforcement(pool, client, road.school, road.tower, direct),
            reconcile=Reconcile(pool, client, road.school, road.intake),
            pool=pool,
        )
        await road.tower.close()


def redact(event_id: str, **more: Any) -> Redact:
    return Redact(event_id=EventId(event_id), notice=Notice(name="hidden"), **more)


def tell(user_id: str = PUPIL) -> Tell:
    return Tell(user_id=UserId(user_id), notice=Notice(name="hold"))


def send(body: str = "大家好") -> Send:
    return Send(type="m.room.message", content={"msgtype": "m.notice", "body": body})
