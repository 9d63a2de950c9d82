"""Kinds of rooms: the shipped one, and others for what it does not allow."""

from dataclasses import fields, replace
from typing import Any

from appservice.domain.house import Features, Holder, NameMode, Names, Settings
from appservice.domain.ids import KindName
from appservice.domain.policy import Policy

KIND = KindName("class_students")
PARENTS = KindName("class_parents_primary")
OPEN = KindName("open_class")
"""The same rules of conduct, and everybody may do everything: so it can be judged."""
REMINDING = KindName("reminding_class")
"""Rooms of pupils where nobody's name is put right, unless it is a teacher's."""
MOVABLE = KindName("movable_class")
"""Rooms of pupils that their class teacher may replace by a newer one."""


def opened(policy: Policy) -> Policy:
    """Let everybody do everything that a policy can allow."""
    everyone: dict[Any, Any] = {
        each: {f.name: Holder.EVERYONE for f in fields(each) if f.type is Holder}
        for each in (Features, Settings)
    }
    return replace(
        policy,
        kind=OPEN,
        names=Names(),
        features=Features(**everyone[Features]),
        settings=replace(policy.settings, official=None, **everyone[Settings]),
        rules=tuple(each for each in policy.rules if each.rule.name != "features"),
    )


def reminding(policy: Policy) -> Policy:
    """Only remind people of their names."""
    names = replace(policy.names, mode=NameMode.REMIND)
    return replace(policy, kind=REMINDING, names=names)


def movable(policy: Policy) -> Policy:
    """Let whoever owns a room replace it."""
    settings = replace(policy.settings, upgrade=Holder.OWN)
    return replace(policy, kind=MOVABLE, settings=settings)
