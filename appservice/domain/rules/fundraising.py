"""Money collected: «募捐» (B1-11)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Hidden until a person has looked."""

    outcome: Outcome = Outcome.HOLD
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-11"),)


RULE = word_rule(Category.FUNDRAISING, Settings, has_permits=True)
