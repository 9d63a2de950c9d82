"""
Answering: from a message to a command, obeyed or refused, answered and on record.

Permission is by the right of the roster's person who sent the event, never by a name or
a power level. Whom the roster does not know is not answered: to them we are not there.
"""

import logging
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from appservice.commands import all_commands, names
from appservice.commands.arguments import Arguments, Wrong, read_arguments
from appservice.commands.command import Asked, Command, Reply
from appservice.commands.hindrances import hindrance
from appservice.commands.places import called, rooms_meant, rooms_of
from appservice.domain.actions import Notice, Redact, Tell
from appservice.domain.command_line import Invocation, invocation
from appservice.domain.ids import RoomId, UserId
from appservice.domain.people import Person
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import RoomClass
from appservice.matrix.render import translate
from appservice.matrix.spoken import Spoken, spoken
from appservice.services.asking import Answered, Heard
from appservice.services.room_check import RoomChecks
from appservice.services.school import School
from appservice.services.scope import COMMANDED
from appservice.store import commands as record
from appservice.store import desired, inbox, notices
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided

log = logging.getLogger(__name__)

LATE: Final = timedelta(minutes=5)
"""A command older than this is not obeyed: who gave it has gone on meanwhile."""

CHATTER: Final = timedelta(minutes=1)
"""How often somebody is told that we only understand commands."""


class Answering:
    """Knows the commands; put into moderation by the composition root."""

    def __init__(self, school: School, checks: RoomChecks, *, zone: ZoneInfo) -> None:
        self._school = school
        self._checks = checks
        self._zone = zone

    async def answer(self, connection: Any, heard: Heard) -> Answered | None:
        """Do what somebody asked for, in the caller's transaction; None: nothing."""
        person = self._school.person(heard.row.sender)
        said = spoken(heard.fields.get("content") or {})
        if person is None or said is None:
            return None
        asking = _Asking(
            connection=connection,
            heard=heard,
            said=said,
            person=person,
            school=self._school,
            checks=self._checks,
            zone=self._zone,
        )
        return await asking.answer()


