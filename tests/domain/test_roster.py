"""The roster: people out of a CSV file, and every mistake with its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.people import Person, Post, Role
from appservice.domain.roster import RosterError, read

HEADER = "id,name,role,classes,subjects,pupils,relation,user_id,posts\n"
GOOD = HEADER + (
    "s1,李小明,student,三年级2班,,,,@xiaoming:school.example,\n"
    "g1,李大明,guardian,,,s1,爸爸,@daming:school.example,committee_member:三年级2班\n"
    "t1,王芳,teacher;guardian,三年级2班;三年级3班,数学；科学,s1,妈妈,"
    "@wang:school.example,class_teacher:三年级2班;subject_head:数学\n"
    "a1,赵刚,staff,,,,,,administrator\n"
)


def mistakes(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(RosterError) as caught:
        read(text)
    return caught.value.mistakes


def test_people_are_read_with_all_that_is_said_of_them():
    """Roles, classes, children, posts and accounts: every column counts."""
    student, guardian, teacher, clerk = read(GOOD)

    assert student.roles == {Role.STUDENT}
    assert student.classes == {"三年级2班"}
    assert student.user_id == "@xiaoming:school.example"
    assert (guardian.pupils, guardian.relation) == (("s1",), "爸爸")
    assert guardian.posts == {Post(name="committee_member", scope="三年级2班")}
    assert teacher.roles == {Role.TEACHER, Role.GUARDIAN}
    assert teacher.subjects == ("数学", "科学")
    assert Post(name="subject_head", scope="数学") in teacher.posts
    assert clerk == Person(
        id=clerk.id,
        name="赵刚",
        roles=frozenset({Role.STAFF}),
        posts=frozenset({Post(name="administrator")}),
    )


def test_numbers_and_languages_may_be_told():
    """Files without these columns, and any order of them, are as good."""
    first, second = read(
        "language,number,role,name,id\nen,20230105,student,李明,s1\n,,staff,赵刚,a1"
    )

    assert (first.number, first.language) == ("20230105", "en")
    assert (second.number, second.language) == (None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_makes_no_difference(encoding: str):
    """Excel writes one, other programs do not."""
    assert read(GOOD.encode(encoding)) == read(GOOD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "roster.csv: is empty; the first row must be id,name"),
        ("\n", "roster.csv: is empty"),
        ("id,role\ns1,student", 'row 1: the column "name" is missing'),
        ("id,name,role,clases\n", 'row 1: "clases" is not a column; did you mean'),
        ("id,name,role,id\n", 'row 1: the column "id" is there twice'),
        (
            HEADER + "s1,李,pupil",
            (
                'row 2, column role: "pupil" is not a role;'
                " write one of student, guardian, teacher, staff, guest"
            ),
        ),
        (HEADER + ",李,student", "row 2, column id: is empty"),
        (HEADER + "s1,,student", "row 2, column name: is empty"),
        (HEADER + "s1,李,", "row 2, column role: is empty"),
        (
            HEADER + "s1,李\u200b明,student",
            "row 2, column name: has a character that cannot be seen (U+200B); write",
        ),
        (HEADER + "s1,李\u3164,student", "row 2, column name: has a character"),
        (HEADER + "s1,\u202e明李,student", "row 2, column name: has a character"),
        (
            HEADER + f"s1,{'李' * 257},student",
            "row 2, column name: has 257 characters, and names at most 256",
        ),
        (
            HEADER + "s1,李,student\n\ns1,王,student",
            'row 4, column id: "s1" is in row 2 already',
        ),
        (
            HEADER + "s1,李,student,,,,,@a:b\ns2,王,student,,,,,@a:b",
            'row 3, column user_id: "@a:b" is in row 2 already',
        ),
        (HEADER + "s1,李,student,,,,,李@b", "row 2, column user_id"),
        (HEADER + f"s1,李,student,,,,,@{'a' * 255}:b", "row 2, column user_id"),
        (HEADER + "g1,李,guardian", "row 2, column pupils: a guardian must have"),
        (
            HEADER + "g1,李,guardian,,,s9",
            'row 2, column pupils: "s9" is not in the file',
        ),
        (
            HEADER + "g1,李,guardian,,,g1",
            'row 2, column pupils: "g1" is not a student',
        ),
        (
            HEADER + "s1,李,student,,,s1",
            "row 2, column pupils: only a guardian has pupils",
        ),
        (
            HEADER + "t1,王,teacher,,,,,,class_techer:1班",
            (
                'row 2, column posts: "class_techer" is not a post;'
                ' did you mean "class_teacher"?'
            ),
        ),
        (
            "id,name,role,language\ns1,李,student,de",
            'row 2, column language: "de" is not a language; write one of zh_Hans, en',
        ),
        (
            "id,name,role,number\ns1,李,student,11010520151212001X",
            "row 2, column number: is as long as an identity card's",
        ),
        (HEADER + "s1,李,student,,,,,,,x", "row 2: has 10 cells"),
        (HEADER + 's1,"李', "row 2: cannot be read"),
        (HEADER.encode() + "s1,李,student".encode("gb18030"), "row 2: is not UTF-8"),
        (HEADER.encode("utf-16"), "row 1: is not UTF-8"),
    ],
)
def test_a_mistake_is_named_with_row_and_column(text: str | bytes, expected: str):
    """Rows are numbered as a spreadsheet shows them."""
    assert any(expected in line for line in mistakes(text))


@pytest.mark.parametrize(
    "name",
    ["买买提·艾力", "Mary Ann Smith", "José", "张\ue816", "葛\U000e0100", "李" * 256],
)
def test_every_name_that_can_be_seen_is_taken(name: str):
    """Rare characters stand in real names, also as private ones of old fonts."""
    assert read(f"{HEADER}s1,{name},student")[0].name == name


def test_all_mistakes_are_named_at_once():
    """A secretary corrects a sheet once, not once per mistake."""
    text = HEADER + 's1,"李\n明",pupil\ns1,,student'

    assert [line.partition(":")[2].strip() for line in mistakes(text)] == [
        (
            'row 2, column role: "pupil" is not a role; '
            "write one of student, guardian, teacher, staff, guest"
        ),
        'row 3, column id: "s1" is in row 2 already',
        "row 3, column name: is empty",
    ]


def test_the_file_is_called_by_its_name():
    """Schools have several files."""
    with pytest.raises(RosterError, match=r"^三年级\.csv: is empty"):
        read("", name="三年级.csv")


@given(st.binary() | st.text().map(lambda text: HEADER + text))
def test_any_file_is_read_or_explained(content: str | bytes):
    """Nothing but RosterError comes out."""
    try:
        read(content)
    except RosterError as error:
        assert error.mistakes  # noqa: PT017 - most files raise, some do not
