"""Reporting: who owns a room hears of what could not be hidden there."""

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from appservice.domain.actions import Call, Notice, Redact
from appservice.domain.people import Right
from appservice.services.post import post
from appservice.services.school import School
from appservice.store import notices
from appservice.store.outbox import Decided, Due

REPORT_EVERY: Final = timedelta(hours=1)


async def report(connection: Any, school: School, due: Due) -> None:
    """Tell who is responsible that something could not be hidden; once a while."""
    room = school.rooms.get(due.room_id)
    if room is None or not isinstance(due.action, Redact):
        return
    told = await notices.told_since(connection, due.room_id, REPORT_EVERY)
    if any(rule == "abandoned" for _, _, rule in told):
        return
    notice = Notice(
        name="abandoned",
        language=due.action.notice.language,
        room_id=due.room_id,
        event_id=due.action.event_id,
        values={"room": room.name, "bot": school.bot},
    )
    row = Decided(
        id=uuid4(),
        room_id=due.room_id,
        action=Call(right=Right.OWN, notice=notice),
        rule="abandoned",
    )
    await post(connection, [row])
