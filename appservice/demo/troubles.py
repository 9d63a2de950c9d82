"""What happens when something breaks, and what is on record: the rest of the day."""

import asyncio
import json
import signal
import time
from collections import Counter
from typing import Final

from appservice.demo import talk
from appservice.demo.day import Told, claim, outcome, step, vanishes
from appservice.demo.opening import School, homeroom

WITHOUT_ECHO: Final = """
    SELECT count(*)
      FROM actions
     WHERE kind = 'redact'
       AND NOT EXISTS (SELECT FROM seen WHERE event_id = result)
"""
"""What is hidden, and whose redaction is not on record yet."""


@step(
    "Homeroom 被强行终止（SIGKILL），其间有人发侮辱的话：重新启动后 {after} 收起",
    "Homeroom is killed (SIGKILL) and an insult sent meanwhile: put away {after} after "
    "the start",
)
async def crash(school: School) -> Told:
    """The homeserver keeps what we missed; what we had accepted is in the database."""
    witness = school["wangxiaoyu"]
    await school.stage.stop_process(signal.SIGKILL)
    sent = await school["zhanghaoran"].say(
        school.rooms["class_students"], "陈思源，你是废物"
    )
    await witness.until(lambda: sent in witness.seen)
    begin = time.perf_counter()
    await school.stage.start_process(wait=False)
    await witness.until(lambda: sent in witness.gone)
    after = 1000 * (witness.gone[sent] - begin)
    await school.stage.wait_until_ready()
    return Told(values={"after": f"{after:.0f} ms"})


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
