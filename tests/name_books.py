"""People of a roster and the names they have in a room, to arrange tests with."""

from collections.abc import Mapping

from appservice.domain.house import Names
from appservice.domain.ids import KindName, PersonId, UserId
from appservice.domain.names import NameBook
from appservice.domain.people import Person, Post, Role
from appservice.domain.policy import Policy

CLASS = "三年级2班"
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "class_teacher": ("班主任{name}",),
    "teacher": ("{subject}{name}", "{name}老师", "{surname}老师"),
    "guardian": ("{student}{relation}", "{student}监护人"),
    "student": ("{name}", "{name}({number})"),
}


def person(
    id_: str,
    name: str,
    *roles: Role,
    classes: tuple[str, ...] = (CLASS,),
    subjects: tuple[str, ...] = (),
    pupils: tuple[str, ...] = (),
    relation: str | None = None,
    number: str | None = None,
    posts: tuple[Post, ...] = (),
    has_account: bool = True,
) -> Person:
    return Person(
        id=PersonId(id_),
        name=name,
        roles=frozenset(roles or [Role.STUDENT]),
        classes=frozenset(classes),
        subjects=subjects,
        pupils=tuple(map(PersonId, pupils)),
        relation=relation,
        number=number,
        user_id=UserId(f"@{id_}:school.example") if has_account else None,
        posts=frozenset(posts),
    )


LI_MING = person("s1", "李明", number="20230105")
LI_LIANG = person("s2", "李亮", number="20230106")
MOTHER = person("g1", "王芳", Role.GUARDIAN, pupils=("s1",), relation="妈妈")
TEACHER = person("t1", "王芳", Role.TEACHER, subjects=("数学", "科学"))


def book(
    *people: Person,
    templates: Mapping[str, tuple[str, ...]] = TEMPLATES,
    scope: str | None = CLASS,
    roles: tuple[Role, ...] = (Role.TEACHER, Role.GUARDIAN, Role.STUDENT),
) -> NameBook:
    policy = Policy(
        kind=KindName("class"),
        title="班级群",
        title_en="Class",
        version="1",
        roles=roles,
        names=Names(templates=templates),
    )
    return NameBook(
        policy=policy, scope=scope, people={each.id: each for each in people}
    )
