"""
Asking: what the road hands to whoever knows the commands, and what comes back.

The commands themselves are a layer above (``commands/``); the composition root puts
them in here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeGuard

from appservice.domain.events import Message, Reacted, RoomEvent
from appservice.domain.room_state import RoomState
from appservice.store.inbox import Turn, Waiting
from appservice.store.outbox import Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message that may be a command, in a managed room or in a direct one."""

    turn: Turn
    row: Waiting
    fields: Mapping[str, Any]
    """The event as it came."""
    event: Message | Reacted
    at: datetime
    state: RoomState | None
    """Of the managed room it was written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of it."""

    decided: list[Decided] = field(default_factory=list)
    """Decided by a person: the breaker and observing have no say in it any more."""
    is_command: bool = True
    """Whether it was one its author may give; then it is not judged as a message."""
    look: bool = False
    """Whether the room it was written in must be compared with what it should be."""


class Commands(Protocol):
    """Whoever knows the commands."""

    async def answer(self, connection: Any, heard: Heard) -> Answered | None:
        """
        Do what somebody asked for, in the caller's transaction; None: it is no command.
        """


def may_ask(
    event: RoomEvent, fields: Mapping[str, Any], *, in_private: bool
) -> TypeGuard[Message | Reacted]:
    """Whether an event may be a command, or an answer by a reaction."""
    if isinstance(event, Reacted):
        return in_private
    return isinstance(event, Message) and may_be_command(
        fields.get("content"), in_private=in_private
    )


def may_be_command(content: Any, *, in_private: bool) -> bool:
    """Whether it is worth a closer look: quick, for every message is asked."""
    if not isinstance(content, dict) or content.get("msgtype") != "m.text":
        return False
    body = content.get("body")
    if not isinstance(body, str):
        return False
    return in_private or body.lstrip()[:1] in ("!", "！", ">")
