"""What people ask Homeroom for: commands, obeyed, answered in private, and refused."""

from appservice.demo.day import (
    Answer,
    Told,
    ask,
    claim,
    outcome,
    refused,
    step,
    told_in_private,
    vanishes,
)
from appservice.demo.keeping import PINS
from appservice.demo.opening import School
from appservice.demo.people import Member
from appservice.domain.house import REACTING
from appservice.domain.ids import EventId, RoomId


@step(
    "「!帮助」「!谁」「!记录」：在与 Homeroom 的私聊里问，只有本人看到回答",
    "“!help”, “!who” and “!record”, asked in private: nobody else sees the answers",
)
async def questions(school: School) -> Told:
    """Everybody is shown what they may do, and their own record; no more."""
    pupil, teacher = school["liming"], school["wangfang"]
    room = "#三年级2班学生群"
    for_pupil = await _ask_in_private(pupil, f"！帮助 {room}", about="!record")
    for_teacher = await _ask_in_private(teacher, f"！帮助 {room}", about="!mute")
    claim("!mute" not in for_pupil, "a pupil is shown what teachers may do")
    who = await _ask_in_private(teacher, f"！谁 {room}", about="学生群")
    own = await _ask_in_private(pupil, f"！记录 {room}", about="B3-14")
    return Told(
        notes=[
            f"→ {pupil.who.name}：{for_pupil}",
            f"→ {teacher.who.name}：…（{len(for_teacher.splitlines()) - 1}）",
            f"→ {teacher.who.name}：{who}",
            f"→ {pupil.who.name}：{own}",
        ]
    )


@step(
    "班主任写「!禁言 小雨 2小时 上课聊天」：{ms} 后这条消息消失，"
    "小雨不能发言、可以回应，退群再进也一样",
    "The class teacher writes “!mute 小雨 2h”: the message is gone after {ms}, she can "
    "react and not write, nor after leaving and coming back",
)
async def mute(school: School) -> Told:
    """B3-24: nobody is shamed before the others, and everybody may acknowledge."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    pupil, witness = school["wangxiaoyu"], school["liming"]
    await witness.watch()
    after = len(pupil.words)
    asked = await ask(teacher, room, "!禁言 小雨 2小时 上课聊天", about="王小雨")
    shown = await vanishes(school, witness, asked.event_id)
    word = await told_in_private(pupil, about="上课聊天", after=after)
    await _stands_at(witness, room, pupil, REACTING)
    await _cannot_write(pupil, room)
    said = await teacher.say(room, "请大家收好文具，准备上课。")
    await pupil.react(room, said, "👍")
    await pupil.leave(room)
    await teacher.invite(room, pupil)
    await pupil.join(room)
    await _cannot_write(pupil, room)
    return Told(
        times=[shown],
        notes=[_to(teacher, asked), f"→ {pupil.who.name}：{word}"],
    )


@step(
    "学生自己写「!解除禁言 小雨」：什么也没有做；班主任写：小雨可以发言了",
    "A pupil writes “!unmute 小雨”: nothing is done; the class teacher does: she can "
    "write again",
)
async def unmute(school: School) -> Told:
    """By right, never by what somebody writes or is called."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    pupil, forger = school["wangxiaoyu"], school["zhanghaoran"]
    forged = await ask(forger, room, "!解除禁言 小雨", about="不在可用的指令之内")
    await _cannot_write(pupil, room)
    asked = await ask(teacher, room, "!解除禁言 小雨", about="王小雨")
    await _stands_at(school["liming"], room, pupil, 0)
    await pupil.say(room, "谢谢老师，我会认真听讲。")
    return Told(notes=[_to(forger, forged), _to(teacher, asked)])


@step(
    "写错的名字：什么也没有做，只提示最接近的人",
    "A name that nobody has: nothing is done, and the nearest is named",
)
async def nearest(school: School) -> Told:
    """Between two people nothing is guessed."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    asked = await ask(teacher, room, "!禁言 王晓雨 1小时", about="王小雨")
    for pupil in ("wangxiaoyu", "liming", "zhanghaoran", "chensiyuan"):
        level = teacher.level_of(room, school[pupil])
        claim(level == 0, f"{pupil} stands at {level}")
    return Told(notes=[_to(teacher, asked)])


@step(
    "「!全员禁言 开」：学生只能回应，老师可以发言；「!全员禁言 关」之后恢复",
    "“!quiet on”: pupils can only react, teachers write; “!quiet off”: as before",
)
async def quiet(school: School) -> Told:
    """B3-24: for a while only those write who may announce."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    pupil, witness = school["chensiyuan"], school["liming"]
    on = await ask(teacher, room, "!全员禁言 开", about="全员禁言")
    await _speaking_needs(witness, room, 40)
    await _cannot_write(pupil, room)
    said = await school["liqiang"].say(room, "请看黑板上的题目。")
    await pupil.react(room, said, "👌")
    off = await ask(teacher, room, "!全员禁言 关", about="又可以发言")
    await _speaking_needs(witness, room, 0)
    await pupil.say(room, "老师，我有一个问题。")
    return Told(notes=[_to(teacher, on), _to(teacher, off)])


