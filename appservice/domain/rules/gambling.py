"""Gambling (A03; B1-10, B2-13)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden until a person has looked."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.SERIOUS_WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("A03"),)


RULE = word_rule(Category.GAMBLING, Settings)
