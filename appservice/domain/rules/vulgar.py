"""Vulgar language: a private hint for the mild, held if strong (A31; B1-06)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.word_rule import WordSettings, word_rule

_MILD = "vulgar_mild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """What strong words lead to; of the mild ones only the outcome is set."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("A31"),)
    mild: Outcome = Outcome.HINT

    def measure_of(self, list_name: str) -> Measure:
        """Tell the two grades apart."""
        if list_name != _MILD:
            return self
        return Measure(
            outcome=self.mild,
            step=Step.HINT,
            clauses=self.clauses,
            weight=self.weight,
            strike_window=self.strike_window,
        )


RULE = word_rule(Category.VULGAR, Settings, lists=(Category.VULGAR.value, _MILD))
