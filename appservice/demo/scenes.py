"""What happens in the rooms on an ordinary day: the first part of the day."""

import asyncio
from typing import Final

from appservice.demo.day import (
    Told,
    claim,
    outcome,
    step,
    told_in_private,
    vanishes,
)
from appservice.demo.opening import School

STRANGERS_TOLD: Final = "SELECT count(*) FROM actions WHERE rule = 'stranger'"
KNOWN_OF: Final = """
    SELECT (SELECT count(*) FROM events WHERE room_id = $1)
         + (SELECT count(*) FROM rooms WHERE room_id = $1)
         + (SELECT count(*) FROM seen WHERE event_id = $2)
         + (SELECT count(*) FROM parked WHERE room_id = $1)
"""


@step(
    "学生问作业，老师回答：什么也不发生",
    "A pupil asks, the teacher answers: nothing happens",
)
async def question(school: School) -> Told:
    """What is fine is left alone, and nobody hears of it."""
    room = school.rooms["class_students"]
    asked = await school["wangxiaoyu"].say(room, "老师，明天美术课要带彩纸和剪刀吗？")
    said = await school["wangfang"].say(room, "要带，另外请带一支黑色水笔。")
    for event_id in (asked, said):
        verdict = await outcome(school, event_id)
        claim(verdict == "allow", f"the verdict is {verdict}")
    witness = school["wangxiaoyu"]
    await witness.until(lambda: said in witness.seen)
    claim(not witness.gone, "something was hidden")
    return Told()


@step(
    "学生群里出现一句侮辱：{ms} 后收起，私下告诉作者，请班主任看一看",
    "An insult among pupils is put away after {ms}; its author is told in private, "
    "the class teacher is asked to look",
)
async def insult(school: School) -> Told:
    """B3-14: hidden until a person decides; nobody is shamed before the class."""
    author, teacher = school["liming"], school["wangfang"]
    await author.watch()
    insulted = await author.say(
        school.rooms["class_students"], "张浩然，你这个白痴，传球都不会"
    )
    shown = await vanishes(school, school["wangxiaoyu"], insulted)
    to_author = await told_in_private(author, about="B3-14")
    to_teacher = await told_in_private(teacher, about=insulted)
    return Told(
        times=[shown],
        notes=[
            f"→ {author.who.name}：{to_author}",
            f"→ {teacher.who.name}：{to_teacher}",
        ],
    )


@step(
    "先发好话，再改成侮辱：改动 {ms} 后收起，原来的话还在",
    "Kind words edited into an insult: the edit is put away after {ms}, the first "
    "words stand",
)
async def edit(school: School) -> Told:
    """An edit is judged like a message."""
    room, author = school.rooms["class_students"], school["zhanghaoran"]
    kind = await author.say(room, "放学一起踢球吧")
    claim(await outcome(school, kind) == "allow", "the first words were not left")
    changed = await author.edit(room, kind, "放学一起踢球吧，你这个废物")
    witness = school["wangxiaoyu"]
    shown = await vanishes(school, witness, changed)
    claim(kind not in witness.gone, "the first words were hidden too")
    return Told(times=[shown])


@step(
    "把侮辱写进表情回应里：{ms} 后收起",
    "An insult as a reaction is put away after {ms}",
)
async def reaction(school: School) -> Told:
    """A reaction may be any text, so it is read like one."""
    room = school.rooms["class_students"]
    praised = await school["wangfang"].say(room, "昨天的值日做得很好，谢谢大家！")
    reacted = await school["liming"].react(room, praised, "你个废物")
    return Told(times=[await vanishes(school, school["wangxiaoyu"], reacted)])


@step(
    "零宽字符、全角字母、繁体字都认得出：{ms}",
    "Zero-width, full-width and Traditional characters hide nothing: {ms}",
)
async def tricks(school: School) -> Told:
    """Words are compared as a reader sees them."""
    room, author = school.rooms["class_students"], school["chensiyuan"]
    disguised = ("你\u200b这\u200b个\u200b白\u200b痴", "ＮＭＳＬ", "你這個廢物")
    sent = [await author.say(room, text) for text in disguised]
    watching = [vanishes(school, school["wangxiaoyu"], each) for each in sent]
    return Told(times=await asyncio.gather(*watching))


