"""Which names pass for those of staff, and which only are false."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.people import Person, Role
from tests.name_books import LI_MING, MOTHER, TEACHER, book, person

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


def test_a_name_is_looked_up_at_once(processor_time: Callable[[], float]):
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
    began = processor_time()
    for each in pupils[:500]:
        names.resembles_staff(f"{each.name}老师", person=pupils[7])

    assert (processor_time() - began) / 500 < 0.001
