"""Marks beside names."""

import pytest

from appservice.domain.marks import is_counting, marked, may_be_marks
from appservice.domain.pupils import NOBODY


def found(text: str):
    return [(each.name, each.value) for each in marked(text, NOBODY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三98 李四87", [("张三", 98), ("李四", 87)]),
        ("第1名:张三 第2名:李四", [("张三", 1), ("李四", 2)]),
        ("张三九十八分,李四一百分", [("张三", 98), ("李四", 100)]),
        ("张三 a+ 李四 b", [("张三", None), ("李四", None)]),
        ("张三倒数", [("张三", None)]),
        ("张三3月2日", []),
        ("张三8:30到", []),
        ("张三 13800138000", []),
        ("张三5分钟", []),
    ],
)
def test_a_number_beside_a_name_may_be_a_mark(text: str, expected):
    """Unless a unit says that it is something else."""
    assert found(text) == expected


@pytest.mark.parametrize(
    ("values", "expected"), [([1, 2, 3], True), ([3, 2], True), ([98, 87], False)]
)
def test_numbers_in_a_row_only_count(values, expected):
    assert is_counting(values) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([98, 87.5], True),
        ([100, 60], True),
        ([12, 11], False),
        ([36.5, 36.7], False),
        ([130, 140], False),
        ([301, 405], False),
        ([], False),
    ],
)
def test_ages_sizes_and_rooms_are_no_marks(values, expected):
    assert may_be_marks(values) is expected
