"""Incitement and threats: «煽动性、过激性» (B3-30)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden until a person has looked."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("B3-30"),)


RULE = word_rule(Category.INCITEMENT, Settings)
