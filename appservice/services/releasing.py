"""Releasing: what was put away stands in the room again."""

from typing import Any, Final

from appservice.domain.actions import Action, Notice, Send, SendAs
from appservice.domain.ids import EventId, UserId
from appservice.domain.power_levels import POWER_LEVELS, required
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room
from appservice.matrix import parse, render
from appservice.services.school import School
from appservice.store import desired, records

LEFT_OUT: Final = ("m.mentions", "m.relates_to", "m.new_content", "formatted_body")
"""Of a message that we quote: it is ours then, and calls or replaces nobody's."""


async def release(
    connection: Any, school: School, room: Room, event_id: EventId
) -> Action | None:
    """
    Post a message again: in its sender's name with a pass, or quoted by us.

    Returns:
        None where it cannot be posted: it is not on record, or no message.
    """
    raw = await records.raw(connection, event_id, room.room_id)
    fields = parse.decode(raw) if raw is not None else None
    if not isinstance(fields, dict) or "state_key" in fields:
        return None
    content, type_ = fields.get("content"), fields.get("type")
    if not isinstance(content, dict) or not content or not isinstance(type_, str):
        return None
    sender = UserId(str(fields.get("sender")))
    state = RoomState.read(await desired.state(connection, room.room_id))
    if _can_speak_as(school, state, sender, type_):
        return SendAs(user_id=sender, type=type_, content=content)
    if type_ != "m.room.message":
        return None
    name = school.name(sender, room)
    quoted = _quoted(content, name, school.language_in(room))
    return Send(type=type_, content=quoted)


def _can_speak_as(school: School, state: RoomState, sender: UserId, type_: str) -> bool:
    """Whether the homeserver would take it from us in the sender's name."""
    member = state.members.get(sender)
    if member is None or member.membership != "join" or not school.reaches(sender):
        return False
    levels = state.content(POWER_LEVELS) or {}
    return state.levels.of(sender) >= required(levels, type_, is_state=False)


def _quoted(content: dict[str, Any], name: str, language: str) -> dict[str, Any]:
    """Say whose message it is, in our own."""
    new = content.get("m.new_content")
    shown = new if isinstance(new, dict) else content
    notice = Notice(
        name="released_quote",
        language=language,
        values={"name": name, "text": str(shown.get("body", ""))},
    )
    kept = {key: value for key, value in shown.items() if key not in LEFT_OUT}
    return {**kept, "body": render.message(notice)["body"]}
