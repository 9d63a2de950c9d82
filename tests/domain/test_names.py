"""Names: which are accepted in a room, and which pass for those of staff."""

import re
import time
from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.house import Names
from appservice.domain.ids import KindName, PersonId, UserId
from appservice.domain.names import (
    LONGEST_NAME,
    TITLES,
    NameBook,
    check_template,
    normal,
    surname,
)
from appservice.domain.people import POSTS, Person, Post, Role
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


# Comparing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("李明", " 李　明\u00a0"),
        ("李明(05)", "李明（０５）"),
        ("李明(05)", "李明【05】"),
        ("买买提·艾力", "买买提•艾力"),
        ("买买提·艾力", "买买提．艾力"),
        ("买买提·艾力", "買買提・艾力"),
        ("张伟", "張偉"),
        ("Mary Smith", "mary  SMITH"),
        ("José", "Jose\u0301"),
        ("李明李亮妈妈", "李明、李亮妈妈"),
        ("李明李亮妈妈", "李明/李亮 妈妈"),
        ("李明李亮妈妈", "李明 & 李亮妈妈"),
    ],
)
def test_writing_differently_makes_no_other_name(one: str, other: str):
    """Nobody is corrected for a space or a full-width bracket."""
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    "other",
    [
        *("李\u200b明", "李明\u202e", "李明\u3164", "李\u00ad明", "李明\x1f"),
        *("李明\ufe0f", "李 明 2", "李朋", "李明、", ""),
    ],
)
def test_what_cannot_be_seen_makes_another_name(other: str):
    """Two members could else be told apart by nobody but their clients."""
    assert normal(other) != normal("李明")


@pytest.mark.parametrize("character", ["李", "\u0301", "\ufdfa", " ", "\U0001f600"])
def test_a_name_that_is_too_long_costs_nothing(character: str):
    """An event holds 64 KiB, a name 256 characters."""
    began = time.perf_counter()

    assert normal(character * 65_536) == ""
    assert time.perf_counter() - began < 0.01


@given(st.text(max_size=LONGEST_NAME))
@example("e \u0301")
@example("\u1e9e \u0345")
@example("李、/明")
def test_comparing_once_is_comparing_twice(name: str):
    """What is compared is compared as itself."""
    assert normal(normal(name)) in {normal(name), ""}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("王芳", "王"),
        ("欧阳娜娜", "欧阳"),
        ("歐陽修", "歐陽"),
        ("欧阳", "欧"),
        ("司马光", "司马"),
        ("买买提·艾力", "买买提"),
        ("Mary Ann Smith", "Smith"),
        ("Smith, Mary", "Smith"),
        ("J. Smith", "Smith"),
        ("Anna", "Anna"),
        ("", ""),
        ("·", "·"),
    ],
)
def test_a_surname_is_what_stands_before_teacher(name: str, expected: str):
    """王老师, 欧阳老师, 买买提老师."""
    assert surname(name) == expected


@given(st.text())
def test_every_name_has_a_surname(name: str):
    """A roster may hold anything."""
    assert surname(name) in name.replace("•", "·") or "·" in name


# Templates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "{studnet}妈妈",
            '"studnet" in "{studnet}妈妈" is not a variable; did you mean',
        ),
        ("{}", '"" in "{}" is not a variable; write one of'),
        ("{name!r}", 'did you mean "name"?'),
        ("{name", '"{name" has a brace without its pair; write e.g.'),
        ("name}", "has a brace without its pair"),
        (" ", "is no name"),
        ("x" * 257, "is no name"),
    ],
)
def test_a_bad_template_is_refused_with_its_reason(template: str, message: str):
    """The policy loader puts file and line before it."""
    with pytest.raises(ValueError, match=re.escape(message)):
        check_template(template)


@pytest.mark.parametrize("templates", TEMPLATES.values())
def test_a_good_template_passes(templates: tuple[str, ...]):
    """Those of the six kinds look like these."""
    for template in templates:
        check_template(template)


