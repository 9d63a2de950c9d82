"""Reporting: who owns a room hears of what could not be done there."""

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from appservice.domain.actions import (
    Action,
    Call,
    Notice,
    Redact,
    Remove,
    Rename,
    Send,
    SetState,
)
from appservice.domain.people import Right
from appservice.services.post import post
from appservice.services.school import School
from appservice.store import notices
from appservice.store.outbox import Decided, Due

REPORT_EVERY: Final = timedelta(hours=1)

_ASPECTS: Final = {
    "m.room.power_levels": "levels",
    "m.room.pinned_events": "pins",
    "m.room.name": "name",
    "m.room.topic": "topic",
}


async def report(connection: Any, school: School, due: Due) -> None:
    """Tell who is responsible that something could not be done; once a while."""
    room = school.rooms.get(due.room_id)
    policy = school.policy_of(room.kind) if room else None
    what = _what(due.action)
    if room is None or policy is None or what is None:
        return
    name = "abandoned" if isinstance(due.action, Redact) else "cannot"
    told = await notices.told_since(connection, due.room_id, REPORT_EVERY)
    if any(rule == name for _, _, rule in told):
        return
    notice = Notice(
        name=name,
        language=policy.language,
        room_id=due.room_id,
        event_id=due.action.event_id if isinstance(due.action, Redact) else None,
        values={"room": room.name, "bot": school.bot, "what": what},
    )
    row = Decided(
        id=uuid4(),
        room_id=due.room_id,
        action=Call(right=Right.OWN, notice=notice),
        rule=name,
    )
    await post(connection, [row])


def _what(action: Action) -> str | None:
    """Name what could not be done; None: that is nobody's concern in the room."""
    match action:
        case Redact():
            return "redact"
        case Rename():
            return "names"
        case Remove():
            return "remove"
        case Send():
            return "announce"
        case SetState(type=type_):
            return _ASPECTS.get(type_, "settings")
        case _:
            return None
