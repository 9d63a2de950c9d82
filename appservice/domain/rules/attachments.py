"""
Attachments: files that should not be opened, and files nobody is told about.

A68b: types and viruses; B2-13: viruses; A28: «如有附件,应在正文中注明附件名称». Names
are judged at once, and what is in a file when an inspector has looked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from appservice.domain.events import Inspected, Message, Place, RoomEvent
from appservice.domain.files import FileSort, Problem
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Severity,
    Step,
    Violation,
)
from appservice.domain.spelling import nearest
from appservice.domain.text import fold

_RUNNABLE: Final = (
    "exe|scr|bat|cmd|com|pif|vbs|vbe|jse?|jar|apk|msi|lnk|hta|ps1|sh|dmg|ipa|reg|dll"
    "|wsf|iso"
)
_PROGRAM_NAME: Final = re.compile(rf"[^\n]*\.(?:{_RUNNABLE})\s*")
_DOUBLE: Final = re.compile(rf"[^\n]*\.[a-z0-9]{{2,5}}\s*\.(?:{_RUNNABLE})\s*")
_TURNED: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_ABOUT_FILES: Final = re.compile(r"附件|文件|附上|见附|表格|课件|资料|attach|file")

PROBLEMS: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "infected": Outcome.REFUSE,
        "bomb": Outcome.HOLD,
        "program": Outcome.HOLD,
        "program_in_archive": Outcome.HOLD,
        "scripted": Outcome.HOLD,
        "disguised": Outcome.HOLD,
        "huge_image": Outcome.HOLD,
        "vector_image": Outcome.HOLD,
        "name": Outcome.HOLD,
        "encrypted": Outcome.FLAG,
        "too_large": Outcome.FLAG,
        "too_slow": Outcome.FLAG,
        "broken": Outcome.FLAG,
        "unfetched": Outcome.ALLOW,
    }
)
"""What can be wrong with a file, and what follows by itself."""

_STAFF_TOO: Final = frozenset({"infected", "bomb"})
"""Hidden whoever sent it; in everything else staff are trusted until a person looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """``outcomes`` by problem; those that are not named stay as in ``PROBLEMS``."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("A68b"),)
    outcomes: Mapping[str, Outcome] = field(
        default_factory=lambda: MappingProxyType({})
    )
    unnamed: Outcome = Outcome.HINT
    """What becomes of a teacher's file of which the words do not speak (A28)."""

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        for name in self.outcomes:
            if name not in PROBLEMS:
                hint = nearest(name, PROBLEMS)
                raise ValueError(f'"{name}" is nothing that can be wrong; {hint}')


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Judge by the worst that is known of a file."""
    if isinstance(event, Inspected):
        problems = dict(_found_in(event))
    elif isinstance(event, Message) and event.media is not None:
        problems = dict(_of_name(event))
    else:
        return ()
    measured = [
        (_outcome(name, settings, context), found) for name, found in problems.items()
    ]
    outcome, found = max(
        measured, key=lambda each: each[0].rank, default=(Outcome.ALLOW, "")
    )
    if outcome is Outcome.ALLOW and isinstance(event, Message):
        outcome, found = _unnamed(event, settings, context)
    if outcome is Outcome.ALLOW:
        return ()
    violation = replace(settings, outcome=outcome).broken(
        Category.ATTACHMENT,
        Evidence(found=found[:100], place=Place.FILE_NAME.value),
        rule=RULE.name,
    )
    return (violation,)


def _outcome(name: str, settings: Settings, context: Context) -> Outcome:
    outcome = settings.outcomes.get(name, PROBLEMS[name])
    if not context.author.is_staff or name in _STAFF_TOO:
        return outcome
    if name == "vector_image":
        return Outcome.ALLOW
    return Outcome.FLAG if outcome.hides else outcome


def _found_in(event: Inspected) -> Iterator[tuple[str, str]]:
    facts = event.facts
    if Problem.UNFETCHED in facts.problems:
        # Nobody is accused of what nobody has seen.
        yield Problem.UNFETCHED.value, facts.media_type
        return
    for problem in facts.problems:
        yield problem.value, facts.virus or facts.media_type
    if facts.sort is FileSort.PROGRAM:
        yield "program", facts.media_type
    if facts.sort is FileSort.VECTOR_IMAGE:
        yield "vector_image", facts.media_type
    for member in facts.members:
        if _PROGRAM_NAME.fullmatch(fold(member[:300])):
            yield "program_in_archive", member
            break
    yield from _of_names(event)


def _of_name(event: Message) -> Iterator[tuple[str, str]]:
    yield from _of_names(event)
    for name in _names(event):
        if _PROGRAM_NAME.fullmatch(fold(name)):
            yield "program", name


def _of_names(event: Message | Inspected) -> Iterator[tuple[str, str]]:
    """Find names that are to be read as those of something else."""
    for name in _names(event):
        if _DOUBLE.fullmatch(fold(name)) or _TURNED.search(name):
            yield "name", name


def _names(event: Message | Inspected) -> list[str]:
    return [text.value[:300] for text in event.texts if text.place is Place.FILE_NAME]


def _unnamed(
    event: Message, settings: Settings, context: Context
) -> tuple[Outcome, str]:
    """Find a teacher's file of which neither its caption nor another message speaks."""
    if event.msgtype != "m.file" or not context.author.is_staff:
        return Outcome.ALLOW, ""
    around = [past.words for past in context.recent if past.sender == event.sender]
    around += [fold(t.value) for t in event.texts if t.place is Place.CAPTION]
    words = "\n".join(around[-6:])
    for name in _names(event):
        stem = fold(name).rpartition(".")[0] or fold(name)
        if stem not in words and not _ABOUT_FILES.search(words):
            return settings.unnamed, name
    return Outcome.ALLOW, ""


RULE = Rule(name="attachments", settings=Settings, check=check, binds_staff=True)
