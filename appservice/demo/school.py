"""The sample school: 晨光学校, its people and its rooms. All of them are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from appservice.demo.stage import DOMAIN
from appservice.domain import roster
from appservice.domain.ids import KindName, PersonId
from appservice.domain.people import Person, Role

NAME: Final = "晨光学校"
NAME_EN: Final = "Chenguang School"

ROSTER: Final = f"""\
id,name,role,classes,subjects,pupils,relation,user_id,posts
s1,李明,student,三年级2班,,,,@liming:{DOMAIN},
s2,王小雨,student,三年级2班,,,,@wangxiaoyu:{DOMAIN},
s3,张浩然,student,三年级2班,,,,@zhanghaoran:{DOMAIN},
s4,陈思源,student,三年级2班,,,,@chensiyuan:{DOMAIN},
s5,周子涵,student,初二1班,,,,,
g1,赵丽华,guardian,三年级2班,,s1,妈妈,@zhaolihua:{DOMAIN},
g2,王建国,guardian,三年级2班,,s2,爸爸,@wangjianguo:{DOMAIN},
g3,刘敏,guardian,三年级2班,,s3,妈妈,@liumin:{DOMAIN},committee_member:三年级2班
g4,陈国强,guardian,三年级2班,,s4,爷爷,@chenguoqiang:{DOMAIN},
g5,孙玉兰,guardian,初二1班,,s5,妈妈,@sunyulan:{DOMAIN},
g6,周志强,guardian,初二1班,,s5,爸爸,@zhouzhiqiang:{DOMAIN},
t1,王芳,teacher,三年级2班,语文,,,@wangfang:{DOMAIN},class_teacher:三年级2班
t2,李强,teacher,三年级2班,数学,,,@liqiang:{DOMAIN},
t3,陈静,teacher,初二1班,英语,,,@chenjing:{DOMAIN},class_teacher:初二1班
t4,刘伟,teacher,三年级1班,数学,,,@liuwei:{DOMAIN},year_head:三年级
a1,周敏,staff,,,,,@zhoumin:{DOMAIN},administrator
a2,郑宏,staff,,,,,@zhenghong:{DOMAIN},principal
"""
"""As the school's office would keep it: ``homeroom roster import`` reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """An account of the sample school."""

    localpart: str
    name: str
    """As others see it."""
    role: Role
    called: str
    """What they called themselves when they got their account."""

    @property
    def user_id(self) -> str:
        return f"@{self.localpart}:{DOMAIN}"

    @property
    def password(self) -> str:
        """Easy to type: this homeserver is reached from this machine only."""
        return f"{self.localpart}-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRoom:
    """A room of the sample school."""

    kind: KindName
    name: str
    scope: str
    names: Mapping[str, str]
    """What everybody is called there, by localpart."""
    levels: Mapping[str, int]
    """Of those who hold an office there, by localpart."""
    version: str = "12"

    @property
    def members(self) -> tuple[str, ...]:
        """Localparts."""
        return tuple(self.names)


GUEST: Final = Somebody(localpart="fangke", name="访客", called="访客", role=Role.GUEST)
"""Has an account, and stands in no roster."""

CALLED: Final[Mapping[str, str]] = {
    "liming": "LM同学",
    "zhanghaoran": "浩然⚽",
    "zhaolihua": "赵丽华",
    "chenguoqiang": "老陈",
}
"""Those who called themselves something that no room takes for their name."""

ROOMS: Final = (
    SampleRoom(
        kind=KindName("class_students"),
        name="三年级2班学生群",
        scope="三年级2班",
        names={
            "liming": "李明",
            "wangxiaoyu": "王小雨",
            "zhanghaoran": "张浩然",
            "chensiyuan": "陈思源",
            "wangfang": "语文王芳",
            "liqiang": "数学李强",
        },
        levels={"wangfang": 60, "liqiang": 50},
    ),
    SampleRoom(
        kind=KindName("class_parents_primary"),
        name="三年级2班家长群",
        scope="三年级2班",
        names={
            "zhaolihua": "李明妈妈",
            "wangjianguo": "王小雨爸爸",
            "liumin": "张浩然妈妈",
            "chenguoqiang": "陈思源爷爷",
            "wangfang": "王芳",
            "liqiang": "李强",
            "zhoumin": "周敏",
        },
        levels={"wangfang": 60, "liqiang": 40, "liumin": 30},
    ),
    SampleRoom(
        kind=KindName("class_parents_secondary"),
        name="初二1班家长群",
        scope="初二1班",
        names={
            "sunyulan": "周子涵妈妈",
            "zhouzhiqiang": "周子涵爸爸",
            "chenjing": "陈静",
            "zhoumin": "周敏",
        },
        levels={"chenjing": 60},
        # An old one, which is upgraded in the course of the day.
        version="10",
    ),
    SampleRoom(
        kind=KindName("teacher_work"),
        name="三年级教师工作群",
        scope="三年级",
        names={
            "wangfang": "王芳",
            "liqiang": "李强",
            "liuwei": "刘伟",
            "zhoumin": "周敏",
            "zhenghong": "郑宏",
        },
        levels={"liuwei": 60, "zhenghong": 40},
    ),
)


def everybody() -> tuple[Somebody, ...]:
    """List all accounts: those of the roster, then the guest."""
    people = roster.read(ROSTER)
    names = {person.id: person.name for person in people}
    return (
        *(_somebody(person, names) for person in people if person.user_id is not None),
        GUEST,
    )


def _somebody(person: Person, names: Mapping[PersonId, str]) -> Somebody:
    localpart = (person.user_id or "")[1:].partition(":")[0]
    name = _shown(person, names)
    return Somebody(
        localpart=localpart,
        name=name,
        role=next(iter(person.roles)),
        called=CALLED.get(localpart, name),
    )


def _shown(person: Person, names: Mapping[PersonId, str]) -> str:
    """Name guardians as schools do, by their child: 李明妈妈."""
    if person.relation and person.pupils:
        return names[person.pupils[0]] + person.relation
    return person.name
