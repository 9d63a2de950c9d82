"""
The homeserver of the fault tests answers as the real one does.

Each test runs twice, and what it says holds for both: so that what the tests on the
in-process homeserver prove is true of Synapse as well.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from appservice import config as configuration
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused
from appservice.matrix.perform import redacted_by
from tests.fakes import homeserver as fake
from tests.synapse.school import School

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOT = UserId(fake.BOT)
NOWHERE = RoomId("!nowhere:school.test")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two, with a client and somebody who has an account there."""

    client: Client
    url: str
    token: str
    registration: str
    pupil: UserId

    async def post(self, path: str, content: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{self.url}{path}", json=content) as response,
        ):
            return response.status, await response.json()

    async def room(self, **settings: Any) -> RoomId:
        return await self.client.create_room({"preset": "private_chat", **settings})

    async def say(self, room_id: RoomId, body: str = "hi") -> EventId:
        content = {"msgtype": "m.text", "body": body}
        return await self.client.send(room_id, "m.room.message", content, txn=uuid4())


@asynccontextmanager
async def _made_up(_: School) -> AsyncIterator[Side]:
    async with fake.Homeserver() as server, aiohttp.ClientSession() as session:
        server.accounts.add("@xiaoming:school.test")
        yield Side(
            client=Client(
                server.url,
                token=fake.ROAD_TOKEN,
                hand_token=fake.HAND_TOKEN,
                session=session,
            ),
            url=server.url,
            token=fake.ROAD_TOKEN,
            registration=fake.REGISTRATION,
            pupil=UserId("@xiaoming:school.test"),
        )


@asynccontextmanager
async def _real(school: School) -> AsyncIterator[Side]:
    config = school.stage.config()
    registrations = configuration.registrations(config)
    assert registrations.hand is not None
    async with aiohttp.ClientSession() as session:
        yield Side(
            client=Client(
                config.homeserver.url,
                token=registrations.road.as_token,
                hand_token=registrations.hand.as_token,
                session=session,
            ),
            url=config.homeserver.url,
            token=registrations.road.as_token,
            registration=registrations.road.id,
            pupil=UserId(school.xiaoming.user_id),
        )


@pytest_asyncio.fixture(params=[_made_up, _real], loop_scope="session")
async def side(request, school) -> AsyncIterator[Side]:
    async with request.param(school) as found:
        yield found


