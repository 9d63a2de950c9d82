"""
A roster file (CSV) into people.

One line a person, with the columns in ``COLUMNS``. Lists are separated by ``;``; a post
may have a scope, as in ``class_teacher:三年级2班``.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from appservice.domain.ids import PersonId, UserId
from appservice.domain.people import LONGEST_NAME, POSTS, Person, Post, Role
from appservice.domain.spelling import nearest

COLUMNS: Final = (
    "id",
    "name",
    "role",
    "classes",
    "subjects",
    "pupils",
    "relation",
    "user_id",
    "posts",
    "number",
    "language",
)
_REQUIRED: Final = ("id", "name", "role")
_ROLES: Final = ("student", "guardian", "teacher", "staff", "guest")
LANGUAGES: Final = ("zh_Hans", "en")
_USER_ID: Final = re.compile(
    r"@[a-z0-9._=/+-]+:(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?"
)
"""In small letters only: Homeroom would not know ``@Li`` when ``@li`` writes."""
_USER_ID_AT_MOST: Final = 255
_BLANKS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Drawn as nothing though they count as letters, marks or signs (Unicode:
Default_Ignorable_Code_Point, and the empty Braille pattern)."""
_IDENTITY_CARD: Final = re.compile(r"\d{17}[\dXx]")


