"""Who plays: pupils, teachers, parents, and somebody the roster does not know."""

from appservice.demo.stage import DOMAIN
from appservice.domain.ids import PersonId, UserId
from appservice.domain.people import Person, Post, Role

CLASS = "三年级2班"
SMALL = "五年级1班"
"""A class with one room at a time: whose it is need not be said in private."""
PASSWORD = "correct horse battery"  # noqa: S105


def _person(
    localpart: str,
    name: str,
    role: Role,
    *posts: Post,
    scope: str | None = CLASS,
    subjects: tuple[str, ...] = (),
    pupils: tuple[str, ...] = (),
    relation: str | None = None,
    number: str | None = None,
    language: str | None = None,
) -> Person:
    return Person(
        id=PersonId(localpart),
        name=name,
        roles=frozenset({role}),
        classes=frozenset({scope} if scope else ()),
        subjects=subjects,
        pupils=tuple(map(PersonId, pupils)),
        relation=relation,
        number=number,
        language=language,
        user_id=UserId(f"@{localpart}:{DOMAIN}"),
        posts=frozenset(posts),
    )


def pupil(localpart: str, name: str, *, scope: str = CLASS) -> Person:
    """Make one more pupil."""
    return _person(localpart, name, Role.STUDENT, scope=scope)


def _class_teacher(scope: str) -> Post:
    return Post(name="class_teacher", scope=scope)


PEOPLE = [
    _person("xiaoming", "小明同学", Role.STUDENT, number="20230107"),
    _person("xiaohong", "小红同学", Role.STUDENT),
    _person("xiaogang", "赵小刚", Role.STUDENT),
    _person("emma", "Emma Smith", Role.STUDENT, language="en"),
    _person("wang", "王老师", Role.TEACHER, _class_teacher(CLASS)),
    _person("fang", "王芳", Role.TEACHER, _class_teacher(CLASS), subjects=("语文",)),
    _person("li", "李强", Role.TEACHER, subjects=("数学", "科学")),
    _person("mama", "陈静", Role.GUARDIAN, pupils=("xiaoming",), relation="妈妈"),
    _person(
        "baba",
        "周涛",
        Role.GUARDIAN,
        Post(name="committee_member", scope=CLASS),
        pupils=("xiaohong",),
        relation="爸爸",
    ),
    # The hand does not reach this account: it is an administrator's (``init``).
    _person("admin", "赵敏", Role.STAFF, Post(name="administrator"), scope=None),
    _person(
        "chen",
        "陈刚",
        Role.TEACHER,
        _class_teacher(SMALL),
        subjects=("英语",),
        scope=SMALL,
    ),
    _person("dada", "林大大", Role.STUDENT, scope=SMALL),
    _person("lele", "林乐乐", Role.STUDENT, scope=SMALL),
]

STRANGER = "stranger"
"""Has an account, and is not in the roster."""

RIGHT_NAMES = {
    **{str(person.id): person.name for person in PEOPLE},
    "wang": "班主任王老师",
    "fang": "语文王芳",
    "li": "数学李强",
    "chen": "英语陈刚",
    STRANGER: "路人",
}
"""What they are called in rooms of pupils, and in their profiles at first."""
