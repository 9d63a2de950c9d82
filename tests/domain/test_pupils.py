"""The roster's names in a text."""

from appservice.domain.ids import PersonId
from appservice.domain.people import Person, Role
from appservice.domain.pupils import NOBODY, of_people
from appservice.domain.text import fold


def pupil(id_: str, name: str, *classes: str) -> Person:
    return Person(
        id=PersonId(id_),
        name=name,
        roles=frozenset({Role.STUDENT}),
        classes=frozenset(classes),
    )


PEOPLE = (
    pupil("s1", "王小明", "三1"),
    pupil("s2", "王小明", "三2"),
    pupil("s3", "阿依古丽·买买提"),
    pupil("s4", "Ann Lee", "三1"),
    Person(id=PersonId("t1"), name="陈老师", roles=frozenset({Role.TEACHER})),
)


def found(text: str, scope: str | None = None):
    folded = fold(text)
    return [
        (folded[each.start : each.end], sorted(each.ids), each.is_full)
        for each in of_people(PEOPLE, scope=scope).find(folded)
    ]


def test_namesakes_are_all_meant():
    assert found("王小明来了") == [("王小明", ["s1", "s2"], True)]


def test_traditional_characters_and_dots_make_no_other_name():
    assert found("阿依古麗买买提") == [("阿依古丽买买提", ["s3"], True)]
    assert found("阿依古丽·买买提") == [("阿依古丽·买买提", ["s3"], True)]


def test_latin_names_are_whole_words():
    assert found("ANN LEE!") == [("ann lee", ["s4"], True)]
    assert found("Ann Leeds") == []


def test_given_names_are_known_in_the_rooms_own_class():
    """Elsewhere «小明» may be anybody."""
    assert found("小明和Ann", "三1") == [
        ("小明", ["s1"], False),
        ("ann", ["s4"], False),
    ]
    assert found("小明和Ann") == []


def test_teachers_are_no_pupils():
    assert found("陈老师") == []


def test_without_a_roster_nobody_is_found():
    assert NOBODY.is_empty
    assert NOBODY.find("王小明") == ()
