"""Cults (A39)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden at once, and a person is called."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.CRITICAL
    step: Step | None = Step.SERIOUS_WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("A39"),)


RULE = word_rule(Category.CULT, Settings)
