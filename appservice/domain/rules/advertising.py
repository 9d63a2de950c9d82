"""Advertising, but for what an owner has let through (A42, A43; B3-31, X13)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden until a person has looked."""

    outcome: Outcome = Outcome.HOLD
    step: Step | None = Step.WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("A42"),)


RULE = word_rule(Category.ADVERTISING, Settings, has_permits=True)