@step(
    "家长群里拉票、发红包链接：{ms} 后收起（B1-11）",
    "Soliciting votes and red packet links among parents: put away after {ms} (B1-11)",
)
async def links(school: School) -> Told:
    """B1-11 names both; the reminder quotes it."""
    room, witness = school.rooms["class_parents_primary"], school["zhaolihua"]
    voter, giver = school["wangjianguo"], school["chenguoqiang"]
    await asyncio.gather(witness.watch(), voter.watch())
    sent = [
        await voter.say(room, "请大家点链接投票，支持小雨！https://vote.example/7"),
        await giver.say(room, "过节啦，点链接领红包 https://hongbao.example/8"),
    ]
    times = [await vanishes(school, witness, each) for each in sent]
    word = await told_in_private(voter, about="B1-11")
    return Told(times=times, notes=[f"→ {voter.who.name}：{word}"])


@step(
    "同一句话发三遍：前两遍保留，第三遍 {ms} 后收起（B3-16）",
    "The same words three times: two stand, the third is put away after {ms} (B3-16)",
)
async def flood(school: School) -> Told:
    """B3-16: three in a row are flooding."""
    room, author = school.rooms["class_students"], school["chensiyuan"]
    witness = school["wangxiaoyu"]
    await author.watch()
    sent = [await author.say(room, "有人知道数学作业是第几页吗") for _ in range(3)]
    shown = await vanishes(school, witness, sent[2])
    claim(not witness.gone.keys() & set(sent[:2]), "more than the third was hidden")
    word = await told_in_private(author, about="前两条仍然保留")
    return Told(times=[shown], notes=[f"→ {author.who.name}：{word}"])


@step(
    "老师用了同样的词：消息不动，只请年级组长看一看",
    "A teacher uses such a word: nothing is hidden, the year head is asked to look",
)
async def staff(school: School) -> Told:
    """No setting lets Homeroom act against staff by itself."""
    room, head = school.rooms["teacher_work"], school["liuwei"]
    await head.watch()
    said = await school["liqiang"].say(room, "排课系统又崩了，设计它的人真是脑残")
    verdict = await outcome(school, said)
    claim(verdict == "flag", f"the verdict is {verdict}")
    word = await told_in_private(head, about=said)
    claim(said not in head.gone, "the message was hidden")
    return Told(notes=[f"→ {head.who.name}：{word}"])


@step(
    "名册之外的账号发广告：{ms} 后收起，只向班主任报告一次",
    "Somebody the roster does not know: judged strictly ({ms}), and reported to the "
    "class teacher once",
)
async def guest(school: School) -> Told:
    """A stranger in a class's room is a matter for its teacher."""
    room, visitor = school.rooms["class_parents_primary"], school["fangke"]
    await school["wangfang"].invite(room, visitor)
    await visitor.join(room)
    hello = await visitor.say(room, "各位家长好")
    sold = await visitor.say(room, "抢红包啦，点链接领红包 https://hb.example/9")
    shown = await vanishes(school, school["zhaolihua"], sold)
    word = await told_in_private(school["wangfang"], about=visitor.who.user_id)
    claim(await outcome(school, hello) == "allow", "a greeting was not left")
    count = await school.ask(STRANGERS_TOLD)
    claim(count == 1, f"it was reported {count} times")
    return Told(times=[shown], notes=[f"→ {school['wangfang'].who.name}：{word}"])


@step(
    "两个学生私聊：Homeroom 看不到，数据库里什么也没有",
    "Two pupils talk in private: Homeroom never sees it, nothing is in its database",
)
async def private(school: School) -> Told:
    """The homeserver sends only the rooms Homeroom is in."""
    one, other = school["liming"], school["wangxiaoyu"]
    room = await one.chat_with(other)
    said = await one.say(room, "你这个白痴，哈哈，开玩笑的")
    # What was sent later has arrived, so this would have, too.
    later = await other.say(school.rooms["class_students"], "大家明天见")
    await outcome(school, later)
    known = await school.ask(KNOWN_OF, room, said)
    claim(known == 0, f"{known} rows speak of it")
    claim(said not in other.gone, "it was hidden")
    return Told(notes=["events, rooms, seen, parked: 0 rows"])
