"""Who: the person somebody means by what they wrote."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.house import Names
from appservice.domain.ids import KindName, PersonId, UserId
from appservice.domain.names import NameBook
from appservice.domain.people import Person, Role
from appservice.domain.policy import Policy
from appservice.domain.who import Match, find

POLICY = Policy(
    kind=KindName("class"),
    title="班级群",
    title_en="Class",
    version="1",
    roles=(Role.TEACHER, Role.STUDENT, Role.GUARDIAN),
    names=Names(
        templates={
            "teacher": ("{subject}{name}", "{name}老师"),
            "guardian": ("{student}{relation}",),
            "student": ("{name}", "{name}({number})"),
        }
    ),
)


def person(
    id_: str,
    name: str,
    role: Role = Role.STUDENT,
    *,
    number: str | None = None,
    pupils: tuple[str, ...] = (),
    relation: str | None = None,
) -> Person:
    return Person(
        id=PersonId(id_),
        name=name,
        roles=frozenset({role}),
        subjects=("数学",) if role is Role.TEACHER else (),
        number=number,
        pupils=tuple(map(PersonId, pupils)),
        relation=relation,
        user_id=UserId(f"@{id_}:school.example"),
    )


XIAOYU = person("xiaoyu", "王小雨")
LI_MING = person("liming", "李明")
MARY = person("mary", "Mary Ann Smith")
DAN = person("dan", "Dan Brown")
UYGHUR = person("aili", "买买提·艾力")
TEACHER = person("fang", "王芳", Role.TEACHER)
MOTHER = person("lan", "赵兰", Role.GUARDIAN, pupils=("liming",), relation="妈妈")
TOM = person("tom", "Tom Brown")
EVERYBODY = (TOM, XIAOYU, LI_MING, MARY, DAN, UYGHUR, TEACHER, MOTHER)
FIVE, SIX = person("m5", "张伟", number="2305"), person("m6", "张伟", number="2306")


def look(text: str, people: Iterable[Person] = EVERYBODY) -> Match:
    people = tuple(people)
    roster = {each.id: each for each in (*people, LI_MING)}
    return find(text, NameBook(policy=POLICY, scope=None, people=roster), people)


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("李明", LI_MING, ""),
        ("李明 2h 说脏话", LI_MING, "2h 说脏话"),
        ("@李明: 2h", LI_MING, "2h"),
        ("＠李明，说脏话", LI_MING, "说脏话"),
        (" 李 明 2h", LI_MING, "2h"),
        ("李明2小时", LI_MING, "2小时"),
        ("李明两小时 吵闹", LI_MING, "两小时 吵闹"),
        ("李明半小时", LI_MING, "半小时"),
        ("李明２ｈ", LI_MING, "２ｈ"),
        ("李明（吵闹）", LI_MING, "（吵闹）"),
        ("李明妈妈 2h", MOTHER, "2h"),
        ("赵兰 2h", MOTHER, "2h"),
        ("王芳老师", TEACHER, ""),
        ("数学王芳 2h", TEACHER, "2h"),
        ("MARY ann smith 1h", MARY, "1h"),
        ("买买提•艾力 1h", UYGHUR, "1h"),
        ("買買提·艾力", UYGHUR, ""),
        ("@liming:school.example", LI_MING, ""),
        ("@LiMing:school.example 2h", LI_MING, "2h"),
        ("＠liming:school.example：2h", LI_MING, "2h"),
        ("@liming:school.example. 2h", LI_MING, ". 2h"),
        ("李明\n第一行\n第二行\n", LI_MING, "第一行\n第二行"),
    ],
)
def test_a_person_is_found_by_id_or_name(text: str, expected: Person, rest: str):
    """The longest name that fits; what follows stays as it was written."""
    assert look(text) == Match(person=expected, rest=rest)


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("小雨 2h", XIAOYU, "2h"),
        ("小雨2小时", XIAOYU, "2小时"),
        ("mary 2h", MARY, "2h"),
        ("ann 2h", MARY, "2h"),
        ("ann smith: 2h", MARY, "2h"),
        ("艾力", UYGHUR, ""),
        ("明妈妈", MOTHER, ""),
    ],
)
def test_a_part_of_a_name_is_enough_where_only_one_has_it(
    text: str, expected: Person, rest: str
):
    """Teachers call pupils by their given names."""
    assert look(text) == Match(person=expected, rest=rest, is_part=True)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("李明亮 2h", ("李明",)),
        ("王小丽 2h", ("王小雨",)),
        ("Marie 2h", ()),
        ("王 2h", ()),
        ("an hour", ()),
        ("to 6pm", ()),
        ("半小时", ()),
        ("own 2h", ()),
        ("@limin:school.example 2h", ("@liming:school.example",)),
        ("@liming:school.example.org", ("@liming:school.example",)),
        ("@somebody:elsewhere", ()),
        ("李明(07) 2h", ("李明",)),
        ("李明、李亮妈妈 2h", ("李明妈妈", "李明")),
        ("买买提·艾力克", ("买买提·艾力",)),
        ("数学 课上吵闹", ()),
        ("妈妈 2h", ()),
        ("班主任 2h", ()),
        ("2h 说脏话", ()),
        ("30 分钟", ()),
        ("", ()),
        ("@", ()),
        ("李\u200b明 2h", ()),
    ],
)
def test_nobody_is_found_by_accident(text: str, near: tuple[str, ...]):
    """Better to ask again than to mute somebody else."""
    found = look(text)

    assert found.person is None
    assert set(near) <= set(found.near)


def test_between_two_nobody_is_chosen():
    """Namesakes are suggested by what tells them apart."""
    found = look("张伟 2h", [FIVE, SIX, LI_MING])

    assert found == Match(
        person=None, rest="2h", near=("张伟(05)", "张伟(06)"), fits_several=True
    )
    assert look("张伟(05) 2h", [FIVE, SIX]).person == FIVE
    assert look("张伟（06）2h", [FIVE, SIX]).person == SIX


def test_who_cannot_be_told_apart_is_suggested_by_id():
    """Two namesakes without numbers have nothing else."""
    one, other = person("a", "张伟"), person("b", "张伟")

    assert look("张伟", [one, other]).near == (
        *("@a:school.example", "@b:school.example"),
    )


def test_a_part_that_several_have_chooses_nobody():
    """At most five are suggested."""
    people = [person(f"p{n}", f"王小{each}") for n, each in enumerate("雨丽明红兰刚")]
    found = look("王小 2h", people)

    assert found.person is None
    assert found.rest == "2h"
    assert found.near == ("王小雨", "王小丽", "王小明", "王小红", "王小兰")


def test_a_longer_name_counts_before_a_shorter_one():
    """«李明» is in «李明亮», and so is he."""
    longer = person("liang", "李明亮")

    assert look("李明亮 2h", [LI_MING, longer]).person == longer
    assert look("李明 2h", [LI_MING, longer]).person == LI_MING


def test_in_an_empty_room_there_is_nobody():
    """A command may come before anybody joined."""
    assert look("李明 2h", []) == Match(person=None, rest="2h")


@given(st.text() | st.text("@李明王小雨妈·(05) 2h:.", max_size=16))
@example("@\ud800:" * 9)
@example("𠮷" * 300)
def test_any_text_can_be_looked_at(text: str):
    """What follows is a part of what was written, and one answer excludes the other."""
    found = look(text, [*EVERYBODY, FIVE, SIX])

    assert found.rest in text
    assert found.person is None or not found.near
    for name in found.near:
        assert look(name, [*EVERYBODY, FIVE, SIX]).person is not None


@given(st.sampled_from(EVERYBODY), st.sampled_from([" ", "，", "：", ": ", "\n", "  "]))
def test_everybody_is_found_by_their_own_name(who: Person, separator: str):
    """Whatever stands between name and reason."""
    for name in [who.name, str(who.user_id)]:
        assert look(f"{name}{separator}上课") == Match(person=who, rest="上课")


@pytest.mark.parametrize(
    "text", ["李" * 65_536, "a b " * 16_384, " " * 65_536, "，" * 65_536, "@" * 65_536]
)
def test_a_long_text_in_a_full_room_is_looked_at_at_once(
    text: str, processor_time: Callable[[], float]
):
    """Five hundred members and an event as large as they get."""
    people = [
        person(f"p{n}", f"Ab {chr(0x4E00 + n)}{chr(0x5E00 + n)}") for n in range(500)
    ]
    book = NameBook(
        policy=POLICY, scope=None, people={each.id: each for each in people}
    )
    find("李", book, people)
    began = processor_time()

    find(text, book, people)
    assert processor_time() - began < 0.5