@given(st.text() | st.text("{}name!:0", max_size=12))
def test_a_template_that_passes_can_be_filled_in(template: str):
    """What is wrong with a policy is found when it is read."""
    try:
        check_template(template)
    except ValueError:
        return

    assert book(LI_MING, templates={"student": (template,)}).forms(LI_MING)


def test_every_post_has_a_title():
    """``{post}`` has a value for whoever holds one."""
    assert set(TITLES) == POSTS


# What is accepted -----------------------------------------------------------------


def test_a_teacher_is_called_by_subject_and_name():
    """B3-06: «学科+教师姓名»; of several subjects any one."""
    forms = book(TEACHER).forms(TEACHER)

    assert forms == ("数学王芳", "科学王芳", "王芳老师", "王老师")


def test_a_guardian_is_called_after_the_pupil():
    """B1-31: «学生姓名 + 爸爸/妈妈或监护人»."""
    names = book(MOTHER, LI_MING)

    assert names.forms(MOTHER) == ("李明妈妈", "李明监护人")
    assert names.is_right(MOTHER, "李明 妈妈")
    assert not names.is_right(MOTHER, "王芳")
    assert not names.is_right(MOTHER, "")
    assert not names.is_right(MOTHER, None)


def test_a_post_counts_before_the_role():
    """The class teacher is put right to 班主任王芳, and may be 数学王芳."""
    post = Post(name="class_teacher", scope=CLASS)
    teacher = person("t1", "王芳", Role.TEACHER, subjects=("数学",), posts=(post,))

    assert book(teacher).forms(teacher)[:2] == ("班主任王芳", "数学王芳")
    assert book(teacher, scope="三年级3班").forms(teacher)[0] == "数学王芳"


def test_a_teacher_who_is_a_parent_may_use_either_name():
    """X01: several roles; the first of the kind's roles is canonical."""
    both = person(
        *("t1", "王芳", Role.TEACHER, Role.GUARDIAN),
        subjects=("数学",),
        pupils=("s1",),
        relation="妈妈",
    )

    assert book(both, LI_MING).forms(both)[0] == "数学王芳"
    assert book(both, LI_MING).is_right(both, "李明妈妈")
    parents = book(both, LI_MING, roles=(Role.GUARDIAN,))
    assert parents.forms(both)[0] == "李明妈妈"


def test_a_guardian_of_twins_may_name_both():
    """X28: one account for twins, with both names."""
    mother = person("g1", "王芳", Role.GUARDIAN, pupils=("s1", "s2"), relation="妈妈")
    names = book(mother, LI_MING, LI_LIANG)

    assert names.forms(mother)[:4] == (
        *("李明妈妈", "李亮妈妈", "李明李亮妈妈", "李亮李明妈妈"),
    )
    for written in [
        "李明、李亮妈妈",
        "李明/李亮妈妈",
        "李亮&李明监护人",
        "李明 李亮 妈妈",
    ]:
        assert names.is_right(mother, written)


def test_only_pupils_of_the_class_give_names_in_its_room():
    """A sister in another class is nobody in this one."""
    sister = person("s2", "李亮", classes=("一年级1班",))
    mother = person("g1", "王芳", Role.GUARDIAN, pupils=("s2", "s1"), relation="妈妈")

    here = book(mother, LI_MING, sister).forms(mother)
    elsewhere = book(mother, LI_MING, sister, scope="五年级1班").forms(mother)
    everywhere = book(mother, LI_MING, sister, scope=None).forms(mother)

    assert here == ("李明妈妈", "李明监护人")
    assert elsewhere[:2] == everywhere[:2] == ("李亮妈妈", "李明妈妈")


def test_without_a_template_any_name_is_right():
    """A kind of rooms may say nothing about guests."""
    guest = person("x1", "Somebody", Role.GUEST)

    assert book(guest).forms(guest) == ()
    assert book(guest).is_right(guest, None)


