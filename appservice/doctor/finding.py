"""What the doctor found out about one thing."""

from dataclasses import asdict, dataclass
from enum import Enum


class Status(Enum):
    """How it is."""

    OK = "ok"
    PROBLEM = "problem"
    NOTE = "note"
    """No fault: it could not be looked at, or more is possible; see the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    check: str
    """What was looked at: one word, always the same."""
    status: Status
    text: str
    remedy: str = ""
    """What to do; empty where all is well."""

    def as_json(self) -> dict[str, str]:
        """Give the line to a program."""
        return {**asdict(self), "status": self.status.value}


def ok(check: str, text: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(check=check, status=Status.OK, text=text)


def problem(check: str, text: str, remedy: str) -> Finding:
    """Say that something is not, and what to do."""
    return Finding(check=check, status=Status.PROBLEM, text=text, remedy=remedy)


def note(check: str, text: str, remedy: str) -> Finding:
    """Say what could not be looked at, or is not possible, and what that takes."""
    return Finding(check=check, status=Status.NOTE, text=text, remedy=remedy)
