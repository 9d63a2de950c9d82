"""Reviews on a real homeserver: a card, a tap, and what then stands in the room."""

from typing import Any

import pytest

from tests.synapse.member import Member, until
from tests.synapse.school import BAD, BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _review_room(school: School, member: Member) -> str:
    """Wait until somebody is asked, who then comes to where."""

    async def found() -> str | None:
        rows = await school.fetch("SELECT room_id FROM rooms WHERE kind = 'review'")
        for row in rows:
            if row["room_id"] in await member.invitations():
                await member.join(row["room_id"])
            status, _ = await member.ask(
                "GET", f"/rooms/{row['room_id']}/joined_members"
            )
            if status == 200:
                return str(row["room_id"])
        return None

    room_id: str = await until(found, what="a review room")
    return room_id


async def _card(school: School, member: Member, about: str) -> tuple[str, str, int]:
    """Wait for the card about an event: (review room, card, number)."""
    room_id = await _review_room(school, member)

    async def found() -> tuple[str, int] | None:
        rows = await school.fetch(
            "SELECT q.id, a.result FROM questions AS q JOIN actions AS a "
            "ON a.kind = 'ask' AND a.subject = q.id::text "
            "WHERE q.event_id = $1 AND a.status = 'done'",
            about,
        )
        return (rows[0]["result"], rows[0]["id"]) if rows else None

    card, number = await until(found, what="a card")
    return room_id, card, number


async def _tap(member: Member, room_id: str, card: str, key: str) -> None:
    about = {"rel_type": "m.annotation", "event_id": card, "key": key}
    await member.send(room_id, "m.reaction", {"m.relates_to": about})


async def _last(member: Member, room_id: str, body: str) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        for event in reversed(await member.timeline(room_id)):
            if event["content"].get("body") == body:
                said: dict[str, Any] = event
                return said
        return None

    event: dict[str, Any] = await until(found, what=f"somebody to say {body}")
    return event


async def test_a_tap_lets_a_message_stand_again_in_its_senders_name(school):
    """Put away, asked about, released: as if its sender had just written it."""
    room_id = await school.room()
    event_id = await school.xiaoming.say(room_id, f"课文里有人说{BAD}")
    await school.hidden(room_id, event_id)
    reviews, card, number = await _card(school, school.wang, event_id)
    shown = await school.wang.event(reviews, card)
    assert BAD not in shown["content"]["body"]
    assert f"第 {number} 号" in shown["content"]["body"]

    await _tap(school.wang, reviews, card, "✅")

    again = await _last(school.xiaohong, room_id, f"课文里有人说{BAD}")
    assert again["sender"] == school.xiaoming.user_id
    await school.told(school.xiaoming, "已恢复显示")
    await school.settled(again["event_id"])
    assert await school.xiaohong.redaction(room_id, again["event_id"]) is None
    edited = await school.wang.event(reviews, card)
    relations = edited["unsigned"].get("m.relations", {})
    assert "m.replace" in relations or "✅" in edited["content"]["body"]


async def test_our_own_taps_are_there_for_one_touch(school):
    room_id = await school.room()
    event_id = await school.xiaoming.say(room_id, BAD)
    reviews, card, _ = await _card(school, school.wang, event_id)

    async def keys() -> bool:
        found = [
            event["content"]["m.relates_to"]["key"]
            for event in await school.wang.timeline(reviews)
            if event["type"] == "m.reaction"
            and event["sender"] == BOT
            and event["content"].get("m.relates_to", {}).get("event_id") == card
        ]
        return sorted(found) == ["✅", "❌"]

    await until(keys, what="two reactions of ours")


async def test_what_was_written_is_shown_to_whoever_decides_and_taken_away(school):
    room_id = await school.room()
    event_id = await school.xiaoming.say(room_id, f"{BAD}就是你")
    reviews, _, number = await _card(school, school.wang, event_id)
    await school.wang.say(reviews, f"!查看 {number}")
    said = await school.told(school.wang, f"第 {number} 号", BAD)
    assert "小明" in said
    direct = await school.direct(school.wang)
    shown = await _last(school.wang, direct, said)

    await school.fetch("UPDATE timers SET due_at = now() WHERE kind = 'take_away'")
    await school.hurry("passes")

    async def gone() -> bool:
        return await school.wang.redaction(direct, shown["event_id"]) is not None

    await until(gone, what="the text to be taken away")


async def test_a_pupil_who_comes_upon_the_number_learns_nothing(school):
    room_id = await school.room()
    event_id = await school.xiaoming.say(room_id, BAD)
    _, _, number = await _card(school, school.wang, event_id)
    command = await school.xiaohong.say(room_id, f"!查看 {number}")

    row = await school.answered(command)
    assert (row["name"], row["result"]) == ("show", "refused")
    assert (
        await school.fetch(
            "SELECT 1 FROM actions WHERE kind = 'show' AND subject = $1", event_id
        )
        == []
    )


async def test_what_staff_write_stands_until_somebody_decides(school):
    """It is flagged, whatever the policy says."""
    room_id = await school.room(members=("admin", "xiaohong", "wang"))
    event_id = await school.admin.say(room_id, BAD)
    _, _, number = await _card(school, school.wang, event_id)
    rows = await school.fetch(
        "SELECT body->'details'->>'outcome' AS outcome FROM questions WHERE id = $1",
        number,
    )

    assert rows[0]["outcome"] == "flag"
    assert await school.xiaohong.redaction(room_id, event_id) is None
