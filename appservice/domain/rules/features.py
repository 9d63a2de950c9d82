"""
Features: what clients offer and not everybody may use here.

Where somebody is, is nobody's business (A68: «不得随意泄露群内信息或他人隐私»). Calls,
polls, stickers and widgets are a matter of power levels (``room_rows.py``), which do
not tell a message of one sort from another; live locations are both, for rooms whose
levels are not ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from appservice.domain.events import Message, RoomEvent, StateChanged, Unknown
from appservice.domain.house import Holder
from appservice.domain.ids import ClauseId
from appservice.domain.rule import (
    Category,
    Context,
    Outcome,
    Rule,
    Severity,
    Step,
    Violation,
)

_LOCATIONS: Final = frozenset({"m.location", "org.matrix.msc3488.location"})
_BEACONS: Final = frozenset(
    {
        *("m.beacon", "org.matrix.msc3672.beacon"),
        *("m.beacon_info", "org.matrix.msc3672.beacon_info"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Who may use what; filled in from the policy's ``features``."""

    location: Holder = Holder.STOP
    live_location: Holder = Holder.NOBODY
    voice: Holder = Holder.EVERYONE
    clauses: tuple[ClauseId, ...] = (ClauseId("A68"),)


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Refuse what the author's rights do not include."""
    holder = _needed(event, settings)
    if holder.includes(context.author.rights):
        return ()
    violation = Violation(
        rule=RULE.name,
        category=Category.FEATURE,
        clauses=settings.clauses,
        severity=Severity.MINOR,
        outcome=Outcome.REFUSE,
        step=Step.HINT,
    )
    return (violation,)


def _needed(event: RoomEvent, settings: Settings) -> Holder:
    match event:
        case Message(msgtype=msgtype) if msgtype in _LOCATIONS:
            return settings.location
        case Message(is_voice=True):
            return settings.voice
        case Unknown(type=type_) | StateChanged(type=type_) if type_ in _BEACONS:
            return settings.live_location
        case _:
            return Holder.EVERYONE


RULE = Rule(name="features", settings=Settings, check=check)