def test_without_a_value_the_plain_name_is_right():
    """A template whose variable the roster leaves empty gives nothing."""
    teacher = person("t1", "王芳", Role.TEACHER)

    names = book(teacher, templates={"teacher": ("{subject}{name}",)})
    assert names.forms(teacher) == ("王芳",)


def test_class_and_post_can_stand_in_a_name():
    """A pupil of another class has none here."""
    guest = person("s2", "李亮", classes=("三年级1班",))
    post = Post(name="year_head")
    head = person("t1", "王芳", Role.TEACHER, classes=(), posts=(post,))
    templates = {"student": ("{class}{name}",), "teacher": ("{name}{post}",)}
    names = book(LI_MING, guest, head, templates=templates)

    assert names.forms(LI_MING) == ("三年级2班李明",)
    assert names.forms(guest) == ("李亮",)
    assert names.forms(head) == ("王芳年级组长",)


# Same names -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("20230106", "李明(05)"),
        ("20230205", "李明(105)"),
        ("05", "李明(105)"),
        (None, "李明(05)"),
        ("20230105", "李明"),
    ],
)
def test_namesakes_are_told_apart_by_the_last_digits(other: str | None, expected: str):
    """X19: «only the last digits to separate same names»."""
    names = book(LI_MING, person("s2", "李 明", number=other))

    assert names.forms(LI_MING)[0] == expected
    for written in ["李明", "李明（20230105）", expected]:
        assert names.is_right(LI_MING, written)


@pytest.mark.parametrize(
    "other",
    [
        person("s2", "李明", number="7", classes=("一年级1班",)),
        person("s2", "李明", number="7", has_account=False),
        person("t2", "李明", Role.TEACHER),
        person("s2", "李亮", number="7"),
    ],
)
def test_who_is_not_met_under_the_same_name_is_no_namesake(other: Person):
    """Another class, another role, no account: nobody would be confused."""
    assert book(LI_MING, other).forms(LI_MING)[0] == "李明"


def test_without_a_template_for_it_no_number_is_shown():
    """A number is shown where the school says so, and nowhere else."""
    names = book(
        LI_MING, person("s2", "李明", number="06"), templates={"student": ("{name}",)}
    )

    assert names.forms(LI_MING) == ("李明",)


def test_guardians_of_namesakes_are_told_apart_by_their_pupils():
    """The number in a guardian's name is the pupil's."""
    templates = {"guardian": ("{student}{relation}", "{student}({number}){relation}")}
    others = (
        person("s2", "李明", number="20230106"),
        person("g2", "赵兰", Role.GUARDIAN, pupils=("s2",), relation="妈妈"),
    )
    names = book(LI_MING, MOTHER, *others, templates=templates)

    assert names.forms(MOTHER)[0] == "李明(05)妈妈"


@given(st.lists(st.text("0123456789", min_size=1, max_size=6), max_size=6, unique=True))
def test_all_namesakes_with_a_number_get_different_names(numbers: list[str]):
    """Whatever the numbers: otherwise digits would be shown for nothing."""
    people = [person(f"s{n}", "李明", number=n) for n in numbers]
    names = book(*people)

    assert len({names.forms(each)[0] for each in people}) == len(people)
    assert all(names.is_right(each, names.forms(each)[0]) for each in people)


# Who looks like staff -------------------------------------------------------------

STAFF = book(TEACHER, LI_MING, MOTHER, person("t2", "Mary Lin", Role.TEACHER))


