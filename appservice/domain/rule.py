"""What a rule is, what it may look at, and what it returns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from appservice.domain.events import RoomEvent
from appservice.domain.ids import ClauseId, EventId, PersonId, UserId
from appservice.domain.people import Author, Right, Role
from appservice.domain.pupils import NOBODY, PupilFinder

WORDS_AT_MOST: Final = 200
MARK_AT_MOST: Final = 20


class Outcome(Enum):
    """What becomes of an event, mildest first."""

    ALLOW = "allow"
    """Nothing."""
    HINT = "hint"
    """Delivered; the author is told in private."""
    FLAG = "flag"
    """Delivered; a person looks."""
    HOLD = "hold"
    """Hidden until a person decides."""
    REFUSE = "refuse"
    """Hidden, no release; the author is offered a way out."""

    @property
    def rank(self) -> int:
        return _OUTCOMES.index(self)

    @property
    def hides(self) -> bool:
        return self in (Outcome.HOLD, Outcome.REFUSE)


_OUTCOMES = tuple(Outcome)


class Severity(Enum):
    """How grave a violation is."""

    MINOR = "minor"
    SERIOUS = "serious"
    CRITICAL = "critical"


class Step(Enum):
    """A rung of the ladder; a violation names where it enters."""

    HINT = "hint"
    WARNING = "warning"
    SERIOUS_WARNING = "serious_warning"
    READ_ONLY = "read_only"
    REMOVAL = "removal"


class Category(Enum):
    """What kind of thing a violation is; the word lists are named after these."""

    ABUSE = "abuse"
    VULGAR = "vulgar"
    PORNOGRAPHY = "pornography"
    VIOLENCE = "violence"
    CULT = "cult"
    GAMBLING = "gambling"
    POLITICS = "politics"
    RELIGION = "religion"
    ADVERTISING = "advertising"
    RED_PACKET = "red_packet"
    VOTE = "vote"
    LIKE_COLLECTING = "like_collecting"
    FUNDRAISING = "fundraising"
    INCITEMENT = "incitement"
    SELF_HARM = "self_harm"
    """A cry for help: never punished and never hidden, a person is called."""
    RUMOUR = "rumour"
    SHOWING_OFF = "showing_off"
    CONFIDENTIAL = "confidential"
    COMPLAINT = "complaint"
    """Against the school or a teacher: attack or complaint, a person decides (X21)."""
    PUPIL_NEGATIVE = "pupil_negative"
    RANKING = "ranking"
    PRIVACY = "privacy"
    LINK = "link"
    ATTACHMENT = "attachment"
    HIDDEN_TEXT = "hidden_text"
    SPLIT_WORDS = "split_words"
    MASS_MENTIONS = "mass_mentions"
    COPY = "copy"
    """The same in several rooms of the school (B1-46)."""
    QUARREL = "quarrel"
    LENGTH = "length"
    CHAT = "chat"
    """Talk where the room is for notices, or for questions (X04)."""
    OFF_TOPIC = "off_topic"
    QUIET_HOURS = "quiet_hours"
    HOMEWORK = "homework"
    PHOTO = "photo"
    FLOOD = "flood"
    FEATURE = "feature"
    """Something clients offer that is not for everybody here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a person who decides needs to see. For staff only; never logged."""

    found: str | None = None
    """The original words that were matched, at most 100 characters."""
    place: str | None = None
    """Where they stood, see ``events.Place``."""
    count: int | None = None
    window: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken by one event."""

    rule: str
    category: Category
    clauses: tuple[ClauseId, ...]
    severity: Severity
    outcome: Outcome
    step: Step | None = None
    evidence: Evidence = Evidence()
    weight: int = 1
    """How many strikes it counts for."""
    strike_window: timedelta | None = None
    """How long it counts as one; None: for ever."""
    tells_author: bool = False
    """Whether a flag is also a hint to the author (A04: asked for the source)."""
    is_concern: bool = False
    """Whether it is a cry for help: a person is called, the author not told off."""
    about: EventId | None = None
    """The event to be looked at, where it is not the one judged: reactions."""
    cool_down: "CoolDown | None" = None
    """Who had better pause for a while, as far as the policy lets us do that."""
    observed: bool = False
    """Whether the rule is only tried: nothing follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolDown:
    """Read-only for a short while, so that a quarrel ends (B1-40)."""

    user_ids: tuple[UserId, ...]
    """Nobody of the staff."""
    duration: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A message judged earlier in this room, as far as rules compare with it."""

    event_id: EventId
    sender: UserId
    sent_at: datetime
    likeness: str
    """Equal for equal messages, see ``text.likeness``."""
    from_staff: bool = False
    words: str = ""
    """The words that are shown, folded; at most ``WORDS_AT_MOST`` characters."""
    categories: frozenset[Category] = frozenset()
    """What rules found in it."""
    is_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A reaction seen earlier in this room."""

    target: EventId
    sender: UserId
    sent_at: datetime
    key: str
    """Folded, at most ``MARK_AT_MOST`` characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a room when one of its events is judged."""

    author: Author
    recent: tuple[Past, ...] = ()
    """Messages before this one, oldest first; bounded by the caller."""
    is_backlog: bool = False
    """Whether the event came late, by reconciling."""
    hidden: frozenset[EventId] = field(default=frozenset())
    """Of the events this one refers to, those we have hidden."""
    edits: tuple[EventId, ...] = ()
    """Edits of this event that are already in the room."""
    told: frozenset[str | None] = field(default=frozenset())
    """Rules about which this author was told a short while ago; not to be repeated."""
    marks: tuple[Mark, ...] = ()
    """Reactions before this event, oldest first; bounded by the caller."""
    pupils: PupilFinder = NOBODY
    """Finds the names of the school's pupils in a text."""
    own_pupils: frozenset[PersonId] = frozenset()
    """The children of the author; of a pupil, the pupil."""
    at: datetime | None = None
    """When the event was sent, by the school's clock; None: that is not known."""
    open_question: bool = False
    """Whether staff have asked something that is still to be answered."""
    wants_answers: bool = False
    """Whether an announcement is open here: confirmations are wanted (X12)."""
    copies_elsewhere: int = 0
    """In how many other rooms of the school the same was posted lately."""
    permit: bool = False
    """Whether an owner has let this very text through once (A43)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    A rule: its name, the dataclass of its settings, and its check.

    ``check`` is pure and independent of other rules; it returns any number of
    violations. ``binds_staff``: whether it may hide what staff post (ranking may);
    every other rule can only flag it, whatever the policy says.
    """

    name: str
    settings: type[Any]
    check: Callable[[RoomEvent, Any, Context], Iterable[Violation]]
    binds_staff: bool = False
    lists: frozenset[str] = frozenset()
    """The word lists it looks for and nothing else: where an event has no word of them
    it is not asked. Its settings have a ``lexicon``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveRule:
    """A rule as a policy sets it."""

    rule: Rule
    settings: Any
    exempt: frozenset[Role | Right] = frozenset()
    """Who is spared: by what they are, or by a right they hold in the room."""
    observe: bool = False
    """Whether it is only tried: what it finds is recorded, and nothing follows."""

    def spares(self, author: Author) -> bool:
        """Whether the rule does not look at what somebody does."""
        return author.role in self.exempt or not self.exempt.isdisjoint(author.rights)
