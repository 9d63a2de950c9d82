"""
Coverage: of every rule of the regulations, how it is kept and what shows it.

The table is ``policies/coverage.yaml``. It is checked against the policies, the code
and the tests: a setting that is not there, a test that does not exist or a rule without
a row is a mistake, not a gap that nobody sees.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appservice import policies
from appservice.document_trees import line_of
from appservice.documents import Reader
from appservice.domain.ids import ClauseId
from appservice.domain.policy import Mode
from appservice.policies.clauses import Quotation
from appservice.policies.clauses import read as read_clauses

FILE: Final = policies.SHIPPED / "coverage.yaml"
PROJECT: Final = Path(__file__).parents[1]

PLANNED: Final = frozenset(
    {"roster", "sanctions", "announcements", "records", "gate", "console", "school"}
)
"""The capabilities that later work builds, by the words of the road map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a rule is kept, at all or in part; or why it is only shown."""

    setting: tuple[str, ...] = ()
    """Key paths in the policies, as ``homeroom policy show`` writes them."""
    code: tuple[str, ...] = ()
    """Below ``appservice/``."""
    test: tuple[str, ...] = ()
    """Below ``tests/``, ``file.py::name`` or a whole file."""
    text_only: str | None = None
    """Why it is only shown."""
    planned: str | None = None
    """Which capability will keep it, or the rest of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule and how it is kept; ``how`` is None where nobody has said."""

    id: ClauseId
    clause: Quotation
    how: How | None


def read(file: Path = FILE) -> tuple[Row, ...]:
    """
    Read the table, in the order of the documents.

    Raises:
        ConfigError: With all mistakes of the file.
    """
    reader = Reader(file)
    tree = reader.tree()
    of_rows: Any = Mapping[ClauseId, How]
    table: Mapping[ClauseId, How] = reader.read(tree, of_rows) or {}
    reader.finish()
    clauses = read_clauses(policies.SHIPPED)
    for name in sorted(table.keys() - clauses.keys()):
        line = line_of(tree, name)
        reader.complain("is not a rule of the catalogue", line=line, key=name)
    reader.finish()
    return tuple(
        Row(id=name, clause=clause, how=table.get(name))
        for name, clause in clauses.items()
    )


def missing(rows: tuple[Row, ...]) -> list[str]:
    """List what is wrong with the table, a sentence each; none: all is covered."""
    settings = _settings()
    return [f"{row.id}: {text}" for row in rows for text in _wrong(row, settings)]


def _wrong(row: Row, settings: frozenset[str]) -> Iterator[str]:
    how = row.how
    if how is None:
        yield "has no row in coverage.yaml"
        return
    if how.text_only is not None:
        yield from _wrongly_shown_only(row, how)
    elif how.setting or how.code or how.test:
        if not (how.code and how.test):
            yield "is kept in part, and must name the code and a test of that"
    elif how.planned is None:
        yield "names neither code and test, nor what will keep it"
    if how.planned is not None and how.planned not in PLANNED:
        yield f'is planned with "{how.planned}", which is no capability'
    for setting in how.setting:
        if setting not in settings:
            yield f'names the setting "{setting}", which no shipped policy has'
    for folder, paths in (("appservice", how.code), ("tests", how.test)):
        yield from _not_there(folder, paths)


def _wrongly_shown_only(row: Row, how: How) -> Iterator[str]:
    if row.clause.mode != {Mode.TEXT}:
        yield "is not a rule that the catalogue marks TEXT alone"
    if not how.text_only:
        yield "does not say why it is only shown"
    if how.setting or how.code or how.test or how.planned:
        yield "is said to be only shown, and to be kept as well"


def _not_there(folder: str, paths: tuple[str, ...]) -> Iterator[str]:
    if folder == "tests" and not (PROJECT / folder).is_dir():
        # Installed without its tests: there is nothing to compare with.
        return
    for path in paths:
        name, _, test = path.partition("::")
        file = PROJECT / folder / name
        if not file.is_file():
            yield f'names "{folder}/{name}", which is not there'
        elif test and f"def {test}(" not in file.read_text(encoding="utf-8"):
            yield f'names the test "{test}", which is not in {folder}/{name}'


def _settings() -> frozenset[str]:
    """List the key paths of all shipped policies."""
    found: set[str] = set()
    for policy in policies.load_all().values():
        found |= set(_paths(policies.describe(policy), ""))
    return frozenset(found)


def _paths(value: Any, at: str) -> Iterator[str]:
    if at:
        yield at
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _paths(below, f"{at}.{name}" if at else str(name))


def line(row: Row) -> str:
    """Write a row for a terminal."""
    how = row.how or How()
    if how.text_only is not None:
        return f"{row.id}  text only: {how.text_only}"
    parts = [" + ".join(each) for each in (how.setting, how.code, how.test) if each]
    if how.planned is not None:
        parts.append(f"planned: {how.planned}")
    return f"{row.id}  " + (" → ".join(parts) or "missing")


def markdown(rows: tuple[Row, ...]) -> str:
    """Write ``docs/regulations.md``."""
    count = Counter(_state(row.how or How()) for row in rows)
    head = [
        "# The regulations, rule by rule",
        "",
        "Made by `homeroom policy coverage --markdown`; a test keeps it true.",
        f"{len(rows)} rules: {count['kept']} kept by code that a test shows,",
        f"{count['in part']} kept in part and the rest planned,",
        f"{count['planned']} planned, {count['shown']} shown as text only.",
        "Settings are those of `homeroom policy show KIND`, code is in `appservice/`,",
        "tests are in `tests/`, and what is planned is named by its capability.",
        "",
        "| Rule | Place | What it asks | Setting | Code | Test | Planned or why not |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *map(_markdown_row, rows)]) + "\n"


def _state(how: How) -> str:
    if how.text_only is not None:
        return "shown"
    if how.planned is not None:
        return "in part" if how.test else "planned"
    return "kept" if how.test else "missing"


def _markdown_row(row: Row) -> str:
    how = row.how or How()
    cells = (
        row.id,
        f"《{row.clause.document}》{row.clause.place}",
        row.clause.summary,
        _code(how.setting),
        _code(how.code),
        _code(how.test),
        how.text_only or (f"planned: {how.planned}" if how.planned else ""),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)
