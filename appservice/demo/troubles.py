"""What happens when something breaks, and what is on record: the rest of the day."""

import asyncio
import contextlib
import json
import signal
import time
from collections import Counter
from typing import Final

from appservice.demo import talk
from appservice.demo.day import NotSo, Told, claim, outcome, step, vanishes
from appservice.demo.opening import School, homeroom
from appservice.demo.people import Member
from appservice.domain.house import REACTING

WITHOUT_ECHO: Final = """
    SELECT count(*)
      FROM actions
     WHERE kind = 'redact'
       AND status <> 'observed'
       AND NOT EXISTS (SELECT FROM seen WHERE event_id = result)
"""
"""What is hidden, and whose redaction is not on record yet."""

WAITING: Final = "SELECT count(*) FROM outbox"

IS_MUTED: Final = """
    SELECT EXISTS (SELECT FROM mutes
                    WHERE user_id = $1
                      AND ended_at IS NULL
                      AND until > now())
"""


@step(
    "Homeroom 被强行终止（SIGKILL），其间有人发侮辱的话，一次禁言到期："
    "重新启动后 {after} 收起，小雨又可以发言",
    "Homeroom is killed (SIGKILL); meanwhile somebody writes an insult and a mute "
    "ends: put away {after} after the start, and 小雨 can write again",
)
async def crash(school: School) -> Told:
    """The homeserver keeps what we missed; what we had accepted is in the database."""
    room = school.rooms["class_students"]
    witness, muted = school["liming"], school["wangxiaoyu"]
    await _mute_for_a_moment(school, muted)
    await school.stage.stop_process(signal.SIGKILL)
    sent = await school["zhanghaoran"].say(room, "陈思源，你是废物")
    await witness.until(lambda: sent in witness.seen)
    while await school.ask(IS_MUTED, muted.who.user_id):  # noqa: ASYNC110 - its time must be over
        await asyncio.sleep(0.05)
    begin = time.perf_counter()
    await school.stage.start_process(wait=False)
    await witness.until(lambda: sent in witness.gone)
    after = 1000 * (witness.gone[sent] - begin)
    await witness.until(lambda: witness.level_of(room, muted) == 0)
    await muted.say(room, "我又可以发言了。")
    await school.stage.wait_until_ready()
    return Told(values={"after": f"{after:.0f} ms"})


async def _mute_for_a_moment(school: School, pupil: Member) -> None:
    """Mute somebody for just so long that it is seen."""
    room, witness = school.rooms["class_students"], school["liming"]
    for minutes in ("0.02", "0.05", "0.1"):
        await school["wangfang"].say(room, f"!禁言 小雨 {minutes}分钟")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60 * float(minutes)):
                await witness.until(lambda: witness.level_of(room, pupil) == REACTING)
                while await school.ask(WAITING):  # noqa: ASYNC110 - polled
                    await asyncio.sleep(0.02)
                return
    raise NotSo(f"{pupil.who.localpart} was never muted")


@step(
    "聊天服务器 Synapse 重新启动：之后的侮辱 {ms} 后收起",
    "Synapse is restarted: an insult after that is put away after {ms}",
)
async def restart(school: School) -> Told:
    """Nobody needs to tell Homeroom."""
    talk.progress("正在重新启动 Synapse · restarting Synapse")
    await school.stage.synapse.restart()
    sent = await school["liming"].say(
        school.rooms["class_students"], "陈思源，你个废物，别来了"
    )
    return Told(times=[await vanishes(school, school["wangxiaoyu"], sent)])


@step(
    "导出学生群的记录：{events} 个事件，{hidden} 条收起，{actions} 个操作",
    "The record of the pupils' room, exported: {events} events, {hidden} put away, "
    "{actions} actions",
)
async def record(school: School) -> Told:
    """Everything as first seen, also what is hidden now, with rule and clause."""
    room = school.rooms["class_students"]
    # What the restart kept from us was looked for, and is on record as well.
    while await school.ask(WITHOUT_ECHO):  # noqa: ASYNC110 - polled
        await asyncio.sleep(0.05)
    await outcome(
        school, await school["wangfang"].say(room, "今天就到这里，同学们再见！")
    )
    path = school.stage.directory / "records.jsonl"
    path.unlink(missing_ok=True)
    config = school.stage.config_path
    await homeroom(
        *("records", "export", "--config", config, "--room", room, "--output", path)
    )
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    count = Counter(line["kind"] for line in lines)
    hidden = [line for line in lines if _is_hidden(line)]
    claim(
        any("你这个白痴" in str(line["event"]["content"]) for line in hidden),
        "the hidden words are not on record",
    )
    claim(
        all(line["judgements"][0]["violations"][0]["clauses"] for line in hidden),
        "something was hidden without a clause",
    )
    claim(len(hidden) >= 9, f"only {len(hidden)} hidden messages are on record")
    values = {
        "events": count["event"],
        "hidden": len(hidden),
        "actions": count["action"],
    }
    return Told(values=values, notes=[str(path)])


def _is_hidden(line: dict[str, object]) -> bool:
    judgements = line.get("judgements")
    return isinstance(judgements, list) and judgements[0]["outcome"] in (
        "hold",
        "refuse",
    )
