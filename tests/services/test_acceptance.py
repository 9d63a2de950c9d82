"""Acceptance: asked once a version, read-only until it is given, on record."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from appservice.domain.actions import Send
from appservice.domain.house import Acceptance, Digest, MustAccept
from appservice.domain.ids import KindName, PersonId, RoomId, UserId
from appservice.domain.people import Person, Role
from appservice.domain.policy import Mode as Kept
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.services.digests import digest
from appservice.services.room_check import RoomChecks
from appservice.store import rooms, roster
from tests.road import KIND, OTHER_PUPIL, PEOPLE, PUPIL, ROOM, TEACHER, Road, raw
from tests.services.furnished import POLICY, decided, kept, member, settle

MOTHER = UserId("@mama:school.test")
DIRECT = {PUPIL: RoomId("!direct-pupil"), MOTHER: RoomId("!direct-mother")}


async def asking(pool, must: MustAccept, *, mode: Mode = Mode.ENFORCE, **more) -> Road:
    """Build a room whose policy asks, with a pupil's mother in the school."""
    road = await kept(pool, mode=mode)
    acceptance = Acceptance(must_accept=must, privacy_notice="消息保存三年。", **more)
    road.school.policies = MappingProxyType(
        {KIND: replace(POLICY, acceptance=acceptance)}
    )
    mother = Person(
        id=PersonId("g1"),
        name="陈静",
        roles=frozenset({Role.GUARDIAN}),
        classes=frozenset({"三年级2班"}),
        pupils=(PersonId("s1"),),
        user_id=MOTHER,
    )
    async with pool.acquire() as connection, connection.transaction():
        await roster.replace(connection, [*PEOPLE, mother], source="x", content=b"")
        for user_id, room_id in DIRECT.items():
            direct = Room(
                room_id=room_id, room_class=RoomClass.SERVICE, kind=KindName("direct")
            )
            await rooms.add(connection, direct, direct_with=user_id)
        await road.school.load_rooms(connection)
        await road.school.load_people(connection)
    return road


async def look(road: Road) -> None:
    await RoomChecks(road.pool, road.school, road.tower).all()
    await settle(road)


async def asked(road: Road) -> list[str]:
    return [
        each["user_id"]
        for each in await decided(road, "tell")
        if each["notice"]["name"].startswith("please_accept")
    ]


async def levels(road: Road) -> dict[str, int]:
    written = [
        each["content"]["users"]
        for each in await decided(road, "set_state")
        if each["type"] == "m.room.power_levels"
    ]
    return written[-1] if written else {}


async def write(road: Road, sender: UserId, body: str) -> None:
    await road.take(raw(body, sender=sender, room_id=DIRECT[sender]))
    await road.judge()
    await settle(road)


async def test_members_are_asked_once_and_staff_are_not(pool):
    road = await asking(pool, MustAccept.REMIND)
    await look(road)
    await look(road)

    assert sorted(await asked(road)) == [OTHER_PUPIL, PUPIL]
    [first, _] = [
        each
        for each in await decided(road, "tell")
        if each["notice"]["name"] == "please_accept"
    ]
    assert first["notice"]["values"]["privacy"] == "消息保存三年。"
    assert PUPIL not in await levels(road)


async def test_who_has_not_accepted_only_reads_until_they_do(pool):
    """`must_accept: read_only_until`: reacting stays possible."""
    road = await asking(pool, MustAccept.READ_ONLY_UNTIL)
    await look(road)
    assert {(await levels(road))[PUPIL], (await levels(road))[OTHER_PUPIL]} == {-1}

    await write(road, PUPIL, "同意")

    assert PUPIL not in await levels(road)
    assert (await levels(road))[OTHER_PUPIL] == -1
    assert (await levels(road)).get(TEACHER, 0) >= 0
    [row] = await road.fetch(
        "SELECT kind, version, event_id FROM acceptances "
        "WHERE by_user = $1 AND accepted_at IS NOT NULL",
        PUPIL,
    )
    assert (row["kind"], row["version"]) == (KIND, "1")
    assert row["event_id"].startswith("$")


async def test_a_new_version_is_accepted_anew(pool):
    road = await asking(pool, MustAccept.READ_ONLY_UNTIL)
    await look(road)
    await write(road, PUPIL, "同意群规")
    newer = replace(road.school.policies[KIND], version="2")
    road.school.policies = MappingProxyType({KIND: newer})
    await look(road)

    assert (await asked(road)).count(PUPIL) == 2
    assert (await levels(road))[PUPIL] == -1


async def test_whoever_comes_is_asked_on_joining(pool):
    road = await asking(pool, MustAccept.REMIND)
    await look(road)
    await road.take(member(MOTHER, "小明妈妈"))
    await road.judge()

    assert MOTHER not in await asked(road)
    guardians = replace(
        road.school.policies[KIND], roles=(Role.TEACHER, Role.STUDENT, Role.GUARDIAN)
    )
    road.school.policies = MappingProxyType({KIND: guardians})
    await look(road)
    assert MOTHER in await asked(road)


async def test_where_we_only_observe_nobody_is_asked(pool):
    road = await asking(pool, MustAccept.READ_ONLY_UNTIL, mode=Mode.OBSERVE)
    await RoomChecks(pool, road.school, road.tower).all()

    assert await road.fetch("SELECT * FROM acceptances") == []


@pytest.mark.parametrize("written", ["同意 小明", "!accept 小明"])
async def test_a_guardian_consents_for_their_own_child(pool, written):
    """In the same ledger; and takes it back at any time."""
    road = await asking(pool, MustAccept.REMIND, guardian_consent=True)
    await write(road, MOTHER, written)

    [row] = await road.fetch("SELECT * FROM acceptances WHERE what = 'consent'")
    assert (row["by_user"], row["for_person"]) == (MOTHER, "s1")
    assert row["accepted_at"] is not None
    await write(road, MOTHER, "撤回同意 小明")
    [row] = await road.fetch("SELECT * FROM acceptances WHERE what = 'consent'")
    assert row["withdrawn_at"] is not None


async def test_nobody_consents_for_anothers_child(pool):
    road = await asking(pool, MustAccept.REMIND, guardian_consent=True)
    await write(road, MOTHER, "同意 小红")

    assert await road.fetch("SELECT * FROM acceptances WHERE what = 'consent'") == []


async def test_the_digest_says_what_is_kept_in_the_committees_name(pool):
    """B1-52: the clauses that rules keep, signed by the family committee."""
    road = await kept(pool)
    policy = replace(
        POLICY,
        digest=Digest(every=timedelta(days=30), signed="家委会"),
        clauses=MappingProxyType(
            {
                name: replace(clause, modes=frozenset({Kept.HOLD}))
                for name, clause in POLICY.clauses.items()
            }
        ),
    )
    sent = digest(road.school, road.school.rooms[ROOM], policy)

    assert isinstance(sent, Send)
    assert "· 文明用语。" in sent.content["body"]
    assert sent.content["body"].endswith("——家委会")
