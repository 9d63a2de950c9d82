"""
Floors: what a school's policy cannot loosen.

Two sorts. The *law's* hold for every policy, whoever wrote it (rule catalogue, section
2, "General device": where law is stricter than the texts, the stricter value is a
floor). The *marked* ones are those a policy lists under ``floors:``: whoever extends it
may only tighten them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from appservice.domain.house import Holder, MustAccept, NameMode
from appservice.domain.people import Role
from appservice.domain.policy import Policy
from appservice.domain.rule import ActiveRule, Outcome
from appservice.domain.spelling import nearest

LOGS: Final = timedelta(days=180)
"""Network logs are kept for at least six months (网络安全法; 网信办 2017, art. 13)."""

WITH_CHILDREN: Final = frozenset({Role.STUDENT, Role.GUARDIAN})

NEVER_OFF: Final = ("pornography", "violence", "cult")
"""Illegal content is hidden in every kind of room (A39)."""

NEVER_HIDES: Final = ("politics", "religion", "complaint", "self_harm", "rumour")
"""Only a person judges these (B1-07, A04, X21); a cry for help is never taken away."""

_ORDERS: Final[dict[type[Any], tuple[Any, ...]]] = {
    Holder: tuple(Holder),
    NameMode: (NameMode.OFF, NameMode.REMIND, NameMode.ENFORCE),
    MustAccept: tuple(MustAccept),
}
_WORDS: Final = {
    "join_rule": ("knock", "invite"),
    "history_visibility": ("shared", "invited", "joined"),
    "guest_access": ("can_join", "forbidden"),
}
"""From loose to tight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undercut:
    """A setting that lies below its floor."""

    key: str
    text: str


def undercut(policy: Policy, base: Policy | None) -> Iterator[Undercut]:
    """
    List what a policy loosens and may not.

    Args:
        base: The policy it extends; None: it stands alone.
    """
    yield from _below_the_law(policy)
    for key in sorted(policy.floors):
        if not _is_known(policy, key):
            yield Undercut(
                key="floors",
                text=f'"{key}" is no setting that can be a floor; '
                f"{nearest(key, _keys(policy))}",
            )
    if base is None:
        return
    for key in sorted(base.floors - policy.floors):
        yield Undercut(key="floors", text=f'must keep "{key}" of "{base.kind}"')
    for key in sorted(base.floors):
        yield from _below(policy, base, key)


# The law ------------------------------------------------------------------------------


def _below_the_law(policy: Policy) -> Iterator[Undercut]:
    rules = {each.rule.name: each for each in policy.rules}
    if policy.retention_min is not None and policy.retention_min < LOGS:
        yield Undercut(
            key="retention_min",
            text='must be at least "180d": records of groups are kept for six months '
            "by law",
        )
    if policy.settings.guest_access != "forbidden":
        yield Undercut(
            key="settings.guest_access",
            text='must be "forbidden": members are known by name (law and A68)',
        )
    for name in NEVER_OFF:
        yield from _must_hide(rules, name, "illegal content is hidden everywhere (A39)")
    if WITH_CHILDREN & set(policy.roles):
        because = "marks and ranks of pupils are never public (B1-43, B3-28, and law)"
        yield from _must_hide(rules, "ranking", because)
    for name in NEVER_HIDES:
        if name in rules and _outcome(rules[name]).hides:
            yield Undercut(
                key=f"rules.{name}.outcome",
                text='must be at most "flag": only a person judges this',
            )


def _must_hide(
    rules: dict[str, ActiveRule], name: str, because: str
) -> Iterator[Undercut]:
    active = rules.get(name)
    if active is None:
        yield Undercut(key=f"rules.{name}", text=f"must not be off: {because}")
    elif active.observe or not _outcome(active).hides:
        yield Undercut(
            key=f"rules.{name}.outcome", text=f'must be "hold" or "refuse": {because}'
        )
    elif active.exempt and name == "ranking":
        yield Undercut(key=f"rules.{name}.exempt", text=f"must name nobody: {because}")


# What a policy marks ------------------------------------------------------------------


def _is_known(policy: Policy, key: str) -> bool:
    return key in _keys(policy)


def _keys(policy: Policy) -> set[str]:
    """List what can be a floor of this policy."""
    return {
        "retention_min",
        "names.mode",
        "acceptance.must_accept",
        *(f"settings.{name}" for name in _WORDS),
        *(f"settings.{name}" for name in _holders(policy.settings)),
        *(f"features.{name}" for name in _holders(policy.features)),
        *(f"rules.{each.rule.name}" for each in policy.rules),
    }


def _holders(section: Any) -> list[str]:
    names = section.__dataclass_fields__
    return [name for name in names if isinstance(getattr(section, name), Holder)]


def _below(policy: Policy, base: Policy, key: str) -> Iterator[Undercut]:
    section, _, name = key.partition(".")
    if section == "rules":
        yield from _rule_below(policy, base, name)
        return
    ours, theirs = _value(policy, key), _value(base, key)
    if theirs is None or (
        ours is not None and _rank(name, ours) >= _rank(name, theirs)
    ):
        return
    yield Undercut(
        key=key,
        text=f'may only be tightened: "{base.kind}" says "{_written(theirs)}"',
    )


def _value(policy: Policy, key: str) -> Any:
    value: Any = policy
    for name in key.split("."):
        value = getattr(value, name)
    return value


def _rank(name: str, value: Any) -> Any:
    """Order values from loose to tight."""
    order = _ORDERS.get(type(value)) or _WORDS.get(name)
    return order.index(value) if order is not None else value


def _written(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value.days}d"
    return str(getattr(value, "value", value))


def _rule_below(policy: Policy, base: Policy, name: str) -> Iterator[Undercut]:
    ours, theirs = _rule(policy, name), _rule(base, name)
    if theirs is None:
        return
    says = f'"{base.kind}" says "{_outcome(theirs).value}"'
    if ours is None:
        yield Undercut(key=f"rules.{name}", text=f"must not be off: {says}")
        return
    if ours.observe and not theirs.observe:
        yield Undercut(key=f"rules.{name}.observe", text=f"must not be true: {says}")
    if _outcome(ours).rank < _outcome(theirs).rank:
        yield Undercut(
            key=f"rules.{name}.outcome", text=f"may only be tightened: {says}"
        )
    if not ours.exempt <= theirs.exempt:
        more = ", ".join(sorted(role.value for role in ours.exempt - theirs.exempt))
        yield Undercut(
            key=f"rules.{name}.exempt", text=f'may not exempt more people: "{more}"'
        )


def _rule(policy: Policy, name: str) -> ActiveRule | None:
    return next((each for each in policy.rules if each.rule.name == name), None)


def _outcome(active: ActiveRule) -> Outcome:
    """Say what a rule leads to; what has no outcome of its own hides."""
    outcome: Outcome = getattr(active.settings, "outcome", Outcome.REFUSE)
    return outcome
