"""What follows where a rule is broken, as a policy sets it."""

from dataclasses import dataclass
from datetime import timedelta

from appservice.domain.ids import ClauseId
from appservice.domain.rule import (
    Category,
    Evidence,
    Outcome,
    Severity,
    Step,
    Violation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The settings that every rule has; its own stand beside them."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.MINOR
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = ()
    weight: int = 1
    """How many strikes it counts for (B2-12)."""
    strike_window: timedelta = timedelta(days=180)
    """How long it counts as a strike (A70, X11)."""

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise ValueError("weight must not be negative")
        if self.strike_window <= timedelta():
            raise ValueError('strike_window must be longer than "0s"')

    def broken(
        self,
        category: Category,
        evidence: Evidence,
        *,
        rule: str | None = None,
        at_most: Outcome = Outcome.REFUSE,
        tells_author: bool = False,
        is_concern: bool = False,
    ) -> Violation:
        """
        Say that a rule is broken.

        Args:
            category: Of what is wrong.
            evidence: For the staff who look at it.
            rule: The rule's name, where it is not that of the category.
            at_most: The gravest outcome this finding can bear; where it is less than
                the policy's, there is no step of the ladder either.
            tells_author: Whether a flag is also a hint to the author.
            is_concern: Whether it is a cry for help and no offence.
        """
        is_weaker = self.outcome.rank > at_most.rank
        return Violation(
            rule=rule or category.value,
            category=category,
            clauses=self.clauses,
            severity=self.severity,
            outcome=at_most if is_weaker else self.outcome,
            step=None if is_weaker else self.step,
            evidence=evidence,
            weight=self.weight,
            strike_window=self.strike_window,
            tells_author=tells_author,
            is_concern=is_concern,
        )
