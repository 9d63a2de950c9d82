"""The one place where rules become a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from appservice.domain.actions import Action, Call, Notice, Quote, Redact, Tell
from appservice.domain.events import Edited, Inspected, RoomEvent
from appservice.domain.ids import ClauseId, EventId
from appservice.domain.people import Right
from appservice.domain.policy import Policy
from appservice.domain.reading import hits
from appservice.domain.rule import (
    ActiveRule,
    Category,
    Context,
    Outcome,
    Severity,
    Violation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows for one event."""

    outcome: Outcome
    violations: tuple[Violation, ...] = ()
    """Gravest first; the order does not depend on that of the rules."""
    observed: tuple[Violation, ...] = ()
    """What rules found that are only tried: for the record, and nothing follows."""
    actions: tuple[Action, ...] = ()
    """In the order in which they must happen."""

    @property
    def categories(self) -> frozenset[Category]:
        """What was found, for rules that look back."""
        return frozenset(violation.category for violation in self.violations)


FINE: Final = Verdict(outcome=Outcome.ALLOW)
"""Of nearly every message."""


def decide(event: RoomEvent, policy: Policy, context: Context) -> Verdict:
    """Judge one event by a policy, knowing ``context``."""
    broken = list(_violations(event, policy, context))
    if not broken and not context.hidden:
        return FINE
    found = sorted(_kindly(broken), key=_gravity)
    violations = tuple(each for each in found if not each.observed)
    observed = tuple(each for each in found if each.observed)
    outcome = violations[0].outcome if violations else Outcome.ALLOW
    if not violations and not context.hidden:
        return Verdict(outcome=outcome, observed=observed)
    notice = Notice(
        name=outcome.value,
        language=policy.language,
        room_id=event.room_id,
        event_id=_shown(event),
        quotes=_quotes(policy, violations),
    )
    return Verdict(
        outcome=outcome,
        violations=violations,
        observed=observed,
        actions=(
            *_hide(event, outcome, context, notice),
            *_tell(violations, outcome, context, policy, notice),
            *_call(violations, outcome, context, notice),
        ),
    )


def _violations(
    event: RoomEvent, policy: Policy, context: Context
) -> Iterable[Violation]:
    lexicon, words = None, None
    for active in policy.rules:
        # Nearly always nobody is exempt, and no word is found: ask that first.
        if active.exempt and active.spares(context.author):
            continue
        if active.rule.lists:
            if active.settings.lexicon is not lexicon:
                lexicon = active.settings.lexicon
                words = hits(event, lexicon)
            if not words or active.rule.lists.isdisjoint(words):
                continue
        for violation in active.rule.check(event, active.settings, context):
            spared = _spare(violation, active, context)
            yield replace(spared, observed=True) if active.observe else spared


def _spare(violation: Violation, active: ActiveRule, context: Context) -> Violation:
    """
    Keep a policy from punishing staff, or anyone at or above the service.

    No setting reaches this: a mistaken policy must not be able to.
    """
    if not context.author.is_protected:
        return violation
    if violation.outcome.hides and not active.rule.binds_staff:
        return replace(violation, outcome=Outcome.FLAG, step=None)
    return replace(violation, step=None)


def _kindly(found: list[Violation]) -> list[Violation]:
    """
    Let a cry for help stand, and whatever was said along with it.

    Somebody in need is not told off by a program; a person is called. Only what is
    critical is hidden all the same. Likewise harsh words in what may be a complaint
    against the school: whether it is an attack is for a person to say (X21).
    """
    has_concern = any(violation.is_concern for violation in found)
    is_complaint = any(each.category is Category.COMPLAINT for each in found)
    if not (has_concern or is_complaint):
        return found
    return [
        replace(violation, outcome=Outcome.FLAG, step=None)
        if violation.outcome.hides
        and (
            (is_complaint and violation.category is Category.ABUSE)
            or (has_concern and violation.severity is not Severity.CRITICAL)
        )
        else violation
        for violation in found
    ]


def _gravity(violation: Violation) -> tuple[int, str, str, str, str]:
    return (
        -violation.outcome.rank,
        violation.rule,
        violation.category.value,
        violation.evidence.place or "",
        violation.evidence.found or "",
    )


def _hide(
    event: RoomEvent, outcome: Outcome, context: Context, notice: Notice
) -> Iterable[Action]:
    """Hide the event and its edits, which the homeserver would go on showing."""
    if outcome.hides:
        for event_id in (_shown(event), *context.edits):
            yield _redaction(event_id, notice)
    elif isinstance(event, Edited) and event.target in context.hidden:
        # An edit that crossed the redaction of its original on the way.
        yield _redaction(event.event_id, notice)


def _shown(event: RoomEvent) -> EventId:
    """Say which event people see: of a file's contents, the message that carries it."""
    return event.target if isinstance(event, Inspected) else event.event_id


def _redaction(event_id: EventId, notice: Notice) -> Redact:
    public = Notice(
        name="hidden",
        language=notice.language,
        room_id=notice.room_id,
        event_id=event_id,
        quotes=notice.quotes,
    )
    return Redact(event_id=event_id, notice=public)


def _tell(
    violations: tuple[Violation, ...],
    outcome: Outcome,
    context: Context,
    policy: Policy,
    notice: Notice,
) -> Iterable[Action]:
    """Tell the author once per rule and while, and never of a cry for help."""
    told = [each for each in violations if _is_told(each, outcome)]
    has_concern = any(violation.is_concern for violation in violations)
    if not told or (has_concern and not outcome.hides):
        return
    if {violation.rule for violation in told} <= context.told:
        return
    own = Notice(
        name=notice.name if outcome.hides else Outcome.HINT.value,
        language=notice.language,
        room_id=notice.room_id,
        event_id=notice.event_id,
        quotes=_quotes(policy, told),
        values={"rule": told[0].rule},
    )
    yield Tell(user_id=context.author.user_id, notice=own)


def _is_told(violation: Violation, outcome: Outcome) -> bool:
    if violation.is_concern:
        return False
    return outcome.hides or violation.outcome is Outcome.HINT or violation.tells_author


def _call(
    violations: tuple[Violation, ...],
    outcome: Outcome,
    context: Context,
    notice: Notice,
) -> Iterable[Action]:
    """Ask staff to look where that is due."""
    if outcome in (Outcome.FLAG, Outcome.HOLD):
        yield Call(
            right=Right.REVIEW,
            notice=Notice(
                name=f"look_{outcome.value}",
                language=notice.language,
                room_id=notice.room_id,
                event_id=violations[0].about or notice.event_id,
                quotes=notice.quotes,
                values={"role": context.author.role.value},
            ),
        )


def _quotes(policy: Policy, violations: Iterable[Violation]) -> tuple[Quote, ...]:
    """Quote one clause a violation, the gravest first: more would not be read."""
    cited: dict[ClauseId, None] = {}
    for violation in violations:
        cited |= dict.fromkeys(violation.clauses[:1])
    return tuple(
        clause.quote()
        for clause in map(policy.clauses.get, cited)
        if clause is not None
    )
