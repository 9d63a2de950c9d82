"""Ending: a command is answered in private, put on record, and taken away."""

import logging
from typing import Any
from uuid import uuid4

from appservice.commands.arguments import Arguments
from appservice.commands.command import Asked, Command, Reply
from appservice.domain.actions import Notice, Redact, Tell
from appservice.domain.ids import RoomId, UserId
from appservice.domain.rooms import RoomClass
from appservice.services.asking import Answered, Heard
from appservice.services.room_check import RoomChecks
from appservice.services.school import School
from appservice.services.scope import COMMANDED
from appservice.store import commands as record
from appservice.store.outbox import Decided

log = logging.getLogger(__name__)


def _is_submitted(command: Command, reply: Reply) -> bool:
    """Whether a text is before a person now; one that was refused is a message."""
    return command.is_submission and reply.result == "done"


class Ending:
    """Says to whoever asked what came of it."""

    def __init__(
        self, connection: Any, heard: Heard, school: School, checks: RoomChecks
    ) -> None:
        self._connection = connection
        self._heard = heard
        self._school = school
        self._checks = checks
        self._written_in = heard.turn.room
        self._in_private = self._written_in.room_class is RoomClass.SERVICE
        person = school.person(heard.row.sender)
        self.language = (person.language if person else None) or school.language_in(
            self._written_in
        )

    async def end(
        self,
        command: Command,
        reply: Reply,
        *,
        about: Asked | None,
        given: Arguments | None = None,
        allowed: bool = True,
    ) -> Answered:
        """Answer in private, take the command out of the room, put it on record."""
        room = about.room if about else None
        await record.record(
            self._connection,
            self._heard.row.event_id,
            written_in=self._written_in.room_id,
            room_id=room.room_id if room else None,
            sender=self._heard.row.sender,
            name=command.name,
            subject=given.who_id if given else None,
            result=reply.result,
            answer=reply.text,
        )
        rows = [*reply.rows, self.tell(reply, room.room_id if room else None)]
        if command.is_discreet and not self._in_private:
            rows.insert(0, self.take_away())
        if reply.look and self._in_private and room is not None:
            await self._checks.within(self._connection, room.room_id, scope=COMMANDED)
        log.info(
            "command answered",
            extra={
                "command": command.name,
                "result": reply.result,
                "user_id": self._heard.row.sender,
                "room_id": room.room_id if room else self._written_in.room_id,
            },
        )
        return Answered(
            decided=rows,
            # What everybody may write, or what stays in the room, is a message like
            # any other: else «!help» would be a way round every rule.
            is_command=allowed
            and command.is_discreet
            and (bool(command.needs) or _is_submitted(command, reply)),
            look=reply.look and not self._in_private,
        )

    def tell(
        self, reply: Reply, room_id: RoomId | None, *, rule: str = "command"
    ) -> Decided:
        notice = Notice(
            name="answer", language=self.language, values={"text": reply.text}
        )
        sender: UserId = self._heard.row.sender
        return Decided(
            id=uuid4(),
            room_id=room_id or self._written_in.room_id,
            action=Tell(user_id=sender, notice=notice),
            rule=rule,
            because=self._heard.row.event_id,
        )

    def take_away(self) -> Decided:
        """Nobody is shamed: what was asked about somebody is not left in the room."""
        event_id = self._heard.row.event_id
        language = self._school.language_in(self._written_in)
        notice = Notice(name="command", language=language)
        return Decided(
            id=uuid4(),
            room_id=self._written_in.room_id,
            action=Redact(event_id=event_id, notice=notice),
            rule="command",
            because=event_id,
        )
