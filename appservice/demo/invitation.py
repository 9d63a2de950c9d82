"""What there is to try once the day is over: logins, rooms, addresses."""

import sys
from pathlib import Path
from typing import Final

from appservice.demo import school, talk
from appservice.demo.opening import School

WRAPPER: Final = Path(__file__).parents[2] / "homeroom"
"""In the source tree only."""

TO_TRY: Final = """
用您自己的客户端试一试 · try it in your own client
  电脑上的 Element 或其他 Matrix 客户端：服务器填 {url}
    Element Desktop, or app.element.io in Firefox or Chrome: as homeserver, {url}
    (when the browser asks, let it reach this device)
  手机不行：{host} 是这台电脑自己的地址，手机连不到。
    Not on a phone: {host} is this computer's own address.

  1  以 wangxiaoyu（密码 wangxiaoyu-demo）登录，在「三年级2班学生群」写：你这个白痴
     它马上收起；接受 Homeroom 的邀请，就能看到私下的说明。
     As wangxiaoyu, write that insult in 三年级2班学生群: it is gone at once. Accept
     Homeroom's invitation and read why.
  2  另开一个隐私窗口，以 wangfang（班主任）登录：看看请她看的是什么。
     十分钟之内同一件事只说一次，之后告诉她又有几条。
     As wangfang, the class teacher, in a private window: see what she is asked. The
     same thing is said once in ten minutes, and then how many more there were.
  3  以 wangfang 在「三年级2班学生群」写：!禁言 小雨 10分钟 上课聊天
     这条消息消失；小雨只能看和回应，两人都私下收到说明。再写：!解除禁言 小雨
     As wangfang, write that mute: it vanishes, 小雨 can only read and react, and both
     are told in private. Then lift it.
  4  也试试 · try these as well:
       !公告 明天春游    !取消置顶    !全员禁言 开    !全员禁言 关
     任何人在与 Homeroom 的私聊里 · anybody, in private with Homeroom:
       !帮助 #三年级2班学生群    !谁 #三年级2班学生群    !记录 #三年级2班学生群
  5  以 liming（密码 liming-demo）改名为「王芳老师」：/myroomnick 王芳老师
     名字马上改回来。
     As liming, take the teacher's name: it is put right at once.
  6  把一句话连发三遍；编辑一条消息；用繁体字或空格拆开。
     Say a thing three times; edit a message; use Traditional characters or spaces.
  7  先问一问，不发出去 · ask first, without sending:
       echo '你个废物' | {homeroom} check --kind class_students

记录与状态 · records and state
  {homeroom} rooms list --config {config}
  {homeroom} records export --config {config} --room '{room}'
  {directory}/records.jsonl   学生群的记录 · the record of the pupils' room
  {directory}/homeroom.log    运行日志，不含消息与姓名 · the log: no texts, no names
  {directory}/demo.json       以上账号与房间 · these logins and rooms, for scripts
  {service}/metrics           指标 · metrics
  {service}/ready             是否就绪 · readiness

按 Ctrl-C 停止一切 · Ctrl-C stops everything.
"""


def tell(open_school: School) -> None:
    """Say how to log in and what to try."""
    talk.say()
    people = school.everybody()
    talk.table(
        [
            ("user id", "password", "name", "role"),
            *((p.user_id, p.password, p.name, p.role.value) for p in people),
        ]
    )
    talk.say()
    rooms = [(r.name, r.kind, open_school.rooms[r.kind]) for r in school.ROOMS]
    talk.table([("room", "kind", "room id"), *rooms])
    stage = open_school.stage
    talk.say(
        TO_TRY.rstrip().format(
            url=stage.synapse.url,
            host="127.0.0.1",
            homeroom=_command(),
            config=_from_here(stage.config_path),
            room=open_school.rooms["class_students"],
            directory=_from_here(stage.directory),
            service=f"http://127.0.0.1:{stage.port}",
        )
    )


def _command() -> str:
    """Say how our commands are called from the directory we are in."""
    if WRAPPER.exists():
        here = _from_here(WRAPPER)
        return str(here) if here.is_absolute() else f"./{here}"
    return f"{sys.executable} -m appservice"


def _from_here(path: Path) -> Path:
    """Shorten a path where it lies below the directory we are in."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
