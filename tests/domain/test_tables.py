"""Tables of marks, drawn or in a sheet."""

import pytest

from appservice.domain.pupils import NOBODY
from appservice.domain.tables import folded_rows, mark_table, rows_of


@pytest.mark.parametrize(
    "text",
    [
        "姓名 学号 总分\n张三 20230101 289\n李四 20230102 276",
        "| 姓名 | 数学 |\n|---|---|\n| 张三 | 98 |\n| 李四 | 87 |",
        "张三,男,98\n李四,女,76",
        "张三 男 优\n李四 女 良",
    ],
)
def test_columns_of_marks_beside_names_are_found(text: str):
    table = mark_table(rows_of(text), NOBODY)

    assert table is not None
    assert table.names == ("张三", "李四")


@pytest.mark.parametrize(
    "text",
    [
        "姓名 学号\n张三 61\n李四 75",
        "张三 男 1\n李四 女 2",
        "张三 男 98",
        "语文 98\n数学 87",
        "",
    ],
)
def test_other_tables_are_none_of_marks(text: str):
    assert mark_table(rows_of(text), NOBODY) is None


def test_a_sheet_is_read_as_far_as_is_sensible():
    """A sheet may have a million rows."""
    rows = folded_rows([("Ａ" * 500,) * 100] * 1000)

    assert (len(rows), len(rows[0]), len(rows[0][0])) == (400, 30, 100)
