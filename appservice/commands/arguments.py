"""Arguments: whom a command is about, until when, and what else was written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from appservice.commands.command import Asked, Command, Need
from appservice.domain import spans, who
from appservice.domain.ids import UserId
from appservice.domain.people import Person
from appservice.domain.standing import standing_of
from appservice.domain.who import Match
from appservice.matrix.spoken import Spoken
from appservice.store import records

LIKE_A_TIME: Final = re.compile(
    r"[-+−–~约]?\s*\d|(?:until|till|to|for)\b"
    r"|[到至直永长]|[今明后昨]天|[上下中]午|早上|晚上|[一二两三四五半]\s*(?:节|堂|会|个|天|周)",
    re.IGNORECASE,
)
"""What somebody writes who means a time, though it may be none that we can read."""

USER_ID: Final = re.compile(r"@[^:\s]+:[^\s,，;；]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was given."""

    who: Person | None = None
    who_id: UserId | None = None
    until: datetime | None = None
    text: str = ""

    def of(self, asked: Asked) -> Asked:
        """Put them to what is asked."""
        return replace(
            asked, who=self.who, who_id=self.who_id, until=self.until, text=self.text
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Why they cannot be used: a sentence, and what stands in it."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)


async def read_arguments(
    command: Command, asked: Asked, said: Spoken, rest: str
) -> Arguments | Wrong:
    """Read what a command takes, in this order: person, span, text."""
    given = Arguments(text=rest.strip())
    if command.person is not Need.NO:
        found = await _person(asked, said, rest)
        if isinstance(found, Wrong):
            # «!record» alone is about oneself, «!record 小明» about somebody.
            if command.person is Need.REQUIRED or rest.strip():
                return found
        else:
            given = found
    wrong = _may_act(command, asked, given)
    if wrong is not None:
        return wrong
    if command.span is not Need.NO:
        timed = _timed(given, asked)
        if isinstance(timed, Wrong):
            return timed
        given = timed
    if command.text is Need.REQUIRED and not given.text:
        return Wrong(
            text="Please write it like this: !{name} {usage}",
            values={
                "name": asked.called(command.name, command.aliases),
                "usage": asked.say(command.usage),
            },
        )
    return given


def _timed(given: Arguments, asked: Asked) -> Arguments | Wrong:
    """Read a time, before the reason or after it; never guess at one."""
    span, rest = spans.take(given.text, now=asked.at)
    if span is not None:
        return replace(given, until=span.until, text=rest)
    words = given.text.split()
    for count in (1, 2, 3):
        tail = " ".join(words[-count:])
        span, rest = spans.take(tail, now=asked.at)
        if span is not None and not rest and count < len(words):
            return replace(given, until=span.until, text=" ".join(words[:-count]))
    if LIKE_A_TIME.match(given.text):
        return Wrong(
            text="I cannot read “{time}” as a time; please write e.g. 2h, 30m or "
            "“until 18:00” after the name. Nothing was done.",
            values={"time": given.text[:30]},
        )
    return given


async def _person(asked: Asked, said: Spoken, rest: str) -> Arguments | Wrong:
    """Find who is meant: written, else answered, else mentioned."""
    match = who.find(rest, asked.book, _people(asked))
    written = match.person.user_id if match.person else None
    if written is not None and not match.is_part:
        return Arguments(who=match.person, who_id=written, text=match.rest.strip())
    user_id = USER_ID.match(rest.lstrip())
    if user_id is not None:
        after = rest.lstrip()[user_id.end() :].strip()
        return _of_id(asked, UserId(user_id[0]), after)
    pointed = await _pointed_at(asked, said)
    if match.person is not None and pointed in (None, written):
        return Arguments(who=match.person, who_id=written, text=match.rest.strip())
    if pointed is None:
        return _nobody(rest, match)
    return _between(asked, pointed, match, rest)


def _between(
    asked: Asked, pointed: UserId, match: Match, rest: str
) -> Arguments | Wrong:
    """Choose whom is pointed at, unless what is written may be another's name."""
    if match.person is None and not match.fits_several:
        return _of_id(asked, pointed, _without_name(asked, pointed, rest))
    # «安静» may be said to whom it answers, or be a part of another's name.
    fit = (asked.name(match.person),) if match.person is not None else match.near
    other = asked.person_of(pointed)
    name = asked.name(other) if other else pointed
    if name in fit:
        return _of_id(asked, pointed, match.rest)
    return _nobody(rest, replace(match, near=(name, *fit), fits_several=True))


async def _pointed_at(asked: Asked, said: Spoken) -> UserId | None:
    """Say whose message is answered, or else who alone is mentioned."""
    ours = asked.school.accounts
    if said.reply_to is not None:
        sender = await records.sender_of(
            asked.connection, said.reply_to, asked.room.room_id
        )
        if sender is not None and sender not in ours:
            return sender
    mentioned = [each for each in said.mentioned if each not in ours]
    return mentioned[0] if len(mentioned) == 1 else None


def _of_id(asked: Asked, user_id: UserId, rest: str) -> Arguments:
    return Arguments(who=asked.person_of(user_id), who_id=user_id, text=rest)


def _without_name(asked: Asked, user_id: UserId, rest: str) -> str:
    """Cut off the name that a client writes for a mention without a pill."""
    member = asked.state.members.get(user_id)
    name = (member.displayname if member else None) or ""
    text = rest.strip().removeprefix("@")
    return text.removeprefix(name).lstrip(" ,，:：") if name else text


def _nobody(rest: str, match: Match) -> Wrong:
    written = rest.strip().split(maxsplit=1)
    if not written:
        return Wrong(
            text="Please say whom: a name, a mention, or as a reply to their message. "
            "Nothing was done."
        )
    values = {"name": written[0][:50], "near": "、".join(match.near)}
    if match.fits_several:
        return Wrong(
            text="“{name}” may be several people here. Which of them do you mean: "
            "{near}? Nothing was done.",
            values=values,
        )
    if match.near:
        return Wrong(
            text="I know nobody here as “{name}”. Did you mean {near}? Nothing was "
            "done.",
            values=values,
        )
    return Wrong(
        text="I know nobody here as “{name}”. Nothing was done.", values=values
    )


def _people(asked: Asked) -> list[Person]:
    """
    Who may be meant: who is here; by staff, also who belongs here.

    Near names are suggested from these: whom members do not see they do not hear of.
    """
    here = [
        person
        for user_id in asked.state.members
        if (person := asked.person_of(user_id)) is not None
    ]
    if not asked.person.is_staff:
        return here
    ids = {person.id for person in here}
    belong = (
        person
        for person in asked.school.people_of(asked.room)
        if asked.policy.role_of(person) in asked.policy.roles
    )
    return [*here, *(person for person in belong if person.id not in ids)]


def _may_act(command: Command, asked: Asked, given: Arguments) -> Wrong | None:
    """Nobody acts on someone at or above them, or on someone we do not know."""
    if not command.acts_on or given.who_id is None:
        return None
    wrong = _not_here(command, asked, given.who_id, given.who)
    if wrong is not None:
        return wrong
    theirs = asked.policy.rights_of(given.who, scope=asked.room.scope)
    name = asked.name(given.who) if given.who else given.who_id
    if standing_of(given.who, theirs) >= standing_of(asked.person, asked.rights):
        return Wrong(
            text="{name} stands at or above you in “{room}”; nothing was done.",
            values={"name": name, "room": asked.room.name},
        )
    if asked.state.levels.outranks(given.who_id, asked.school.bot):
        return Wrong(
            text="{name} has a power level at or above mine in “{room}”, so I cannot; "
            "nothing was done.",
            values={"name": name, "room": asked.room.name},
        )
    return None


def _not_here(
    command: Command, asked: Asked, user_id: UserId, person: Person | None
) -> Wrong | None:
    """Say why somebody is nobody to act on in this room at all."""
    if user_id in asked.school.accounts or user_id == asked.sender:
        return Wrong(text="Not for yourself and not for me; nothing was done.")
    if person is not None and not _is_of_here(asked, person, user_id):
        return Wrong(
            text="{name} is not in this room; nothing was done.",
            values={"name": person.name},
        )
    if person is None and not command.acts_on_strangers:
        return Wrong(
            text="{name} is not in the school’s roster, so nothing was done. The owner "
            "can remove the account with “!remove”.",
            values={"name": user_id},
        )
    return None


def _is_of_here(asked: Asked, person: Person, user_id: UserId) -> bool:
    """Whether somebody is in the room, or may come (back) to it."""
    if user_id in asked.state.members:
        return True
    belongs = person in asked.school.people_of(asked.room)
    return belongs and asked.policy.role_of(person) in asked.policy.roles
