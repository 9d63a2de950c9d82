"""
Answering: from a message to a command, obeyed or refused, answered and on record.

Permission is by the right of the roster's person who sent the event, never by a name or
a power level. Whom the roster does not know is not answered: to them we are not there.
"""

import logging
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from appservice.commands import all_commands, names
from appservice.commands.arguments import Wrong, read_arguments
from appservice.commands.command import Asked, Command, Reply
from appservice.commands.ending import Ending
from appservice.commands.hindrances import hindrance
from appservice.commands.matters import number_meant, waiting
from appservice.commands.places import called, rooms_meant, rooms_of
from appservice.commands.reacting import react
from appservice.domain.command_line import Invocation, invocation
from appservice.domain.events import Reacted
from appservice.domain.people import Person
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import RoomClass
from appservice.matrix.render import translate
from appservice.matrix.spoken import Spoken, spoken
from appservice.services.asking import Answered, Heard
from appservice.services.decisions import Decisions
from appservice.services.reviews import ROOM_KIND
from appservice.services.room_check import RoomChecks
from appservice.services.school import School
from appservice.store import desired, inbox, notices, questions
from appservice.store.inbox import Turn

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
        self._decisions = Decisions(school=school, zone=zone)

    async def answer(self, connection: Any, heard: Heard) -> Answered | None:
        """Do what somebody asked for, in the caller's transaction; None: nothing."""
        person = self._school.person(heard.row.sender)
        if person is None:
            return None
        if isinstance(heard.event, Reacted):
            return await react(connection, heard, heard.event, person, self._decisions)
        said = spoken(heard.fields.get("content") or {})
        if said is None:
            return None
        asking = _Asking(
            connection=connection,
            heard=heard,
            said=said,
            person=person,
            school=self._school,
            checks=self._checks,
            decisions=self._decisions,
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
        decisions: Decisions,
    ) -> None:
        self._connection = connection
        self._heard = heard
        self._said = said
        self._person = person
        self._school = school
        self._ending = Ending(connection, heard, school, checks)
        self._decisions = decisions
        self._question: questions.Asked | None = None
        self._at = heard.at.astimezone(decisions.zone)
        self._written_in = heard.turn.room
        self._in_private = self._written_in.room_class is RoomClass.SERVICE
        self._is_direct = self._in_private and self._written_in.kind != ROOM_KIND
        """Alone with us; where reviewers talk to each other we only hear commands."""

    async def answer(self) -> Answered | None:
        call = invocation(self._said.text, names(), bare=self._is_direct)
        if call is None:
            return await self._chat() if self._is_direct else None
        if call.name is None:
            return self._unknown(call)
        command = all_commands()[call.name]
        if self._is_late():
            return await self._ending.end(
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
        where = self._matter if command.about_question else self._room
        turn, rest = await where(call.rest, command)
        if isinstance(turn, Reply):
            return await self._ending.end(command, turn, about=None)
        asked = await self._asked(turn)
        if asked is None:
            return None
        if command.needs and not command.needs & asked.rights:
            reply = asked.refuse(
                "“!{name}” is for others in “{room}”; nothing was done.",
                name=asked.called(command.name, command.aliases),
                room=asked.room.name,
            )
            return await self._ending.end(command, reply, about=asked, allowed=False)
        given = await read_arguments(command, asked, self._said, rest)
        if isinstance(given, Wrong):
            reply = asked.refuse(given.text, **given.values)
            return await self._ending.end(command, reply, about=asked)
        reply = hindrance(command, asked) or await command.run(given.of(asked))
        done = None if reply.result == "refused" else given
        return await self._ending.end(command, reply, about=asked, given=done)

    # Which room -----------------------------------------------------------------

    async def _room(self, rest: str, command: Command) -> tuple[Turn | Reply, str]:
        """Say which room is meant: the one it was written in, or one named first."""
        if not self._in_private:
            return self._heard.turn, rest
        theirs = rooms_of(self._person, self._school)
        if command.is_for_all_rooms:
            # A guardian consents for a room of their child's that is not theirs.
            theirs = theirs or self._school.rooms_of(self._person)
        rooms, rest = rooms_meant(rest, theirs, command, self._person, self._school)
        if command.is_for_all_rooms:
            rooms = rooms[:1]
        if len(rooms) != 1:
            return self._which_room(theirs), rest
        turn = await inbox.hold(self._connection, rooms[0].room_id)
        if turn is None:
            return self._which_room([]), rest
        return turn, rest

    async def _matter(self, rest: str, command: Command) -> tuple[Turn | Reply, str]:
        """Find the question that is meant, and the room it is about."""
        connection = self._connection
        number, rest = await number_meant(connection, rest, self._said.reply_to)
        room_id = (
            None if number is None else await questions.room_of(connection, number)
        )
        if number is None or room_id is None:
            return await self._which_matter(number, command), rest
        # The room first, as whoever judges it does; then nobody waits in a circle.
        turn = await inbox.hold(connection, room_id)
        self._question = await questions.find(connection, number)
        if turn is None or self._question is None:
            return await self._which_matter(number, command), rest
        return turn, rest

    async def _which_matter(self, number: int | None, command: Command) -> Reply:
        lines = await waiting(
            self._connection, self._school, self._person, language=self._ending.language
        )
        if not lines:
            return self._plain("Nothing waits for your decision.")
        name = command.name if self._ending.language == "en" else command.aliases[0]
        text = (
            "Which one? “!{name}” and one of these numbers:\n{lines}"
            if number is None
            else "There is no no. {number}. What waits for your decision:\n{lines}"
        )
        listed = "\n".join(lines)
        return self._plain(text, name=name, number=str(number), lines=listed)

    def _which_room(self, rooms: list[Any]) -> Reply:
        if not rooms:
            return self._plain("I keep no room that you are in.")
        names = called(rooms, self._school, language=self._ending.language)
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
            question=self._question,
            decisions=self._decisions,
            written_in=self._written_in.room_id,
        )

    # Answers --------------------------------------------------------------------

    def _plain(self, text: str, **values: str) -> Reply:
        """Say something that no command says."""
        said = translate(text, self._ending.language).format_map(values)
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
        rows = [self._ending.tell(reply, None)]
        meant = names().get((call.near or "").lower())
        if (
            meant is not None
            and all_commands()[meant].is_discreet
            and self._person.is_staff
            and not self._in_private
        ):
            # Mistyped, it says the same about somebody.
            rows.insert(0, self._ending.take_away())
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
        return Answered(decided=[self._ending.tell(reply, None, rule="chatter")])


LATE_WORDS: Final = (
    "Your command reached me too late, so nothing was done. If it still matters, "
    "please send it again."
)
