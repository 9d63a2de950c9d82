"""Marks beside English names."""

import pytest

from appservice.domain.marks_english import (
    listed_by_rank,
    marked_in_english,
    said_of_one,
)
from appservice.domain.text import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tom 95, Jerry 88", [("tom", 95), ("jerry", 88)]),
        ("tom 95 jerry 88", [("tom", 95), ("jerry", 88)]),
        ("Emma: 92/100", [("emma", 92)]),
        ("Zhang San got 98", [("zhang san", 98)]),
        ("Lily: Math 98", [("lily", 98)]),
        ("Tom A, Jerry B+", [("tom", None), ("jerry", None)]),
        ("Page 45, Room 302, Unit 3", []),
        ("Tom 13 years, Lily 9:30, Bus 12", []),
    ],
)
def test_a_number_beside_a_name_may_be_a_mark(text: str, expected):
    found = marked_in_english(text, fold(text))

    assert [(each.name, each.value) for each in found] == expected


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("Jerry ranked 3rd", True),
        ("Lucy got 45% on the maths test", True),
        ("Jack is at the bottom of the class", True),
        ("Tom failed the maths exam", True),
        ("Kevin got full marks", True),
        ("Tom got 3 books", False),
        ("Class 3 ranked 2nd", False),
        ("Lily is first in line", False),
    ],
)
def test_one_sentence_is_enough(text: str, is_said: bool):  # noqa: FBT001 (a table)
    assert (said_of_one(text) is not None) is is_said


@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        ("Top 3: Alice, Bob, Charlie", True),
        ("1st Alice, 2nd Bob", True),
        ("Ranking: No.1 Zhang Wei, No.2 Li Na", True),
        ("Top 3 books: Harry Potter", False),
        ("First the books, second the pens", False),
    ],
)
def test_a_list_may_need_no_marks(text: str, is_list: bool):  # noqa: FBT001 (a table)
    assert (listed_by_rank(text) is not None) is is_list
