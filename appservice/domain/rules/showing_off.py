"""Showing off: «不盲目攀比,不炫富» (B1-12)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """A private word, and nothing else."""

    outcome: Outcome = Outcome.HINT
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-12"),)


RULE = word_rule(Category.SHOWING_OFF, Settings)
