"""What is wrong in a school's files, told by file, line and key."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something wrong in a file. ``line`` counts from 1; None is the whole file."""

    file: str
    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.text) if part)


class Wrong(NamedTuple):
    """Something wrong with a value, for whoever knows file and line."""

    key: str
    """A path such as ``listen.port`` or ``namespaces.users[1].regex``."""
    text: str
    """What is wrong, and what to do."""
    besides: tuple[str, ...] = ()
    """Other keys it is about, in the same file."""


class ConfigError(Exception):
    """A file cannot be used; one line for each mistake in it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))
