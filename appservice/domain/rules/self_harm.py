"""Self-harm: a cry for help is never hidden and never punished (B1-10)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """A person is called, and that is all a policy may want."""

    outcome: Outcome = Outcome.FLAG
    severity: Severity = Severity.CRITICAL
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-10"),)

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome is not Outcome.FLAG or self.step is not None:
            raise ValueError("the outcome must be flag, without a step: they need help")


RULE = word_rule(Category.SELF_HARM, Settings, is_concern=True)