async def _refusal(call: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.status, caught.value.errcode


async def test_the_same_transaction_id_is_the_same_event(side):
    """A retry after a lost answer posts nothing twice."""
    room_id, txn = await side.room(), uuid4()
    content = {"msgtype": "m.text", "body": "once"}

    first = await side.client.send(room_id, "m.room.message", content, txn=txn)
    second = await side.client.send(room_id, "m.room.message", content, txn=txn)
    page = await side.client.messages(room_id, before=None, limit=100)

    assert first == second
    assert [e["event_id"] for e in page.events].count(first) == 1


async def test_the_same_redaction_twice_is_one(side):
    room_id = await side.room()
    event_id, txn = await side.say(room_id), uuid4()

    first = await side.client.redact(room_id, event_id, txn=txn, reason="x")
    second = await side.client.redact(room_id, event_id, txn=txn, reason="x")

    assert first == second


async def test_a_redacted_event_is_empty_and_names_its_redaction(side):
    room_id = await side.room()
    event_id, txn = await side.say(room_id), uuid4()

    before = await side.client.event(room_id, event_id)
    redaction = await side.client.redact(room_id, event_id, txn=txn, reason="why")
    after = await side.client.event(room_id, event_id)
    seen = await side.client.event(room_id, redaction)

    assert redacted_by(before) is None
    assert before["content"]["body"] == "hi"
    assert redacted_by(after) == redaction
    assert after["content"] == {}
    assert seen["content"]["reason"] == "why"
    assert seen["content"]["homeroom.action"] == str(txn)
    assert seen["content"]["redacts"] == event_id


async def test_an_unknown_event_can_be_redacted_all_the_same(side):
    """A redaction may come before what it takes away (federation)."""
    room_id = await side.room()
    nothing = EventId("$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

    assert await side.client.redact(room_id, nothing, txn=uuid4(), reason="x")


async def test_what_is_redacted_twice_can_be_told(side):
    """Two services, or a person and we, hide the same; both redactions are events."""
    room_id = await side.room()
    event_id = await side.say(room_id)

    redactions = [
        await side.client.redact(room_id, event_id, txn=uuid4(), reason="x")
        for _ in range(2)
    ]
    seen = redacted_by(await side.client.event(room_id, event_id))

    assert len(set(redactions)) == 2
    assert seen in redactions


async def test_the_original_of_a_redacted_event_can_be_had(side):
    """MSC2815."""
    room_id = await side.room()
    event_id = await side.say(room_id, "as it was")
    await side.client.redact(room_id, event_id, txn=uuid4(), reason="x")

    original = await side.client.original(room_id, event_id)

    assert original["content"]["body"] == "as it was"


async def test_the_timeline_comes_newest_first_and_ends(side):
    room_id = await side.room()
    written = [await side.say(room_id, str(n)) for n in range(7)]

    found, before = [], None
    while True:
        page = await side.client.messages(room_id, before=before, limit=3)
        found += page.events
        again = await side.client.messages(room_id, before=page.start, limit=3)
        assert [e["event_id"] for e in again.events] == [
            e["event_id"] for e in page.events
        ]
        if page.end is None or not page.events:
            break
        before = page.end

    ids = [event["event_id"] for event in found]
    assert ids[:7] == written[::-1]
    assert len(set(ids)) == len(ids)
    assert found[-1]["type"] == "m.room.create"


async def test_state_is_a_list_of_whole_events(side):
    room_id = await side.room()
    topic = {"topic": "作业"}

    event_id = await side.client.set_state(room_id, "m.room.topic", "", topic)
    state = await side.client.state(room_id)

    by_type = {(e["type"], e["state_key"]): e for e in state}
    assert by_type["m.room.topic", ""]["event_id"] == event_id
    assert by_type["m.room.topic", ""]["content"] == topic
    assert by_type["m.room.member", BOT]["content"]["membership"] == "join"


async def test_a_room_we_are_not_in_is_forbidden(side):
    """403 and not 404: it then may be that an invitation waits."""
    for call in (
        side.client.messages(NOWHERE, before=None, limit=1),
        side.client.state(NOWHERE),
        side.client.send(NOWHERE, "m.room.message", {}, txn=uuid4()),
        side.client.set_state(NOWHERE, "m.room.topic", "", {}),
    ):
        assert await _refusal(call) == (403, "M_FORBIDDEN")


async def test_an_unknown_event_is_not_found(side):
    room_id = await side.room()
    nothing = EventId("$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

    for call in (
        side.client.event(room_id, nothing),
        side.client.original(room_id, nothing),
    ):
        assert await _refusal(call) == (404, "M_NOT_FOUND")


async def test_a_state_event_is_read_whole(side):
    """Its id says whether it is still the one that something was decided on."""
    room_id = await side.room()
    written = await side.client.set_state(room_id, "m.room.topic", "", {"topic": "a"})

    event = await side.client.state_event(room_id, "m.room.topic", "")

    assert event is not None
    assert (event["event_id"], event["content"]) == (written, {"topic": "a"})
    assert await side.client.state_event(room_id, "m.room.avatar", "") is None


async def test_who_is_not_there_cannot_be_removed(side):
    room_id = await side.room()
    call = side.client.remove(room_id, side.pupil, reason="x")

    assert await _refusal(call) == (403, "M_FORBIDDEN")


async def test_who_is_invited_can_be_removed(side):
    room_id = await side.room(invite=[side.pupil])

    await side.client.remove(room_id, side.pupil, reason="x")

    event = await side.client.state_event(room_id, "m.room.member", side.pupil)
    assert event is not None
    assert event["content"]["membership"] == "leave"


async def test_people_may_change_their_names(side):
    """Where they may not, another way is taken (services/naming.py)."""
    assert await side.client.may_set_displaynames()


async def test_an_alias_names_one_room(side):
    """What makes a direct room one room, even if we die in between."""
    name = f"homeroom-direct-{uuid4()}"
    room_id = await side.room(room_alias_name=name)

    again = side.room(room_alias_name=name)

    assert await _refusal(again) == (400, "M_ROOM_IN_USE")
    assert await side.client.resolve(f"#{name}:school.test") == room_id


async def test_an_alias_of_ours_can_be_given_to_another_room(side):
    name = f"homeroom-direct-{uuid4()}"
    await side.room(room_alias_name=name)

    await side.client.remove_alias(f"#{name}:school.test")
    another = await side.room(room_alias_name=name)

    assert await side.client.resolve(f"#{name}:school.test") == another


async def test_an_alias_of_nothing_is_not_found(side):
    call = side.client.resolve(f"#homeroom-direct-{uuid4()}:school.test")

    assert await _refusal(call) == (404, "M_NOT_FOUND")


async def test_an_account_that_exists_is_in_use(side):
    content = {"type": "m.login.application_service", "username": "homeroom"}

    await side.client.register("homeroom")
    status, answer = await side.post("/_matrix/client/v3/register", content)

    assert (status, answer["errcode"]) == (400, "M_USER_IN_USE")


async def test_who_has_an_account_is_known(side):
    assert await side.client.exists(side.pupil)
    assert not await side.client.exists(UserId("@nobody:school.test"))


async def test_the_bot_is_named(side):
    await side.client.set_displayname(BOT, "Homeroom")


async def test_whoever_is_invited_can_be_acted_as_and_leaves(side):
    """The hand: join and leave are the bot's, what is sent is the member's."""
    room_id = await side.room()
    await side.client.invite(room_id, side.pupil)
    content = {"msgtype": "m.text", "body": "as a member"}
    refused = await _refusal(
        side.client.send(
            room_id, "m.room.message", content, txn=uuid4(), as_member=side.pupil
        )
    )

    assert refused == (403, "M_FORBIDDEN")


async def test_leaving_twice_is_no_mistake_and_coming_back_needs_an_invitation(side):
    room_id = await side.room()

    await side.client.leave(room_id)
    await side.client.leave(room_id)

    # 404, because nobody is left there.
    assert await _refusal(side.client.join(room_id)) == (404, "M_UNKNOWN")
    assert (await side.client.messages(room_id, before=None, limit=1)).events


async def test_who_was_there_reads_up_to_their_end_and_nothing_once_invited(side):
    """403 again, though they could read before: so an invitation must be accepted."""
    room_id = await side.room(invite=[side.pupil])
    await side.client.join(room_id, as_member=side.pupil)
    before = await side.say(room_id, "before")
    await side.client.leave(room_id)
    content = {"msgtype": "m.text", "body": "meanwhile"}
    meanwhile = await side.client.send(
        room_id, "m.room.message", content, txn=uuid4(), as_member=side.pupil
    )
    page = await side.client.messages(room_id, before=None, limit=100)
    await side.client.invite(room_id, BOT, as_member=side.pupil)
    call = side.client.messages(room_id, before=None, limit=100)

    ids = [event["event_id"] for event in page.events]
    assert before in ids
    assert meanwhile not in ids
    assert await _refusal(call) == (403, "M_FORBIDDEN")


async def test_joining_twice_is_no_mistake(side):
    room_id = await side.room()

    await side.client.join(room_id)


async def test_a_ping_comes_back(side):
    """The real one reaches Homeroom, which the stage runs."""
    assert await side.client.ping(side.registration, txn=str(uuid4())) >= 0


async def test_a_wrong_token_is_unknown(side):
    wrong = Side(
        client=side.client,
        url=side.url,
        token="wrong",  # noqa: S106
        registration=side.registration,
        pupil=side.pupil,
    )
    status, answer = await wrong.post("/_matrix/client/v3/createRoom", {})

    assert (status, answer["errcode"]) == (401, "M_UNKNOWN_TOKEN")