class RosterError(Exception):
    """A roster cannot be used; one line for each mistake in it."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read(content: bytes | str, *, name: str = "roster.csv") -> tuple[Person, ...]:
    """
    Read a roster, in the order of its lines.

    Args:
        content: The file, in UTF-8 with or without a byte order mark.
        name: What the file is called in messages.

    Raises:
        RosterError: With all mistakes; rows are numbered as a spreadsheet shows them.
    """
    reading = _Reading(name)
    people = reading.people(_text(content, name))
    if reading.mistakes:
        raise RosterError(reading.mistakes)
    return people


def _text(content: bytes | str, name: str) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        why = "is not UTF-8; save the sheet as “CSV UTF-8”"
        raise RosterError([f"{name}: row {row}: {why}"]) from None


class _Reading:
    """One file being read: who was seen so far, and what is wrong."""

    def __init__(self, name: str) -> None:
        self.mistakes: list[str] = []
        self._name = name
        self._row = 1
        self._ids: dict[str, int] = {}
        self._user_ids: dict[str, int] = {}

    def people(self, text: str) -> tuple[Person, ...]:
        rows = self._rows(text)
        header = [cell.lower() for cell in next(rows, [])]
        if not any(header):
            self.mistakes.append(
                f"{self._name}: is empty; the first row must be {','.join(COLUMNS)}"
            )
            return ()
        if not self._check_header(header):
            return ()
        read = [
            (
                self._row,
                self._person(
                    dict.fromkeys(header, "") | dict(zip(header, row, strict=False))
                ),
            )
            for row in rows
            if any(row) and self._check_length(row, header)
        ]
        self._check_pupils(read)
        return tuple(person for _, person in read)

    def _rows(self, text: str) -> Iterator[list[str]]:
        """Go through the rows; a cell with line ends in it is still one row."""
        lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), strict=True)
        number = 0
        while True:
            number += 1
            try:
                row = next(lines)
            except StopIteration:
                return
            except csv.Error as error:
                self._complain(f"cannot be read: {error}", row=number)
                return
            self._row = number
            yield [cell.strip() for cell in row]

    def _complain(self, text: str, *, column: str = "", row: int | None = None) -> None:
        where = f"row {row or self._row}" + (f", column {column}" if column else "")
        self.mistakes.append(f"{self._name}: {where}: {text}")

    def _check_header(self, header: list[str]) -> bool:
        for column in _REQUIRED:
            if column not in header:
                self._complain(f'the column "{column}" is missing')
        for column in filter(None, header):
            if column not in COLUMNS:
                self._complain(
                    f'"{column}" is not a column; {nearest(column, COLUMNS)}'
                )
            elif header.count(column) > 1:
                self._complain(f'the column "{column}" is there twice')
        return not self.mistakes

    def _check_length(self, row: list[str], header: list[str]) -> bool:
        if any(row[len(header) :]):
            self._complain(
                f"has {len(row)} cells, and the first row {len(header)}; "
                'put a cell with a comma in it between quotation marks (")'
            )
            return False
        return True

    def _person(self, row: dict[str, str]) -> Person:
        roles = frozenset(self._roles(row["role"]))
        pupils = tuple(map(PersonId, _list(row.get("pupils", ""))))
        if Role.GUARDIAN in roles and not pupils:
            self._complain(
                "a guardian must have the id of at least one pupil", column="pupils"
            )
        if pupils and Role.GUARDIAN not in roles:
            self._complain("only a guardian has pupils", column="pupils")
        return Person(
            id=PersonId(self._once("id", row["id"], self._ids)),
            name=self._bearable(row["name"]),
            roles=roles,
            classes=frozenset(_list(row.get("classes", ""))),
            subjects=_list(row.get("subjects", "")),
            pupils=pupils,
            relation=row.get("relation") or None,
            number=self._number(row.get("number", "")),
            language=self._language(row.get("language", "")),
            user_id=self._user_id(row.get("user_id", "")),
            posts=frozenset(self._posts(row.get("posts", ""))),
        )

    def _given(self, column: str, cell: str) -> str:
        if not cell:
            self._complain("is empty", column=column)
        return cell

    def _bearable(self, cell: str) -> str:
        """Names are shown and compared: one that nobody could bear is a mistake."""
        if len(cell) > LONGEST_NAME:
            self._complain(
                f"has {len(cell)} characters, and names at most {LONGEST_NAME}",
                column="name",
            )
        elif invisible := next(filter(_cannot_be_seen, cell), None):
            self._complain(
                f"has a character that cannot be seen (U+{ord(invisible):04X}); "
                "write the name anew",
                column="name",
            )
        return self._given("name", cell)

    def _once(self, column: str, cell: str, seen: dict[str, int]) -> str:
        first = seen.setdefault(self._given(column, cell), self._row)
        if cell and first != self._row:
            self._complain(f'"{cell}" is in row {first} already', column=column)
        return cell

    def _roles(self, cell: str) -> Iterator[Role]:
        names = _list(self._given("role", cell))
        for name in names:
            if name in _ROLES:
                yield Role(name)
            else:
                self._complain(
                    f'"{name}" is not a role; write one of {", ".join(_ROLES)}',
                    column="role",
                )

    def _user_id(self, cell: str) -> UserId | None:
        if not cell:
            return None
        if not _USER_ID.fullmatch(cell) or len(cell.encode()) > _USER_ID_AT_MOST:
            self._complain(
                f'"{cell}" is not a Matrix user id in small letters; write e.g. '
                f"@wang:school.example",
                column="user_id",
            )
            return None
        return UserId(self._once("user_id", cell, self._user_ids))

    def _number(self, cell: str) -> str | None:
        # X19: names may show its last digits, so it must never be an identity card's.
        if _IDENTITY_CARD.fullmatch(cell):
            self._complain(
                "is as long as an identity card's; write the number the school gave",
                column="number",
            )
        return cell or None

    def _language(self, cell: str) -> str | None:
        if cell and cell not in LANGUAGES:
            self._complain(
                f'"{cell}" is not a language; write one of {", ".join(LANGUAGES)}',
                column="language",
            )
        return cell or None

    def _posts(self, cell: str) -> Iterator[Post]:
        for each in _list(cell):
            name, _, scope = each.partition(":")
            if name.strip() in POSTS:
                yield Post(name=name.strip(), scope=scope.strip() or None)
            else:
                self._complain(
                    f'"{name}" is not a post; {nearest(name, POSTS)}', column="posts"
                )

    def _check_pupils(self, people: Iterable[tuple[int, Person]]) -> None:
        people = list(people)
        students = {each.id for _, each in people if Role.STUDENT in each.roles}
        for row, person in people:
            for pupil in person.pupils:
                if pupil not in students:
                    known = "not a student" if pupil in self._ids else "not in the file"
                    self._complain(f'"{pupil}" is {known}', column="pupils", row=row)


def _cannot_be_seen(character: str) -> bool:
    """
    Whether a character is drawn as nothing, so that who reads a name cannot write it.

    White space is seen, private and new characters stand in real names, and selectors
    of variants change how one looks.
    """
    is_control = unicodedata.category(character) in ("Cc", "Cf", "Cs")
    is_space = character.isspace() and not "\x1c" <= character <= "\x1f"
    return (is_control and not is_space) or character in _BLANKS


def _list(cell: str) -> tuple[str, ...]:
    """Split at semicolons, as Chinese keyboards write them too."""
    parts = (part.strip() for part in cell.replace("；", ";").split(";"))
    return tuple(dict.fromkeys(filter(None, parts)))
