"""
How a policy wants its rooms kept: names, levels, features, settings.

What each of them leads to is computed in ``desired.py``; who may do what against the
rules of conduct is in ``policy.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal

from appservice.domain.ids import ClauseId
from appservice.domain.people import Right

OUT_OF_REACH: Final = 100
"""A level nobody but the service has; in rooms of version 12 not even that is one."""

REACTING: Final = -1
"""The level of somebody muted, and what reactions need: acknowledging stays possible
(style.md: mute)."""


class NameMode(Enum):
    """What becomes of a false name (B1-29, B2-04, B3-05)."""

    ENFORCE = "enforce"
    """Put right at once; read-only after the grace where that does not help."""
    REMIND = "remind"
    """The member is reminded in private, and nothing else."""
    OFF = "off"
    """Nothing, except where somebody looks like staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Which names are accepted in rooms of a kind, and what becomes of others."""

    mode: NameMode = NameMode.OFF
    grace: timedelta = timedelta(days=3)
    """From the first false name of a run until read-only."""
    put_right_at_most: int = 3
    """Times an hour for one member, so that no ping-pong arises."""
    remind_every: timedelta = timedelta(days=1)
    templates: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """
    By role (``guardian``) or post (``class_teacher``), posts first; the first template
    is the one names are put right to. Variables: see ``names.VARIABLES``.
    """

    def __post_init__(self) -> None:
        if self.put_right_at_most < 0:
            raise ValueError("put_right_at_most must not be negative")
        if self.remind_every <= timedelta():
            raise ValueError('remind_every must be longer than "0s"')


class MustAccept(Enum):
    """Whether members must accept the rules before they write (A10, A65)."""

    NO = "no"
    REMIND = "remind"
    """They are asked on joining, and once more; nothing follows."""
    READ_ONLY_UNTIL = "read_only_until"
    """They may read and react, and write once they have accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How members accept the rules and the privacy notice on joining."""

    must_accept: MustAccept = MustAccept.NO
    guardian_consent: bool = False
    """Whether a guardian's consent is asked for, for pupils under 14."""
    privacy_notice: str = ""
    """What is kept of whom, for how long, and whom to ask, in Chinese."""
    privacy_notice_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """How people are asked to decide."""

    due: timedelta = timedelta(days=1)
    """After this, those who oversee may decide as well, and are called."""
    permits: bool = False
    """Whether the owner may permit one advertisement, word by word (A43, X13)."""
    permit_lasts: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        if self.due <= timedelta() or self.permit_lasts <= timedelta():
            raise ValueError('due and permit_lasts must be longer than "0s"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The rules in short, posted for all from time to time (B1-52)."""

    every: timedelta | None = None
    """None: never."""
    signed: str = ""
    """In whose name, such as 家委会; "" for that of the service."""
    signed_en: str = ""

    def __post_init__(self) -> None:
        if self.every is not None and self.every < timedelta(days=1):
            raise ValueError('every must be at least "1d"')


class Holder(Enum):
    """Who may do something in a room, from everybody to nobody (but the service)."""

    EVERYONE = "everyone"
    STOP = "stop"
    ANNOUNCE = "announce"
    MODERATE = "moderate"
    OWN = "own"
    NOBODY = "nobody"

    def includes(self, rights: Iterable[Right]) -> bool:
        """Whether somebody with these rights is one of them."""
        if self is Holder.EVERYONE:
            return True
        if self is Holder.NOBODY:
            return False
        order = list(Holder)
        held = [Holder(r.value) for r in rights if r.value in _LADDER]
        return any(order.index(each) >= order.index(self) for each in held)


_LADDER: Final = frozenset({"stop", "announce", "moderate", "own"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLevels:
    """The power level that goes with each right; the others have none of their own."""

    stop: int = 30
    announce: int = 40
    moderate: int = 50
    own: int = 60

    def __post_init__(self) -> None:
        rungs = (0, self.stop, self.announce, self.moderate, self.own, OUT_OF_REACH)
        if sorted(set(rungs)) != list(rungs):
            raise ValueError(
                "stop, announce, moderate and own must rise in this order, between"
                f" 0 and {OUT_OF_REACH}: who may do more stands higher"
            )

    def of(self, rights: Iterable[Right]) -> int:
        """Return the level of somebody who holds these rights; 0 for none."""
        names = {right.value for right in rights}
        return max((getattr(self, n) for n in _LADDER if n in names), default=0)

    def required(self, holder: Holder) -> int:
        """Return the level that something reserved for ``holder`` needs."""
        match holder:
            case Holder.EVERYONE:
                return 0
            case Holder.NOBODY:
                return OUT_OF_REACH
            case _:
                level: int = getattr(self, holder.value)
                return level


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Who may use what clients offer besides messages."""

    calls: Holder = Holder.MODERATE
    polls: Holder = Holder.ANNOUNCE
    stickers: Holder = Holder.EVERYONE
    widgets: Holder = Holder.NOBODY
    live_location: Holder = Holder.NOBODY
    location: Holder = Holder.STOP
    """A pupil's whereabouts are nobody's business: off by default."""
    voice: Holder = Holder.EVERYONE
    clauses: tuple[ClauseId, ...] = (ClauseId("A68"),)
    """Cited where a location or voice is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The room's own settings, and who may change them by hand."""

    join_rule: Literal["invite", "knock"] = "invite"
    history_visibility: Literal["joined", "invited", "shared"] = "joined"
    """``joined``: newcomers do not read what was written before (A68)."""
    guest_access: Literal["forbidden", "can_join"] = "forbidden"
    official: str | None = None
    """Put at the head of the topic, so that members know an official room (A02)."""
    invite: Holder = Holder.OWN
    """Members have no right to invite (A19, B3-34)."""
    remove: Holder = Holder.OWN
    hide: Holder = Holder.STOP
    mention_room: Holder = Holder.ANNOUNCE
    """Who may mention everybody (B1-13)."""
    name: Holder = Holder.NOBODY
    """Who may rename the room; nobody: its name is the one it was given (B2-02)."""
    topic: Holder = Holder.OWN
    avatar: Holder = Holder.OWN
    pins: Holder = Holder.ANNOUNCE
    aliases: Holder = Holder.NOBODY
    upgrade: Holder = Holder.NOBODY
    """Who may replace the room by a newer one (``m.room.tombstone``)."""
    pins_at_most: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.pins_at_most <= 100:
            raise ValueError("pins_at_most must lie between 0 and 100")
        if self.official is not None and len(self.official) > 100:
            raise ValueError("official must have at most 100 characters")
