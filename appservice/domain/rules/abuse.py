"""Abuse: insults and attacks on a person (A06, A41; B1-06, B2-20, B3-14)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """A person decides; the words stay hidden until then."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("A06"), ClauseId("A41"))


RULE = word_rule(Category.ABUSE, Settings)
