"""How rooms are kept: names, levels and settings, put right as the day begins."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from appservice.demo import school as sample
from appservice.demo.day import Told, claim, refused, step, told_in_private
from appservice.demo.opening import OFFICIAL, School, as_service
from appservice.demo.people import Member
from appservice.domain.ids import RoomId

LEVELS: Final = "m.room.power_levels"
PINS: Final = "m.room.pinned_events"


@step(
    "开群：每个人在每个群里都用名册上的名字，群名和「学校官方群」标记也已设好",
    "The rooms open: everybody is called as in the roster, in each room as its rules "
    "say; the room's name and its official mark are set",
)
async def names(school: School) -> Told:
    """B1-30, B1-31, B2-04, B3-06, B3-07; their accounts are called anything."""
    for room, room_id, witness in _rooms(school):
        for localpart, name in room.names.items():
            member = school[localpart]
            await witness.until(_is_called(witness, room_id, member, name))
        called = witness.sees(room_id, "m.room.name").get("name")
        claim(called == room.name, f"the room is called {called}")
        topic = str(witness.sees(room_id, "m.room.topic").get("topic"))
        claim(topic.startswith(OFFICIAL), f"the topic is {topic}")
    pupils, parents = sample.ROOMS[0], sample.ROOMS[1]
    notes = [
        "→ {}：{}".format(r.name, "、".join(r.names.values()))
        for r in (pupils, parents)
    ]
    changed = [
        f"{school[n].who.called} → {room.names[n]}"
        for n in sample.CALLED
        for room in (pupils, parents)
        if n in room.names
    ]
    return Told(notes=[*notes, f"→ {'；'.join(changed)}"])


@step(
    "权限随职务而来：家长拉人、学生改权限，服务器都不允许",
    "Levels follow from offices: a guardian can invite nobody, a pupil can change no "
    "level",
)
async def levels(school: School) -> Told:
    """A19, B3-19, B3-20: who may do what is in the roster, and nowhere else."""
    notes = []
    for room, room_id, witness in _rooms(school):
        found = {
            name: level
            for name in room.names
            if (level := witness.level_of(room_id, school[name]))
        }
        claim(found == room.levels, f"the levels are {found}")
        held = "、".join(f"{room.names[n]} {level}" for n, level in found.items())
        notes.append(f"→ {room.name}：{held}")
    parents = school.rooms["class_parents_primary"]
    await refused(
        school["zhaolihua"].invite(parents, school["fangke"]), "a guardian invited"
    )
    pupils = school.rooms["class_students"]
    raised = _with_level(school["wangxiaoyu"], pupils, school["liming"], 50)
    await refused(
        school["liming"].write_state(pupils, LEVELS, raised), "a pupil rose by hand"
    )
    return Told(notes=notes)


@step(
    "学生改成别的名字：{ms} 后改回，私下告诉本人",
    "A pupil takes another name: put right after {ms}, and told in private",
)
async def false_name(school: School) -> Told:
    """B3-05, B3-07: the name of the roster, and a word on how it is done here."""
    pupil = school["zhanghaoran"]
    shown = await _renamed_back(school, pupil, "足球小将⚽")
    word = await told_in_private(pupil, about="「张浩然」")
    return Told(times=[shown], notes=[f"→ {pupil.who.name}：{word}"])


@step(
    "学生冒充老师，一个用零宽字符，一个加上「老师」：{ms} 后改回",
    "Pupils pose as the teacher, one with an invisible character, one with a title: "
    "put right after {ms}",
)
async def impostors(school: School) -> Told:
    """B1-32: nobody may be deceived by a name, not even for a minute."""
    poses = {"chensiyuan": "语文王\u200b芳", "liming": "王 芳 老师"}
    times = await asyncio.gather(
        *(_renamed_back(school, school[who], name) for who, name in poses.items())
    )
    pupil = school["chensiyuan"]
    word = await told_in_private(pupil, about="看起来像一位老师")
    return Told(times=times, notes=[f"→ {pupil.who.name}：{word}"])


@step(
    "群名、权限被改动：{ms} 后恢复；班主任可以改话题，官方标记保留",
    "The room's name and levels are changed: put back after {ms}; the class teacher "
    "may change the topic, and the official mark stays",
)
async def settings(school: School) -> Told:
    """B2-02, A02: in these rooms nobody can; so it is done with the service's token."""
    room, witness = school.rooms["class_students"], school["wangxiaoyu"]
    teacher, colleague = school["wangfang"], school["liqiang"]
    await refused(
        teacher.write_state(room, "m.room.name", {"name": "快乐大家庭"}),
        "the class teacher gave the room another name",
    )
    await refused(
        colleague.write_state(room, "m.room.topic", {"topic": "数学"}),
        "a teacher of one subject changed the topic",
    )
    async with as_service(school.stage) as service:
        begin = time.perf_counter()
        raised = _with_level(witness, room, school["liming"], 50)
        await service.set_state(room, "m.room.name", "", {"name": "快乐大家庭"})
        await service.set_state(room, LEVELS, "", raised)
    name = sample.ROOMS[0].name
    await witness.until(
        lambda: (
            witness.sees(room, "m.room.name").get("name") == name
            and witness.level_of(room, school["liming"]) == 0
        )
    )
    shown = 1000 * (time.perf_counter() - begin)
    await teacher.write_state(room, "m.room.topic", {"topic": "本周五春游，请带水壶"})
    wanted = f"{OFFICIAL}｜本周五春游，请带水壶"
    await witness.until(
        lambda: witness.sees(room, "m.room.topic").get("topic") == wanted
    )
    return Told(times=[shown], notes=[f"→ 话题 · topic：{wanted}"])


def _rooms(school: School) -> list[tuple[sample.SampleRoom, RoomId, Member]]:
    """List the rooms of two who see them all day."""
    witnesses = {
        "class_students": school["wangxiaoyu"],
        "class_parents_primary": school["wangfang"],
        "teacher_work": school["wangfang"],
    }
    return [
        (room, school.rooms[room.kind], witnesses[room.kind])
        for room in sample.ROOMS
        if room.kind in witnesses
    ]


def _is_called(witness: Member, room_id: RoomId, member: Member, name: str) -> Any:
    return lambda: witness.name_of(room_id, member) == name


def _with_level(
    witness: Member, room_id: RoomId, member: Member, level: int
) -> Mapping[str, Any]:
    """Write the levels of a room with another one for somebody."""
    content = witness.sees(room_id, LEVELS)
    return {**content, "users": {**content["users"], member.who.user_id: level}}


async def _renamed_back(school: School, pupil: Member, name: str) -> float:
    """Let a pupil take a name; return how many milliseconds others saw it."""
    room, witness = school.rooms["class_students"], school["wangxiaoyu"]
    known = witness.names[room, pupil.who.user_id]
    before = len(known)
    await pupil.watch()
    await pupil.take_name(room, name)
    await witness.until(
        lambda: len(known) > before + 1 and known[-1][1] == pupil.who.name
    )
    claim(known[before][1] == name, f"the false name was seen as {known[before][1]}")
    return 1000 * (known[before + 1][0] - known[before][0])
