"""What happens while Homeroom or the homeserver is away is not lost."""

import asyncio
import json

import pytest

from tests.synapse.school import BAD

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_is_written_while_we_are_down_is_judged_when_we_are_back(school):
    room_id = await school.room()
    await school.stop()
    bad = await school.xiaoming.say(room_id, BAD)
    fine = await school.xiaohong.say(room_id, "别这样")
    await school.start()

    await school.hidden(room_id, bad)
    await school.settled(bad, fine)
    assert await school.wang.redaction(room_id, fine) is None


async def test_what_was_taken_back_while_we_were_down_is_kept_as_it_was(school):
    """It reaches us emptied; the homeserver still has the original (MSC2815)."""
    room_id = await school.room()
    await school.stop()
    event_id = await school.xiaoming.say(room_id, f"{BAD}!")
    await school.xiaoming.client.room_redact(room_id, event_id)
    # A Synapse that has not given us up yet still holds the message whole, and
    # would push it so if we were back quickly enough.
    await school.stage.synapse.restart()
    await school.start()
    await school.settled(event_id)

    [row] = await school.fetch("SELECT * FROM originals WHERE room_id = $1", room_id)
    assert (row["event_id"], row["because"]) == (event_id, "recovered")
    assert json.loads(row["raw"])["content"]["body"] == f"{BAD}!"


async def test_what_synapse_loses_when_it_restarts_is_found(school):
    """39 of 40 queued events are never pushed (matrix-facts 0.3)."""
    rooms = [await school.room() for _ in range(2)]
    await school.stop()
    bad, fine = [], []
    for n in range(10):
        for room_id in rooms:
            bad.append(await school.xiaoming.say(room_id, f"第{n}个{BAD}"))
            fine.append(await school.xiaohong.say(room_id, f"第{n}次提醒"))
    await school.stage.synapse.restart()
    await school.start()
    await school.settled(*bad, *fine)

    for n, event_id in enumerate(bad):
        assert await school.wang.redaction(rooms[n % 2], event_id)
    for n, event_id in enumerate(fine):
        assert await school.wang.redaction(rooms[n % 2], event_id) is None


async def test_a_synapse_that_is_killed_under_us_is_met_again(school):
    """Nobody restarts us: we notice, and look for what was never pushed."""
    room_id = await school.room()
    before = [school.xiaoming.say(room_id, f"第{n}个{BAD}") for n in range(10)]
    sent = await asyncio.gather(*before)
    await school.stage.synapse.kill()
    await school.stage.synapse.start()
    sent.append(await school.xiaoming.say(room_id, f"最后一个{BAD}"))

    await school.hidden(room_id, *sent)
    await school.settled(*sent)
    by_bot = [
        e
        for e in await school.wang.timeline(room_id)
        if e["type"] == "m.room.redaction"
    ]
    assert len(by_bot) == len(sent)
