"""Names: which are accepted in a room, and how they are compared."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.names import (
    check_template,
    normal,
    surname,
)
from appservice.domain.people import LONGEST_NAME, POSTS, TITLES, Person, Post, Role
from tests.name_books import (
    CLASS,
    LI_LIANG,
    LI_MING,
    MOTHER,
    TEACHER,
    TEMPLATES,
    book,
    person,
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
def test_a_name_that_is_too_long_costs_nothing(
    character: str, processor_time: Callable[[], float]
):
    """An event holds 64 KiB, a name 256 characters."""
    began = processor_time()

    assert normal(character * 65_536) == ""
    assert processor_time() - began < 0.01


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