@step(
    "「!公告」：发出、@所有人、{ms} 后置顶；家长自己不能置顶；「!取消置顶」撤下",
    "“!announce”: posted, everybody mentioned, pinned after {ms}; guardians cannot "
    "pin; “!unpin” takes it away",
)
async def announcement(school: School) -> Told:
    """B1-13; A57: what is pinned is for those who may announce."""
    room, teacher = school.rooms["class_parents_primary"], school["wangfang"]
    reader = school["zhaolihua"]
    await reader.watch()
    text = "本周五下午三点开家长会，请准时参加。"
    asked = await ask(teacher, room, f"!公告 {text}", about="置顶")
    await reader.until(lambda: _pins(reader, room))
    (pinned,) = _pins(reader, room)
    content = reader.contents[pinned]
    claim(text in str(content.get("body")), "something else is pinned")
    claim(content.get("m.mentions") == {"room": True}, "nobody is mentioned")
    shown = 1000 * (reader.changed[room, PINS, ""] - reader.seen[pinned])
    await refused(
        school["wangjianguo"].write_state(room, PINS, {"pinned": []}),
        "a guardian changed what is pinned",
    )
    done = await ask(teacher, room, "!取消置顶", about="取消")
    await reader.until(lambda: not _pins(reader, room))
    return Told(times=[shown], notes=[_to(teacher, asked), _to(teacher, done)])


@step(
    "「!暂停」：侮辱的话只记录、不收起；「!恢复」：{ms} 后收起",
    "“!pause”: an insult is recorded and left; “!resume”: put away after {ms}",
)
async def pause(school: School) -> Told:
    """The person responsible for a room can stop everything, at once."""
    room, teacher = school.rooms["class_students"], school["wangfang"]
    witness = school["wangxiaoyu"]
    stopped = await ask(teacher, room, "!暂停", about="只观察")
    left = await school["chensiyuan"].say(room, "李明，你个白痴")
    verdict = await outcome(school, left)
    claim(verdict == "hold", f"the verdict is {verdict}")
    again = await ask(teacher, room, "!恢复", about="学生群")
    said = await school["chensiyuan"].say(room, "李明，你这个废物")
    shown = await vanishes(school, witness, said)
    claim(left not in witness.gone, "it was put away while Homeroom only observed")
    return Told(times=[shown], notes=[_to(teacher, stopped), _to(teacher, again)])


@step(
    "「!移出 @fangke:school.test 发广告」：名册之外的账号离开了群",
    "“!remove”: the account that the roster does not know is out of the room",
)
async def remove(school: School) -> Told:
    """A71: the person responsible decides it, Homeroom does it."""
    room, teacher = school.rooms["class_parents_primary"], school["wangfang"]
    visitor = school["fangke"]
    text = f"!移出 {visitor.who.user_id} 发广告"
    asked = await ask(teacher, room, text, about="移出")
    await teacher.until(
        lambda: (
            teacher.sees(room, "m.room.member", visitor.who.user_id).get("membership")
            == "leave"
        )
    )
    await _cannot_write(visitor, room)
    return Told(notes=[_to(teacher, asked)])


async def _ask_in_private(member: Member, text: str, *, about: str) -> str:
    await told_in_private(member, about="")
    assert member.direct is not None
    return (await ask(member, member.direct, text, about=about)).word


async def _stands_at(witness: Member, room: RoomId, member: Member, level: int) -> None:
    await witness.until(lambda: witness.level_of(room, member) == level)


async def _speaking_needs(witness: Member, room: RoomId, level: int) -> None:
    await witness.until(
        lambda: witness.sees(room, "m.room.power_levels").get("events_default") == level
    )


async def _cannot_write(member: Member, room: RoomId) -> None:
    await refused(member.say(room, "我说句话"), f"{member.who.localpart} can write")


def _pins(member: Member, room: RoomId) -> list[EventId]:
    return list(member.sees(room, PINS).get("pinned", []))


def _to(member: Member, answer: Answer) -> str:
    return f"→ {member.who.name}：{answer.word}"
