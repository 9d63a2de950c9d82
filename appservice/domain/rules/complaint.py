"""Against school or teachers: attack or complaint, a person decides (X21; B1-05)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """A person looks. To raise doubts is a right (A21), so nothing is ever hidden."""

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-05"),)

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome is not Outcome.FLAG or self.step is not None:
            raise ValueError("the outcome must be flag, without a step: see X21")


RULE = word_rule(Category.COMPLAINT, Settings)
