"""What people decide, and what is in files: reviews, marks, a policy that is tried."""

import io
from typing import Final

import openpyxl

from appservice.demo.day import Told, claim, outcome, step, told_in_private, vanishes
from appservice.demo.opening import School, homeroom
from appservice.demo.people import Member
from appservice.domain.ids import EventId, RoomId
from appservice.matrix.client import MARK

REVIEWS: Final = "SELECT room_id FROM rooms WHERE kind = 'review' AND scope = $1"
CLASS: Final = "三年级2班"

QUOTED: Final = "课文里老舍写道「你这个白痴」，这里用了什么修辞手法？"


async def _card(reviewer: Member, about: EventId) -> EventId:
    """Wait until somebody sees the card that asks about a message."""
    await reviewer.watch()

    def cards() -> list[EventId]:
        return [
            event_id
            for event_id, content in reviewer.contents.items()
            if MARK in content and about in str(content.get("body"))
        ]

    await reviewer.until(cards)
    return cards()[0]


@step(
    "班主任在审核群点一下 ✅：误收的消息以学生本人的名义恢复，学生私下得知",
    "The class teacher taps ✅ in the review room: a message put away by mistake "
    "stands again in its sender's name, who is told",
)
async def release(school: School) -> Told:
    """The card never says what was written; who decides may see it in private."""
    room, author = school.rooms["class_students"], school["liming"]
    teacher, witness = school["wangfang"], school["wangxiaoyu"]
    await author.watch()
    said = await author.say(room, QUOTED)
    await vanishes(school, witness, said)
    card = await _card(teacher, said)
    claim("白痴" not in str(teacher.contents[card]), "the card says what was written")
    reviews = RoomId(str(await school.ask(REVIEWS, CLASS)))
    await teacher.react(reviews, card, "✅")

    def stands() -> bool:
        return any(
            content.get("body") == QUOTED and event_id not in (said, *witness.gone)
            for event_id, content in witness.contents.items()
        )

    await witness.until(stands)
    word = await told_in_private(author, about="已恢复显示")
    return Told(
        notes=[
            f"→ {teacher.who.name}：{teacher.contents[card].get('body')}",
            f"→ {author.who.name}：{word}",
        ]
    )


@step(
    "老师在群里贴成绩名次：{ms} 后收起（B3-28），老师也不例外",
    "A teacher posts marks and ranks: put away after {ms} (B3-28), teachers included",
)
async def marks(school: School) -> Told:
    """The one rule that binds staff, and that no school can switch off."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    said = await teacher.say(
        room, "期中数学成绩：\n王小雨 98 第1名\n李明 87 第2名\n张浩然 76 第3名"
    )
    shown = await vanishes(school, school["wangxiaoyu"], said)
    word = await told_in_private(teacher, about="B3-28")
    return Told(times=[shown], notes=[f"→ {teacher.who.name}：{word}"])


@step(
    "把成绩放进 Excel 文件再发：打开文件看到表格，{ms} 后收起；其他文件不受影响",
    "The same marks in a workbook: it is opened and put away after {ms}; other files "
    "stand",
)
async def workbook(school: School) -> Told:
    """Files are looked into by a process of its own, and judged like any message."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    book = openpyxl.Workbook()
    for row in (("姓名", "数学", "名次"), ("王小雨", 98, 1), ("李明", 87, 2)):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    fine = await teacher.upload(room, "带什么.txt", "明天请带彩纸。".encode())
    said = await teacher.upload(room, "期中.xlsx", held.getvalue())
    shown = await vanishes(school, school["wangxiaoyu"], said)
    await outcome(school, fine)
    claim(fine not in school["wangxiaoyu"].gone, "another file was not left")
    return Told(times=[shown])


@step(
    "先试后用（homeroom policy try）：换上新词表，已有记录里会有 {count} 条结果不同；"
    "什么也没有改动",
    "Tried before it is used: `homeroom policy try` says that a new word list would "
    "have changed {count} verdicts of what is on record; nothing is done",
)
async def trying(school: School) -> Told:
    """No other product can say beforehand what a rule would do."""
    file = school.stage.directory / "abuse.txt"
    file.write_text("彩纸\n", encoding="utf-8")
    config = school.stage.config_path
    said = await homeroom("policy", "try", "--config", config, "--since", "1d", file)
    lines = said.splitlines()
    found = [line for line in lines if line.startswith("  abuse: ")]
    claim(found, f"it says {said}")
    count = sum(int(line.rpartition(": ")[2]) for line in found)
    return Told(values={"count": count}, notes=[*found[:2], lines[-1]])
