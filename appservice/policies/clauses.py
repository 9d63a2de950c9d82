"""
The clauses of the written rules: ours in ``clauses.yaml``, a school's own beside it.

A clause is quoted word by word; which kinds of room it is for, and how it is kept, are
those of the rule catalogue.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appservice.documents import Reader
from appservice.domain.ids import ClauseId, KindName
from appservice.domain.policy import Clause, Mode

FILE: Final = "clauses.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A clause as it stands in a file."""

    document: str
    text: str
    summary: str
    place: str = ""
    place_en: str = ""
    mode: frozenset[Mode] = frozenset()
    kinds: frozenset[KindName] = frozenset()
    """For which kinds of room; none: for all."""

    def is_for(self, kinds: Collection[KindName]) -> bool:
        """Whether it is a rule of a kind that goes by any of these names."""
        return not self.kinds or not self.kinds.isdisjoint(kinds)

    def named(self, name: ClauseId) -> Clause:
        """Make it a clause of a policy."""
        return Clause(
            id=name,
            document=self.document,
            text=self.text,
            summary=self.summary,
            place=self.place,
            place_en=self.place_en,
            modes=self.mode,
        )


Quotations = Mapping[ClauseId, Quotation]


def read(directory: Path) -> Quotations:
    """
    Read the clauses of a directory, in the order of the documents; none: no file.

    Raises:
        ConfigError: With all mistakes of the file.
    """
    path = directory / FILE
    try:
        if not path.exists():
            return {}
    except PermissionError:
        pass  # the reader says so
    reader = Reader(path)
    of_quotations: Any = Mapping[ClauseId, Quotation]
    quotations: Quotations | None = reader.read(reader.tree(), of_quotations)
    reader.finish()
    return quotations or {}
