"""A room is upgraded: everybody and everything goes along."""

from appservice.demo import talk
from appservice.demo.day import Told, ask, claim, step
from appservice.demo.keeping import PINS
from appservice.demo.opening import School, homeroom, successor, write_demo_json
from appservice.domain.house import REACTING

KIND = "class_parents_secondary"


@step(
    "初二家长群从版本 10 升级到 12（homeroom rooms upgrade）："
    "成员、名字、权限、禁言、置顶都跟到新群",
    "A room is upgraded from version 10 to 12 (homeroom rooms upgrade): members, "
    "names, levels, mutes and pins follow",
)
async def upgrade(school: School) -> Told:
    """The old room's record stays, and names its successor."""
    old, teacher = school.rooms[KIND], school["chenjing"]
    await teacher.watch()
    muted = school["zhouzhiqiang"]
    text = "下周一开始新的作息时间。"
    await ask(teacher, old, f"!公告 {text}", about="置顶")
    await ask(teacher, old, "!禁言 周子涵爸爸 2小时", about="周子涵爸爸")
    await teacher.until(lambda: teacher.sees(old, PINS).get("pinned"))
    talk.progress("正在升级一个群 · upgrading a room")
    config = school.stage.config_path
    said = await homeroom("rooms", "upgrade", "--config", config, old)
    new = await successor(school, old)
    members = {n: school[n] for n in ("sunyulan", "zhouzhiqiang", "chenjing")}
    await teacher.until(
        lambda: (
            teacher.level_of(new, teacher) == 60
            and teacher.level_of(new, muted) == REACTING
            and all(teacher.is_joined(new, each) for each in members.values())
            and teacher.sees(new, PINS).get("pinned")
        )
    )
    (pinned,) = teacher.sees(new, PINS)["pinned"]
    claim(pinned in teacher.contents, "what is pinned cannot be seen")
    body = str(teacher.contents[pinned].get("body"))
    claim(text in body, f"what is pinned says {body}")
    names = [teacher.name_of(new, each) for each in members.values()]
    claim(names == ["周子涵妈妈", "周子涵爸爸", "陈静"], f"they are called {names}")
    school.rooms[KIND] = new
    write_demo_json(school.stage, school.rooms)
    return Told(notes=[said])
