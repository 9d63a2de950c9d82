"""What people do in a real room, and what they then see."""

import logging
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import nio
import pytest

from appservice import metrics
from appservice.domain.actions import SendAs
from appservice.domain.ids import UserId
from appservice.domain.rooms import Mode
from appservice.logs import Json, Lines
from appservice.services.post import post
from appservice.store.outbox import Decided
from tests.corpus import EVASIVE, SILENT
from tests.synapse.cast import PEOPLE
from tests.synapse.kinds import OPEN
from tests.synapse.member import until
from tests.synapse.school import BAD, BOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

FINE = {"msgtype": "m.text", "body": "老师,作业写完了"}

# Without those that would end the room: who may join, who may do what.
SHAPES_IN_A_ROOM = (*(s for s in SILENT if s.state_key is None), *EVASIVE)

# What a pupil can hide a word in; "$1" is an innocent message of theirs.
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("m.room.message", {"msgtype": "m.text", "body": BAD}),
    "edit": (
        "m.room.message",
        {
            "msgtype": "m.text",
            "body": "* 好的",
            "m.new_content": {"msgtype": "m.text", "body": BAD},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"},
        },
    ),
    "reaction": (
        "m.reaction",
        {
            "m.relates_to": {
                "rel_type": "m.annotation",
                "event_id": "$1",
                "key": BAD,
            }
        },
    ),
    "caption": (
        "m.room.message",
        {
            "msgtype": "m.image",
            "body": BAD,
            "filename": "a.png",
            "url": "mxc://school.test/a",
        },
    ),
    "poll": (
        "org.matrix.msc3381.poll.start",
        {
            "org.matrix.msc3381.poll.start": {
                "question": {"org.matrix.msc1767.text": "谁是?"},
                "answers": [{"id": "1", "org.matrix.msc1767.text": BAD}],
            }
        },
    ),
    "sticker": (
        "m.sticker",
        {"body": BAD, "url": "mxc://school.test/a", "info": {}},
    ),
}


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_message_is_hidden_in_rooms_of_every_version(school, version):
    """The redaction comes back to us, and so the action is known to be done."""
    room_id = await school.room(version=version)
    event_id = await school.xiaoming.say(room_id, f"你是{BAD}")

    [redaction] = await school.hidden(room_id, event_id)
    await school.settled(event_id, redaction["event_id"])

    assert redaction["sender"] == BOT
    assert (await school.xiaohong.event(room_id, event_id))["content"] == {}
    [(_, subject, status, result, _)] = await school.actions(room_id, "redact")
    assert (subject, status) == (event_id, "done")
    assert result == redaction["event_id"]


async def test_whatever_can_be_read_is_hidden(school):
    room_id = await school.room()
    fine = await school.xiaoming.send(room_id, "m.room.message", FINE)
    sent = {}
    for name, (type_, content) in KINDS.items():
        sent[name] = await school.xiaoming.send(room_id, type_, _related(content, fine))

    await school.hidden(room_id, *sent.values())
    assert await school.xiaohong.redaction(room_id, fine) is None


async def test_every_shape_that_synapse_takes_is_hidden(school):
    """Whatever a pupil's own client sends; strange ones stop nothing."""
    room_id = await school.room()
    first = await school.xiaoming.send(room_id, "m.room.message", FINE)
    sent, refused = {}, {}
    for shape in SHAPES_IN_A_ROOM:
        key = shape.state_key
        if key is not None and key.startswith("@"):
            key = school.xiaoming.user_id
        content = shape.content
        if isinstance(content, dict):
            content = _related(content, first)
        status, answer = await school.xiaoming.put(room_id, shape.type, content, key)
        if status != 200:
            refused[shape.name] = answer
        elif not shape.is_silent:
            sent[shape.name] = answer["event_id"]

    for shape in EVASIVE:
        # Settings of the room are for those in charge of it.
        is_sendable = shape.is_sendable and shape.state_key is None
        assert not (is_sendable and shape.name in refused), refused[shape.name]
    assert len(sent) >= 60
    await school.settled(*sent.values(), at_most=60)
    standing = {
        name
        for name, event_id in sent.items()
        if await school.xiaohong.redaction(room_id, event_id) is None
    }
    assert standing == set()


