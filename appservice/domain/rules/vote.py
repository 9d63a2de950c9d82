"""Votes solicited: «拉票» (A36; B1-11)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden until a person has looked."""

    outcome: Outcome = Outcome.HOLD
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("A36"),)


RULE = word_rule(Category.VOTE, Settings, has_permits=True)