class _Asking:
    """One message on its way to an answer."""

    def __init__(
        self,
        *,
        connection: Any,
        heard: Heard,
        said: Spoken,
        person: Person,
        school: School,
        checks: RoomChecks,
        zone: ZoneInfo,
    ) -> None:
        self._connection = connection
        self._heard = heard
        self._said = said
        self._person = person
        self._school = school
        self._checks = checks
        self._at = heard.at.astimezone(zone)
        self._written_in = heard.turn.room
        self._in_private = self._written_in.room_class is RoomClass.SERVICE

    async def answer(self) -> Answered | None:
        call = invocation(self._said.text, names(), bare=self._in_private)
        if call is None:
            return await self._chat() if self._in_private else None
        if call.name is None:
            return self._unknown(call)
        command = all_commands()[call.name]
        if self._is_late():
            return await self._end(
                command,
                self._plain(LATE_WORDS),
                about=None,
                allowed=self._person.is_staff,
            )
        return await self._obey(command, call)

    def _is_late(self) -> bool:
        row = self._heard.row
        return row.received_at - row.sent_at > LATE or self._heard.at - row.sent_at > (
            LATE
        )

    async def _obey(self, command: Command, call: Invocation) -> Answered | None:
        turn, rest = await self._room(call.rest, command)
        if isinstance(turn, Reply):
            return await self._end(command, turn, about=None)
        asked = await self._asked(turn)
        if asked is None:
            return None
        if command.needs and not command.needs & asked.rights:
            reply = asked.refuse(
                "“!{name}” is for others in “{room}”; nothing was done.",
                name=asked.called(command.name, command.aliases),
                room=asked.room.name,
            )
            return await self._end(command, reply, about=asked, allowed=False)
        given = await read_arguments(command, asked, self._said, rest)
        if isinstance(given, Wrong):
            reply = asked.refuse(given.text, **given.values)
            return await self._end(command, reply, about=asked)
        reply = hindrance(command, asked) or await command.run(given.of(asked))
        done = None if reply.result == "refused" else given
        return await self._end(command, reply, about=asked, given=done)

    # Which room -----------------------------------------------------------------

    async def _room(self, rest: str, command: Command) -> tuple[Turn | Reply, str]:
        """Say which room is meant: the one it was written in, or one named first."""
        if not self._in_private:
            return self._heard.turn, rest
        theirs = rooms_of(self._person, self._school)
        rooms, rest = rooms_meant(rest, theirs, command, self._person, self._school)
        if len(rooms) != 1:
            return self._which_room(theirs), rest
        turn = await inbox.hold(self._connection, rooms[0].room_id)
        if turn is None:
            return self._which_room([]), rest
        return turn, rest

    def _which_room(self, rooms: list[Any]) -> Reply:
        if not rooms:
            return self._plain("I keep no room that you are in.")
        names = called(rooms, self._school, language=self._language)
        listed = "\n".join(f"#{names[room.room_id]}" for room in rooms)
        return self._plain(
            "Which room? Please put one of these after the command:\n{rooms}",
            rooms=listed,
        )

    async def _asked(self, turn: Turn) -> Asked | None:
        policy = self._school.policy_of(turn.room.kind)
        if policy is None:
            return None
        state = self._heard.state
        if state is None:
            rows = await desired.state(self._connection, turn.room.room_id)
            state = RoomState.read(rows)
        return Asked(
            connection=self._connection,
            turn=turn,
            school=self._school,
            policy=policy,
            state=state,
            event_id=self._heard.row.event_id,
            person=self._person,
            sender=self._heard.row.sender,
            rights=policy.rights_of(self._person, scope=turn.room.scope),
            at=self._at,
            language=self._person.language or policy.language,
            reply_to=self._said.reply_to,
        )

    # Answers --------------------------------------------------------------------

    @property
    def _language(self) -> str:
        return self._person.language or self._school.language_in(self._written_in)

    def _plain(self, text: str, **values: str) -> Reply:
        """Say something that no command says."""
        said = translate(text, self._language).format_map(values)
        return Reply(text=said, result="refused")

    def _unknown(self, call: Invocation) -> Answered | None:
        """Say which command was perhaps meant; a mere exclamation is left alone."""
        if call.near is None and not (self._in_private or self._person.is_staff):
            return None
        text = (
            "I do not know “!{name}”. Did you mean “!{near}”? Nothing was done."
            if call.near
            else "I do not know “!{name}”; “!help” shows what you can ask me for."
        )
        reply = self._plain(text, name=call.typed, near=call.near or "")
        rows = [self._tell(reply, None)]
        meant = names().get((call.near or "").lower())
        if (
            meant is not None
            and all_commands()[meant].is_discreet
            and self._person.is_staff
            and not self._in_private
        ):
            # Mistyped, it says the same about somebody.
            rows.insert(0, self._take_away())
        return Answered(decided=rows, is_command=False)

    async def _chat(self) -> Answered | None:
        """Say once in a while what we understand."""
        room_id = self._written_in.room_id
        told = await notices.told_since(self._connection, room_id, CHATTER)
        if any(rule == "chatter" for _, _, rule in told):
            return None
        owners = {
            self._school.name(owner.user_id, room)
            for room in rooms_of(self._person, self._school)
            for owner in self._school.owners(room)
            if owner.user_id is not None
        }
        reply = self._plain(
            "I only understand commands; “help” shows which. No member of staff reads "
            "here; if it matters, please talk to: {names}.\n(In English: “!language "
            "en”.)",
            names="、".join(sorted(owners)[:3]) or "—",
        )
        return Answered(decided=[self._tell(reply, None, rule="chatter")])

    async def _end(
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
        rows = [*reply.rows, self._tell(reply, room.room_id if room else None)]
        if command.is_discreet and not self._in_private:
            rows.insert(0, self._take_away())
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
            is_command=allowed and bool(command.needs) and command.is_discreet,
            look=reply.look and not self._in_private,
        )

    def _tell(
        self, reply: Reply, room_id: RoomId | None, *, rule: str = "command"
    ) -> Decided:
        notice = Notice(
            name="answer", language=self._language, values={"text": reply.text}
        )
        sender: UserId = self._heard.row.sender
        return Decided(
            id=uuid4(),
            room_id=room_id or self._written_in.room_id,
            action=Tell(user_id=sender, notice=notice),
            rule=rule,
            because=self._heard.row.event_id,
        )

    def _take_away(self) -> Decided:
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


LATE_WORDS: Final = (
    "Your command reached me too late, so nothing was done. If it still matters, "
    "please send it again."
)
