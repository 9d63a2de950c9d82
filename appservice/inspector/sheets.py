"""Sheets and documents: their tables as rows of cells, their words."""

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final
from xml.etree import ElementTree as ET

import openpyxl

Table = tuple[tuple[str, ...], ...]

ROWS_AT_MOST: Final = 600
ROWS_READ: Final = 20_000
"""Rows looked at for those that hold something."""
COLUMNS_AT_MOST: Final = 40
TABLES_AT_MOST: Final = 10
CELL_LENGTH: Final = 80
WORDS_AT_MOST: Final = 20_000

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def tables_of_xlsx(data: bytes) -> tuple[Table, ...]:
    """
    Read the cells of a workbook, hidden sheets too, as they are shown.

    Raises:
        ValueError: It is no workbook that can be read.
    """
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        tables = []
        for sheet in _sheets(book):
            # What a sheet says of its own size need not be so.
            sheet.reset_dimensions()
            tables.append(_table(sheet.iter_rows(values_only=True)))
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise ValueError(type(error).__name__) from error
    return tuple(table for table in tables if table)


def _sheets(book: Any) -> list[Any]:
    return [s for s in book.worksheets if hasattr(s, "iter_rows")][:TABLES_AT_MOST]


def _table(rows: Iterator[tuple[Any, ...]]) -> Table:
    kept: list[tuple[str, ...]] = []
    for row in islice(rows, ROWS_READ):
        # From where something stands: a sheet may begin far out.
        start = next((n for n, value in enumerate(row) if value is not None), len(row))
        cells = tuple(_cell(v) for v in row[start:][:COLUMNS_AT_MOST])
        if any(cells):
            kept.append(cells)
        if len(kept) >= ROWS_AT_MOST:
            break
    return tuple(kept)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())[:CELL_LENGTH]


def table_of_text(text: str) -> Table:
    """Read text as a table, where a comma, a tab or a semicolon divides its lines."""
    lines = [line for line in text.splitlines()[:ROWS_AT_MOST] if line.strip()]
    for divider in ("\t", ",", ";", "，", "|"):
        divided = sum(divider in line for line in lines)
        if lines and divided >= max(2, len(lines) * 2 // 3):
            rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=divider)
            return _table(tuple(row) for row in _rows(rows))
    return ()


def _rows(reader: Any) -> Iterator[list[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue


def words_of_docx(data: bytes) -> tuple[str, tuple[Table, ...]]:
    """
    Read the words and tables of a document.

    Raises:
        ValueError: It is no document that can be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ET.fromstring(archive.read("word/document.xml"))  # noqa: S314
    except Exception as error:
        raise ValueError(type(error).__name__) from error
    words = "\n".join(_text(paragraph) for paragraph in root.iter(f"{_WORD}p"))
    tables = tuple(
        _table(
            tuple(_text(cell) for cell in row.iter(f"{_WORD}tc"))
            for row in table.iter(f"{_WORD}tr")
        )
        for table in list(root.iter(f"{_WORD}tbl"))[:TABLES_AT_MOST]
    )
    return words[:WORDS_AT_MOST], tuple(filter(None, tables))


def _text(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_WORD}t"))