def _related(content: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Point to a message that is there, where the shape points to one that is not."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or "event_id" not in relation:
        return content
    return {**content, "m.relates_to": {**relation, "event_id": event_id}}


async def test_a_teacher_is_flagged_and_not_hidden(school):
    room_id = await school.room()
    event_id = await school.wang.say(room_id, BAD)
    await school.settled(event_id)

    assert await school.xiaohong.redaction(room_id, event_id) is None
    [judgement] = await school.fetch(
        "SELECT outcome, role FROM judgements WHERE event_id = $1", event_id
    )
    assert tuple(judgement) == ("flag", "teacher")


async def test_the_third_equal_copy_is_hidden(school):
    room_id = await school.room()
    copies = [await school.xiaoming.say(room_id, "快看快看") for _ in range(3)]

    await school.hidden(room_id, copies[2])
    assert [await school.xiaohong.redaction(room_id, e) for e in copies[:2]] == [
        None,
        None,
    ]


async def test_an_observed_room_is_recorded_and_left_alone(school):
    room_id = await school.room(mode=Mode.OBSERVE)
    event_id = await school.xiaoming.say(room_id, BAD)
    await school.settled(event_id)

    assert await school.xiaohong.redaction(room_id, event_id) is None
    assert {row["status"] for row in await school.actions(room_id)} == {"observed"}


async def test_what_does_not_concern_us_leaves_no_trace(school):
    """A chat of pupils never comes; a room we are in and do not keep is dropped."""
    kept = await school.room()
    not_kept = await school.room(is_kept=False)
    answer = await school.xiaoming.client.room_create(
        is_direct=True, invite=[school.xiaohong.user_id]
    )
    assert isinstance(answer, nio.RoomCreateResponse)
    dropped = metrics.DROPPED.labels("other_room")
    before = dropped._value.get()  # noqa: SLF001 - the library has no other way
    for room_id in (answer.room_id, not_kept):
        await school.xiaoming.say(room_id, f"悄悄话{BAD}")
    last = await school.xiaoming.say(kept, "好了")
    await school.settled(last)

    async def was_counted():
        return dropped._value.get() > before  # noqa: SLF001

    await until(was_counted)
    for table in ("events", "inbox", "parked", "actions", "judgements", "room_state"):
        rows = await school.fetch(
            f"SELECT 1 FROM {table} WHERE room_id = ANY ($1::text[])",  # noqa: S608
            [answer.room_id, not_kept],
        )
        assert rows == [], table


async def test_private_receipts_are_not_stored(school):
    """Nor public ones: they say that a client has seen, not that a person has."""
    room_id = await school.room()
    event_id = await school.wang.say(room_id, "明天带水彩笔")
    await school.settled(event_id)
    dropped = metrics.DROPPED.labels("ephemeral")
    before = dropped._value.get()  # noqa: SLF001
    for receipt in ("m.read.private", "m.read"):
        status, _ = await school.xiaoming.ask(
            "POST",
            f"/rooms/{quote(room_id)}/receipt/{receipt}/{quote(event_id)}",
            {},
        )
        assert status == 200

    async def was_counted():
        return dropped._value.get() > before  # noqa: SLF001

    await until(was_counted)
    assert await school.fetch("SELECT 1 FROM events WHERE type = 'm.receipt'") == []
    assert await school.fetch("SELECT 1 FROM parked") == []


# Private words ----------------------------------------------------------------------


async def test_the_author_is_told_in_chinese_and_in_private(school):
    room_id = await school.room()
    event_id = await school.xiaoming.say(room_id, f"{BAD}一个")
    await school.hidden(room_id, event_id)
    body = await school.told(school.xiaoming, school.named(room_id), "收起")
    direct = await school.direct(school.xiaoming)
    state = await school.service.client.state(direct)
    assert BAD not in body
    assert not any(e["type"] == "m.room.encryption" for e in state)
    assert {e["state_key"] for e in state if e["type"] == "m.room.member"} == {
        BOT,
        school.xiaoming.user_id,
    }


async def test_in_an_encrypted_direct_room_we_say_that_we_cannot_read(school):
    """And ask the person to a room where we can."""
    encryption = {
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    status, answer = await school.xiaohong.ask(
        "POST",
        "/createRoom",
        {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [BOT],
            "initial_state": [encryption],
        },
    )
    assert status == 200
    secret = answer["room_id"]

    async def words():
        return [
            e["content"]
            for e in await school.xiaohong.timeline(secret)
            if e["sender"] == BOT and e["type"] == "m.room.message"
        ]

    [content] = await until(words)
    assert "加密" in content["body"]
    direct = await school.direct(school.xiaohong)
    assert direct != secret
    assert await school.fetch("SELECT 1 FROM events WHERE room_id = $1", secret) == []


async def test_what_we_write_as_a_member_stands_and_the_same_by_them_does_not(school):
    """The pass is for one event."""
    room_id = await school.room()
    action = SendAs(
        user_id=UserId(school.xiaoming.user_id),
        type="m.room.message",
        content={"msgtype": "m.text", "body": BAD},
    )
    id_ = uuid4()
    async with school.pool.acquire() as connection, connection.transaction():
        await post(connection, [Decided(id=id_, room_id=room_id, action=action)])

    async def written():
        [row] = await school.fetch("SELECT result FROM actions WHERE id = $1", id_)
        return row["result"]

    ours = await until(written)
    theirs = await school.xiaoming.say(room_id, BAD)
    await school.hidden(room_id, theirs)

    assert (await school.xiaohong.event(room_id, ours))["sender"] == (
        school.xiaoming.user_id
    )
    assert await school.xiaohong.redaction(room_id, ours) is None


# Logs -------------------------------------------------------------------------------


class _Recorder(logging.Handler):
    """Keeps what would be written, in both formats."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("appservice"):
            self.lines += [Lines().format(record), Json().format(record)]


async def test_logs_hold_no_message_and_no_name(school):
    """These are children. Not at debug either, and not of the libraries we use."""
    recorder, root = _Recorder(), logging.getLogger()
    level = root.level
    root.addHandler(recorder)
    root.setLevel(logging.DEBUG)
    try:
        await school.stop()
        await school.start()
        room_id = await school.room()
        bad = await school.xiaoming.say(room_id, f"王小明你是{BAD}")
        other = await school.xiaohong.send(room_id, "m.room.message", FINE)
        await school.hidden(room_id, bad)
        await school.settled(bad, other)
    finally:
        root.removeHandler(recorder)
        root.setLevel(level)

    written = "\n".join(recorder.lines)
    assert "action done" in written
    for word in (BAD, "王小明", "作业", "三年级2班群", *(p.name for p in PEOPLE)):
        assert word not in written
    assert OPEN in {row["kind"] for row in await school.fetch("SELECT kind FROM rooms")}