@pytest.mark.parametrize(
    "written",
    [
        *("王芳", "王 芳", "王\u200b芳", "王芳\u3164", "★王芳★", "王.芳", "王芳✅"),
        *("数学王芳", "數學王芳", "王芳老师", "王老师", "数学王老师", "三年级2班王芳"),
        *("班主任", "班主任王芳", "王芳班主任", "校长", "王校长", "三年级2班班主任"),
        *("管理员", "数学老师", "老师", "主任", "\u202e芳王"),
        *("Mary Lin", "MARY LIN", "Mary L1n", "Маrу Lin", "Mary Lіn", "Teacher Lin"),
        *("王芳" + "\u200b" * 300, "王芳" + " " * 300 + "x"),
    ],
)
@pytest.mark.parametrize("bearer", [LI_MING, None])
def test_who_passes_for_staff_is_seen(written: str, bearer: Person | None):
    """A parent asked for money by 王芳 must be able to trust that it is her."""
    assert STAFF.resembles_staff(written, person=bearer)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "李明妈妈",
            "王芳妈妈",
            "李老师的学生",
            "李老师",
            "王芳的粉丝",
            "王芳芳",
            "王",
        ),
        *(
            "数学",
            "三年级2班",
            "数学李明",
            "家委会",
            "我爱老师",
            "",
            "老师好",
            "x" * 5000,
        ),
        *("\u202e", "老师" * 100 + "x", "Mary", "Marylin Monroe", "王方"),
    ],
)
@pytest.mark.parametrize("bearer", [LI_MING, None])
def test_what_is_only_a_false_name_is_no_more(written: str, bearer: Person | None):
    """A wrong alarm calls a child a swindler."""
    assert not STAFF.resembles_staff(written, person=bearer)


def test_who_really_has_a_teachers_name_may_use_it():
    """There are many Wang Fangs."""
    for written in ["王芳", "三年级2班王芳", "李明妈妈"]:
        assert not STAFF.resembles_staff(written, person=MOTHER)
    assert STAFF.resembles_staff("数学王芳", person=MOTHER)
    assert STAFF.resembles_staff("王芳老师", person=MOTHER)


def test_staff_may_call_themselves_by_any_title_but_not_by_others_names():
    """A false name of a teacher's is put right, and that is all."""
    colleague = person("t3", "赵刚", Role.TEACHER)
    names = book(TEACHER, colleague, templates={"teacher": ("{name}",)})

    assert not names.resembles_staff("王芳主任", person=TEACHER)
    assert not names.resembles_staff("王老师", person=colleague)
    assert names.resembles_staff("王芳主任", person=colleague)


def test_a_teachers_name_as_a_parent_is_not_theirs_alone():
    """李明妈妈 is a mother, and his grandmother with that name no swindler."""
    both = person("t1", "赵兰", Role.TEACHER, Role.GUARDIAN, pupils=("s1",))
    names = book(both, LI_MING)

    assert names.is_right(both, "李明监护人")
    assert not names.resembles_staff("李明监护人", person=None)


def test_a_name_in_a_kind_without_templates_can_pass_for_staff_too():
    """``NameMode.OFF`` lets any name pass but a teacher's."""
    names = book(TEACHER, LI_MING, templates={})

    assert names.resembles_staff("王芳", person=LI_MING)
    assert not names.resembles_staff("李小明", person=LI_MING)


@given(st.text(), st.sampled_from([None, LI_MING, MOTHER, TEACHER]))
def test_any_name_can_be_asked_about(name: str, bearer: Person | None):
    """Display names are whatever a client sends."""
    STAFF.resembles_staff(name, person=bearer)
    if bearer is not None and STAFF.is_right(bearer, name):
        assert not STAFF.resembles_staff(name, person=bearer)


def test_a_name_is_looked_up_at_once():
    """A school of 2000 pupils, a name every join: tens of microseconds."""
    pupils = [
        person(
            f"s{n}", f"李{chr(0x4E00 + n)}", number=f"{n:04}", classes=(f"{n % 50}班",)
        )
        for n in range(2000)
    ]
    staff = [
        person(f"t{n}", f"王{chr(0x4E00 + n)}", Role.TEACHER, subjects=("数学",))
        for n in range(150)
    ]
    names = book(*pupils, *staff, scope="7班")
    names.forms(pupils[7])
    names.resembles_staff("李明", person=pupils[7])
    began = time.perf_counter()
    for each in pupils[:500]:
        names.resembles_staff(f"{each.name}老师", person=pupils[7])

    assert (time.perf_counter() - began) / 500 < 0.001
