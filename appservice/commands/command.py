"""What a command is, what it is given, and what it returns."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal
from uuid import uuid4

from appservice.domain import spans
from appservice.domain.actions import Action, Tell
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.names import NameBook
from appservice.domain.people import Person, Right
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room
from appservice.matrix.render import translate
from appservice.services.decisions import Decisions
from appservice.services.school import School
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided
from appservice.store.questions import Asked as Question


class Need(Enum):
    """Whether an argument belongs to a command."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


REASON_AT_MOST: Final = 1000
"""Characters of a reason that are passed on; the record has all of it."""

Result = Literal["done", "refused", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What comes of a command."""

    text: str
    """Told to whoever asked, in private. Nothing is said to be done that is not."""
    result: Result
    rows: tuple[Decided, ...] = ()
    look: bool = False
    """Whether the room must be compared with what it should be now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command that was read and may be obeyed."""

    connection: Any
    """In the transaction that judges the message: all of it happens, or nothing."""
    turn: Turn
    """Of the managed room the command is about; it is ours until the end."""
    school: School
    policy: Policy
    state: RoomState
    event_id: EventId
    person: Person
    """Who asks."""
    sender: UserId
    rights: frozenset[Right]
    at: datetime
    """Now, in the school's zone."""
    language: str
    who: Person | None = None
    """Whom it is about; None: nobody was named, or somebody the roster has not."""
    who_id: UserId | None = None
    until: datetime | None = None
    text: str = ""
    """What else was written."""
    reply_to: EventId | None = None
    question: Question | None = None
    """The question it is about, see ``Command.about_question``."""
    decisions: Decisions
    written_in: RoomId
    """Where it was written, perhaps a direct room."""

    @property
    def room(self) -> Room:
        return self.turn.room

    @property
    def book(self) -> NameBook:
        """The names that are accepted in this room."""
        return self.school.book(self.room, self.policy)

    def say(self, text: str, **values: str) -> str:
        """Put a sentence (English, with ``{values}``) into the language asked in."""
        return translate(text, self.language).format_map(values)

    def when(self, at: datetime, *, to: Person | None = None) -> str:
        """Say when something ends, to whoever asks or to another person."""
        language = self.language
        if to is not None:
            language = to.language or self.policy.language
        return spans.say(at, now=self.at, language=language)

    def called(self, name: str, aliases: tuple[str, ...]) -> str:
        """Name a command in the language asked in."""
        return name if self.language == "en" else aliases[0]

    def name(self, person: Person) -> str:
        """Name somebody as this room does."""
        return next(iter(self.book.forms(person)), person.name)

    def person_of(self, user_id: UserId) -> Person | None:
        """Find somebody in the roster."""
        return self.school.person(user_id)

    # What a command returns -----------------------------------------------------

    def answer(self, text: str, **values: str) -> Reply:
        """Answer a question."""
        return Reply(text=self.say(text, **values), result="answered")

    def refuse(self, text: str, **values: str) -> Reply:
        """Say why nothing was done."""
        return Reply(text=self.say(text, **values), result="refused")

    def row(self, action: Action, rule: str) -> Decided:
        """Decide on an action in this room."""
        return Decided(
            id=uuid4(),
            room_id=self.room.room_id,
            action=action,
            rule=rule,
            because=self.event_id,
        )

    def tell(self, user_id: UserId, name: str, **values: str) -> Decided:
        """Say something in private to somebody the command is about."""
        # A reason of any length must still fit in one event.
        values = {key: value[:REASON_AT_MOST] for key, value in values.items()}
        notice = self.school.notice(name, self.room, **values)
        return self.row(Tell(user_id=user_id, notice=notice), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One room command."""

    name: str
    aliases: tuple[str, ...]
    """Chinese ones first: ``!help`` shows the first of them."""
    usage: str
    """Its arguments, in English; "" for none."""
    summary: str
    """What it does, in English."""
    run: Callable[[Asked], Awaitable[Reply]] = field(repr=False)
    needs: frozenset[Right] = frozenset()
    """Any one of these rights; empty: everybody the roster knows."""
    person: Need = Need.NO
    span: Need = Need.NO
    text: Need = Need.NO
    about_question: bool = False
    """Whether it is about a question, named by its number or as a reply to its card."""
    is_for_reviewers: bool = False
    """Whether only those see it in ``!help`` who may be asked to decide."""
    is_for_all_rooms: bool = False
    """Whether it is about all rooms somebody is in: none must be named."""
    is_submission: bool = False
    """Whether its text is put before a person, and not judged as a message."""
    is_discreet: bool = True
    """Whether the message is taken out of the room once it is read."""
    acts_on: bool = False
    """Whether it does something to the person, who must stand below."""
    acts_on_strangers: bool = False
    """Whether also to somebody the roster does not know."""
    power: str | None = None
    """What I must be able to do in the room for it, see ``domain.desired.lacks``."""
    in_observed_rooms: bool = True
    """Whether it does anything where we only observe."""
