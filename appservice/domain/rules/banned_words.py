"""
Banned words: what stands on the school's word lists, wherever it is said.

A06, A31, A36, A39, A41, A42; B1-06, B1-07, B1-10, B1-11; B2-09, B2-13; B3-14, B3-15,
B3-30, B3-31. Which list leads to what is the policy's to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from appservice.domain.events import MemberChanged, Place, RoomEvent, Text
from appservice.domain.ids import ClauseId
from appservice.domain.lexicon import LISTS, Hit, Lexicon
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a word of a list leads to."""

    outcome: Outcome
    clauses: tuple[ClauseId, ...]
    severity: Severity = Severity.MINOR
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What each list leads to; a list that is not named is not looked at."""

    lists: Mapping[str, Measure] = field(default_factory=lambda: MappingProxyType({}))
    lexicon: Lexicon = field(default_factory=Lexicon, metadata={"injected": True})
    """Put here by whoever loads the policy; no file can hold it."""

    def __post_init__(self) -> None:
        for name in self.lists:
            if name not in LISTS:
                hint = nearest(name, LISTS)
                raise ValueError(f'"{name}" is not a word list; {hint}')


def check(event: RoomEvent, settings: Settings, _: Context) -> Iterable[Violation]:
    """Look through all texts of an event; at most one violation a category."""
    gravest: dict[Category, Violation] = {}
    for text in _different(_said(event)):
        for hit in settings.lexicon.hits(text.value):
            measure = settings.lists.get(hit.list_name)
            if measure is None:
                continue
            violation = _violation(hit, text, measure)
            known = gravest.get(violation.category)
            if known is None or violation.outcome.rank > known.outcome.rank:
                gravest[violation.category] = violation
    return tuple(gravest.values())


def _said(event: RoomEvent) -> Iterable[Text]:
    """List what is said; of those who go, the reason and no more their name."""
    if isinstance(event, MemberChanged) and event.membership in ("leave", "ban"):
        return [text for text in event.texts if text.place is Place.REASON]
    return event.texts


def _different(texts: Iterable[Text]) -> Iterable[Text]:
    """Read what stands twice, as body and formatted, only once."""
    seen: dict[str, Text] = {}
    for text in texts:
        seen.setdefault(text.value, text)
    return seen.values()


def _violation(hit: Hit, text: Text, measure: Measure) -> Violation:
    outcome, step = measure.outcome, measure.step
    if not hit.is_sure and outcome.rank > Outcome.FLAG.rank:
        # It may be two innocent words side by side: a person looks first.
        outcome, step = Outcome.FLAG, None
    return Violation(
        rule=RULE.name,
        category=LISTS[hit.list_name],
        clauses=measure.clauses,
        severity=measure.severity,
        outcome=outcome,
        step=step,
        evidence=Evidence(found=hit.found, place=text.place.value),
    )


RULE = Rule(name="banned_words", settings=Settings, check=check)
