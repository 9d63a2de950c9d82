"""Levels: who may do what follows from roster and policy, whatever is done by hand."""

from typing import Any

import pytest

from tests.synapse.cast import STRANGER
from tests.synapse.kinds import KIND, OPEN, PARENTS
from tests.synapse.member import until
from tests.synapse.school import BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEVELS = "m.room.power_levels"
EVERYBODY = ("fang", "li", "xiaoming", "baba", STRANGER)
RINGING = ("m.call.invite", "m.rtc.notification")


async def _levels(school: School, room_id: str) -> dict[str, Any]:
    return await school.fang.state(room_id, LEVELS)


async def _level(school: School, room_id: str, who: str, level: int) -> None:
    """Wait until somebody stands at a level."""

    async def stands():
        levels = await _levels(school, room_id)
        now = levels["users"].get(school.members[who].user_id, levels["users_default"])
        return now == level

    await until(stands, what=f"{who} to be at {level}")


@pytest.mark.parametrize("version", ["10", "12"])
async def test_everybody_stands_where_their_right_puts_them(school, version):
    """No creator is listed; what the homeserver does not want is not written."""
    room_id = await school.room(kind=KIND, version=version, members=EVERYBODY)
    for who, level in {"fang": 60, "li": 50, "xiaoming": 0, STRANGER: 0}.items():
        await _level(school, room_id, who, level)

    levels = await _levels(school, room_id)
    assert (BOT in levels["users"]) == (version == "10")


async def test_the_family_committee_may_stop_and_no_more(school):
    room_id = await school.room(kind=PARENTS, members=("fang", "li", "mama", "baba"))
    for who, level in {"fang": 60, "li": 40, "mama": 0, "baba": 30}.items():
        await _level(school, room_id, who, level)


async def test_the_owner_cannot_change_levels_by_hand(school):
    """Who shall have another right needs another post."""
    room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
    await _level(school, room_id, "fang", 60)
    levels = await _levels(school, room_id)
    users = {**levels["users"], school.xiaoming.user_id: 30}
    status, answer = await school.fang.put(
        room_id, LEVELS, {**levels, "users": users}, ""
    )
    assert (status, answer["errcode"]) == (403, "M_FORBIDDEN")


@pytest.mark.parametrize("version", ["10", "11"])
async def test_a_teacher_at_our_own_level_is_left_alone(school, version):
    """Nobody can lower them but they themselves; the rest of the room is kept."""
    room_id = await school.adopted(
        by="fang", members=("xiaoming", "li"), version=version
    )
    await school.keep(room_id, kind=KIND)
    await _level(school, room_id, "li", 50)

    levels = await _levels(school, room_id)
    assert levels["users"][school.fang.user_id] == 100
    assert levels["users"][BOT] == 100
    assert levels["state_default"] == 100


async def test_levels_given_by_hand_are_taken_back_with_a_private_word(school):
    """Keys that we do not know stay as they are."""
    room_id = await school.adopted(by="fang", members=("xiaoming", "xiaohong"))
    await school.keep(room_id, kind=KIND)
    await until(lambda: _is_kept(school, room_id), what="the levels")
    levels = await _levels(school, room_id)
    users = {**levels["users"], school.xiaoming.user_id: 50}
    status, answer = await school.fang.put(
        room_id, LEVELS, {**levels, "users": users, "x": {"y": 1}, "invite": 0}, ""
    )
    assert status == 200, answer

    await _level(school, room_id, "xiaoming", 0)
    await school.settled(answer["event_id"])
    now = await _levels(school, room_id)
    assert (now["invite"], now["x"]) == (60, {"y": 1})
    await school.told(school.fang, school.named(room_id), "权限由学校的名册")


async def _is_kept(school: School, room_id: str) -> bool:
    return bool((await _levels(school, room_id)).get("state_default") == 100)


async def test_a_pupil_cannot_promote_another_where_everybody_once_could(school):
    """The room was made with a level of zero for everything."""
    room_id = await school.room(members=("fang", "xiaoming"))
    await until(lambda: _is_kept(school, room_id), what="the levels")
    status, answer = await school.xiaoming.put(
        room_id, LEVELS, {"users": {school.xiaoming.user_id: 100}}, ""
    )
    assert status == 403, answer


async def test_members_cannot_invite(school):
    room_id = await school.room(kind=KIND, members=("fang", "li", "xiaoming"))
    await _level(school, room_id, "fang", 60)
    path = f"/rooms/{room_id}/invite"
    for who, expected in {"xiaoming": 403, "li": 403, "fang": 200}.items():
        content = {"user_id": school.xiaohong.user_id}
        status, answer = await school.members[who].ask("POST", path, content)
        assert status == expected, (who, answer)


# What clients offer, and the event behind it; who may send it here: pupil, teacher.
FEATURES: dict[str, tuple[str | None, bool, bool]] = {
    "m.sticker": (None, True, True),
    "m.poll.start": (None, False, True),
    "org.matrix.msc3381.poll.start": (None, False, True),
    "org.matrix.msc3381.poll.response": (None, True, True),
    "m.call.invite": (None, False, True),
    "m.rtc.notification": (None, False, True),
    "org.matrix.msc3401.call.member": ("_{me}_device", False, True),
    "im.vector.modular.widgets": ("jitsi", False, False),
    "org.matrix.msc3672.beacon_info": ("{me}", False, False),
    "m.room.encryption": ("", False, False),
    "m.room.server_acl": ("", False, False),
    "org.example.unheard.of": ("", False, False),
}


async def test_what_clients_offer_is_for_whom_the_policy_says(school):
    """And encryption, under which nothing could be judged, is out of reach."""
    room_id = await school.room(kind=KIND, members=("fang", "li", "xiaoming"))
    await _level(school, room_id, "li", 50)
    for type_, (key, *may) in FEATURES.items():
        for who, expected in zip(("xiaoming", "li"), may, strict=True):
            member = school.members[who]
            state_key = None if key is None else key.format(me=member.user_id)
            status, answer = await member.put(room_id, type_, CONTENT, state_key)
            assert (status == 200) is expected, (type_, who, answer)


CONTENT = {
    "body": "👍",
    "url": "mxc://school.test/a",
    "info": {},
    "algorithm": "m.megolm.v1.aes-sha2",
}


async def test_in_an_open_room_everybody_may(school):
    """The rows follow the policy, not our taste."""
    room_id = await school.room(kind=OPEN, members=("fang", "xiaoming"))
    await until(lambda: _is_kept(school, room_id), what="the levels")
    for type_ in (*RINGING, "m.poll.start"):
        status, answer = await school.xiaoming.put(room_id, type_, CONTENT)
        assert status == 200, (type_, answer)
