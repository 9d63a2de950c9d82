"""Tables of names and marks: from a spreadsheet, or drawn with spaces in a text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from appservice.domain.likely_names import ENGLISH, is_likely
from appservice.domain.marks import is_counting, may_be_marks
from appservice.domain.pupils import PupilFinder
from appservice.domain.text import fold

ROWS_AT_MOST: Final = 400
CELLS_AT_MOST: Final = 30

Row = Sequence[str]

_BETWEEN_CELLS: Final = re.compile(r"[|\t,;、]+|[ \t]+")
_NUMBER: Final = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)分?")
_GRADE: Final = re.compile(r"[a-d][+-]?|优秀?|良好?|中|不?及格|不?合格|待提高|待合格")
_OF_MARKS: Final = re.compile(
    r"成绩|分数|得分|总分|均分|排名|名次|等级|等第|语文|数学|英语|物理|化学|生物|历史|地理|政治|"
    r"道法|科学|理综|文综|作文|score|grade|marks?\b|rank|total|math|english|chinese|exam|"
    r"test|quiz|midterm|final|points"
)
_OF_OTHERS: Final = re.compile(
    r"学号|序号|编号|号码|考号|考场|座|电话|手机|年龄|岁|身高|体重|体温|班级?$|组|费|元|金额|次数|"
    r"天数|数量|尺码|鞋|日期|时间|房|宿舍|寝|床|车|票|页|number|\bno\b|\bid\b|phone|age|seat|"
    r"height|weight|room|date|time|class"
)
_NAMES: Final = re.compile(r"姓名|名字|学生|学号|座号|考号|name|student")
"""What a column of pupils is headed with; a number stands for one as well."""

_NAMELESS: Final = re.compile(r"\d{1,12}|[\u3400-\u9fff]{2,4}|[a-z]{2,12}")
_RULE_LINE: Final = re.compile(r"[-:=+]*")
_NAME_CELL: Final = re.compile(
    rf"(?:{ENGLISH})(?:\ [a-z]{{1,15}})?|[a-z]{{2,12}}\ [a-z]{{2,12}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTable:
    """What a table says of pupils."""

    names: tuple[str, ...]
    """Different names in whose rows there are marks."""
    is_known: bool
    """Whether the roster has one of them."""
    says_marks: bool
    """Whether its head says that they are marks."""


def rows_of(folded: str) -> list[Row]:
    """Read lines as rows: cells stand between spaces, tabs, commas or bars."""
    lines = folded.split("\n", ROWS_AT_MOST)[:ROWS_AT_MOST]
    return [_cells(line) for line in lines if line.strip()]


def _cells(line: str) -> Row:
    cells = _BETWEEN_CELLS.split(line[:1000].strip("| \t"), CELLS_AT_MOST)
    return ["" if _RULE_LINE.fullmatch(c) else c.strip(" :") for c in cells][
        :CELLS_AT_MOST
    ]


def folded_rows(rows: Iterable[Row]) -> list[Row]:
    """Fold the cells of a spreadsheet, as many as are read."""
    return [
        [fold(cell[:100]).strip() for cell in row[:CELLS_AT_MOST]]
        for _, row in zip(range(ROWS_AT_MOST), rows, strict=False)
    ]


def mark_table(rows: Sequence[Row], pupils: PupilFinder) -> MarkTable | None:
    """Find the pupils of a table of marks; None where it is no such table."""
    head = next((row for row in rows if _is_head(row)), ())
    named = _named(rows, pupils) if _is_plain(head) else _headed(rows, head)
    if len(named) < 2:
        return None
    people = [row for row, _ in named]
    wanted = [
        column
        for column in range(max(map(len, people)))
        if not _OF_OTHERS.search(_cell(head, column))
        and _are_marks(people, column, is_headed=_is_of_marks(head, column))
    ]
    if not wanted:
        return None
    return MarkTable(
        names=tuple(dict.fromkeys(name for _, name in named)),
        is_known=any(pupils.find(name) for _, name in named),
        says_marks=any(_is_of_marks(head, column) for column in wanted),
    )


def _named(rows: Sequence[Row], pupils: PupilFinder) -> list[tuple[Row, str]]:
    return [(row, name) for row in rows if (name := _name_in(row, pupils))]


def _is_plain(head: Row) -> bool:
    """Whether a head does not say both whose the rows are and that they hold marks."""
    is_of_marks = any(_is_of_marks(head, column) for column in range(len(head)))
    return not (is_of_marks and any(_NAMES.search(cell) for cell in head))


def _headed(rows: Sequence[Row], head: Row) -> list[tuple[Row, str]]:
    """Take for a name what stands where the head says that names are."""
    column = next(at for at, cell in enumerate(head) if _NAMES.search(cell))
    return [
        (row, name)
        for row in rows
        if row is not head and _NAMELESS.fullmatch(name := _cell(row, column))
    ]


def _name_in(row: Row, pupils: PupilFinder) -> str | None:
    for cell in row[:6]:
        if is_likely(cell) or _NAME_CELL.fullmatch(cell):
            return cell
        known = pupils.find(cell)
        if known and known[0].end - known[0].start == len(cell):
            return cell
    return None


def _is_head(row: Row) -> bool:
    """Whether a row says what the columns are, and has no marks of its own."""
    words = sum(bool(_OF_MARKS.search(c) or _OF_OTHERS.search(c)) for c in row)
    return words > 0 and not any(_NUMBER.fullmatch(cell) for cell in row)


def _is_of_marks(head: Row, column: int) -> bool:
    cell = _cell(head, column)
    return bool(_OF_MARKS.search(cell)) and not _OF_OTHERS.search(cell)


def _cell(row: Row, column: int) -> str:
    return row[column] if column < len(row) else ""


def _are_marks(people: Sequence[Row], column: int, *, is_headed: bool) -> bool:
    """Whether most people have something in a column that can be a mark."""
    cells = [_cell(row, column) for row in people]
    numbers = [float(m[1]) for cell in cells if (m := _NUMBER.fullmatch(cell))]
    if len(numbers) * 2 >= len(cells) and len(numbers) > 1:
        return is_headed or (not is_counting(numbers) and may_be_marks(numbers))
    grades = sum(_GRADE.fullmatch(cell) is not None for cell in cells)
    return grades > 1 and grades * 2 >= len(cells)
