"""
What a room should be, and where it differs.

Computed from the policy, the roster and what people with the right chose by hand; never
saved and restored. How often a difference is put right, and who is told, is not decided
here.
"""

import html
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from appservice.domain.house import REACTING, Holder, Settings
from appservice.domain.ids import EventId, UserId
from appservice.domain.people import Person, Right
from appservice.domain.policy import Policy
from appservice.domain.power_levels import (
    POWER_LEVELS,
    named,
    required,
    with_levels,
)
from appservice.domain.room_rows import rows
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room

GUARDED: Final = (
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.pinned_events",
    "m.room.canonical_alias",
    "m.room.tombstone",
)
"""What people with the right may change by hand, and nobody else."""

FIXED: Final = (
    POWER_LEVELS,
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.guest_access",
)
"""What is as the policy says, whoever changes it."""

ASPECTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        POWER_LEVELS: "levels",
        "m.room.name": "name",
        "m.room.topic": "topic",
        "m.room.avatar": "avatar",
        "m.room.pinned_events": "pins",
        "m.room.join_rules": "join_rule",
        "m.room.history_visibility": "history",
        "m.room.guest_access": "guests",
        "m.room.canonical_alias": "aliases",
        "m.room.tombstone": "tombstone",
    }
)

_VALUES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "m.room.join_rules": ("join_rule", "invite"),
        "m.room.history_visibility": ("history_visibility", "shared"),
        "m.room.guest_access": ("guest_access", "forbidden"),
    }
)
"""The key that matters, named as in ``Settings``, and what its absence means (spec)."""

TOMBSTONE: Final = "m.room.tombstone"

REPLACEMENT: Final = "replacement_room"
"""The key of a tombstone that names the new room."""

_RICH_TOPICS: Final = frozenset({"m.topic", "org.matrix.msc3765.topic"})
_BETWEEN: Final = "｜| "
"""What may stand between the mark of an official room and the rest of its topic."""

_PRESENT: Final = ("join", "invite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Our own accounts."""

    bot: UserId
    keeper: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What of a room's desired state comes from neither policy nor roster."""

    muted: frozenset[UserId] = frozenset()
    quiet: bool = False
    """Whether only those who may announce may speak."""
    kept: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By type of event: the content that people with the right chose by hand, or that
    was found first."""
    left_alone: frozenset[UserId] = frozenset()
    """Accounts of other services, whose levels are not our business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A state event (with an empty state key) that is not as it should be."""

    type: str
    content: dict[str, Any]
    """The whole content it should have."""
    aspect: str
    """What of the room it is, see ``ASPECTS``."""
    replaces: EventId | None
    """The event as it is; None where there is none."""


def holder_of(type_: str, settings: Settings) -> Holder | None:
    """Say who may change a guarded type by hand; None for any other type."""
    holders = {
        "m.room.name": settings.name,
        "m.room.topic": settings.topic,
        "m.room.avatar": settings.avatar,
        "m.room.pinned_events": settings.pins,
        "m.room.canonical_alias": settings.aliases,
        "m.room.tombstone": settings.upgrade,
    }
    return holders.get(type_)


def may_stand(type_: str, *, policy: Policy, rights: Collection[Right]) -> bool:
    """Whether what somebody with these rights changed by hand is kept from then on."""
    holder = holder_of(type_, policy.settings)
    return holder is not None and holder.includes(rights)


def lacks(state: RoomState, service: Service) -> tuple[str, ...]:
    """
    List what the service may not do in a room: ``redact``, ``levels``, ``state``.

    ``state``: one of the settings at least; a tombstone does not count, which in newer
    rooms is for creators alone.
    """
    own = state.levels.of(service.bot)
    content = state.content(POWER_LEVELS) or {}
    settings = {*GUARDED, *FIXED} - {POWER_LEVELS, "m.room.tombstone"}
    needed = {
        "redact": max(
            named(content, "redact"),
            required(content, "m.room.redaction", is_state=False),
        ),
        "levels": required(content, POWER_LEVELS),
        "state": max(required(content, type_) for type_ in settings),
    }
    return tuple(power for power, level in needed.items() if own < level)


def differences(
    state: RoomState,
    *,
    room: Room,
    policy: Policy,
    people: Mapping[UserId, Person],
    service: Service,
    effects: Effects,
    only: Collection[str] | None = None,
) -> tuple[Difference, ...]:
    """
    Compare a room with what it should be.

    What the service's own level does not allow is left out: see ``lacks``.

    Args:
        people: Those of the roster with accounts.
        only: The types of event to look at; None: all.

    Returns:
        At most one for each type, the levels first.
    """
    wish = _Wish(
        state=state,
        room=room,
        policy=policy,
        people=people,
        service=service,
        effects=effects,
    )
    return tuple(
        difference
        for type_ in (*FIXED, *GUARDED)
        if only is None or type_ in only
        for difference in wish.difference(type_)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What one room should be."""

    state: RoomState
    room: Room
    policy: Policy
    people: Mapping[UserId, Person]
    service: Service
    effects: Effects

    def difference(self, type_: str) -> Iterator[Difference]:
        present = self.state.content(type_) or {}
        levels = self.state.content(POWER_LEVELS) or {}
        if self.state.levels.of(self.service.bot) < required(levels, type_):
            return
        wanted = self._content(type_, present)
        if wanted is not None and wanted != present:
            yield Difference(
                type=type_,
                content=wanted,
                aspect=ASPECTS[type_],
                replaces=self.state.event_id(type_),
            )

    def _content(self, type_: str, present: Mapping[str, Any]) -> dict[str, Any] | None:
        """Compute the content of an event; None where it may be as it is."""
        settings = self.policy.settings
        kept = self.effects.kept.get(type_)
        if type_ == "m.room.tombstone" and not kept:
            kept = _leading_nowhere(present)
        match type_:
            case "m.room.power_levels":
                return self._levels(present)
            case "m.room.name" if settings.name is Holder.NOBODY and self.room.name:
                is_right = present.get("name") == self.room.name
                return None if is_right else {"name": self.room.name}
            case "m.room.topic":
                return _topic(present if kept is None else kept, settings.official)
            case "m.room.pinned_events":
                return _pins(kept, present, at_most=settings.pins_at_most)
            case _ if type_ in _VALUES:
                return _valued(type_, present, settings)
            case _:
                return None if kept is None else dict(kept)

    def _levels(self, present: Mapping[str, Any]) -> dict[str, Any]:
        accounts = {self.service.bot, self.service.keeper}
        spared = accounts | self.effects.left_alone
        return with_levels(
            present,
            users={u: n for u, n in self._standings().items() if u not in spared},
            rows=rows(
                self.policy,
                quiet=self.effects.quiet,
                has_creators=bool(self.state.creators),
            ),
            service=self.service.bot,
            creators=self.state.creators,
            left_alone=spared.__contains__,
        )

    def _standings(self) -> dict[UserId, int]:
        """
        Compute the levels of those who should not stand where everybody does.

        Who is entitled but no member gets none; one they have already they may keep.
        """
        members = self.state.members
        here = {user for user in members if members[user].membership in _PRESENT}
        levels = dict.fromkeys(self.effects.muted, REACTING)
        for user in (here | self.state.levels.users.keys()) - levels.keys():
            person = self.people.get(UserId(user))
            if person is not None:
                rights = self.policy.rights_of(person, scope=self.room.scope)
                levels[UserId(user)] = self.policy.levels.of(rights)
        return levels


def _valued(
    type_: str, present: Mapping[str, Any], settings: Settings
) -> dict[str, Any] | None:
    """Look only at the key that matters; a room without the event has its default."""
    key, default = _VALUES[type_]
    wanted = getattr(settings, key)
    return None if present.get(key, default) == wanted else {key: wanted}


def _leading_nowhere(tombstone: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    A room is replaced by nothing unless somebody with the right says so.

    Synapse refuses a tombstone without the key, so an empty one has to do.
    """
    is_right = tombstone.get(REPLACEMENT, "") == ""
    return tombstone if is_right else {REPLACEMENT: ""}


def _pins(
    kept: Mapping[str, Any] | None, present: Mapping[str, Any], *, at_most: int
) -> dict[str, Any] | None:
    """Clients pin at the end of the list: the last ones are the newest."""
    if kept is None:
        return None
    pinned = kept.get("pinned")
    newest = pinned[-at_most:] if isinstance(pinned, list) and at_most > 0 else []
    return None if present.get("pinned", []) == newest else {**kept, "pinned": newest}


def _topic(content: Mapping[str, Any], official: str | None) -> dict[str, Any]:
    """Put the mark of an official room (A02) at the head of a topic, in each form."""
    mark = (official or "").strip(_BETWEEN)
    if not mark:
        return dict(content)
    plain = content.get("topic")
    topic = {**content, "topic": _headed(plain if isinstance(plain, str) else "", mark)}
    for key in _RICH_TOPICS & topic.keys():
        topic[key] = _rich(topic[key], mark)
    return {key: value for key, value in topic.items() if value is not None}


def _rich(value: object, mark: str) -> dict[str, Any] | list[Any] | None:
    """Do so for the forms of a rich topic (MSC3765); None where there are none."""
    forms = value.get("m.text") if isinstance(value, Mapping) else value
    headed = [
        {**form, "body": _headed(form["body"], _marked_up(form, mark))}
        for form in (forms if isinstance(forms, list) else [])
        if isinstance(form, Mapping) and isinstance(form.get("body"), str)
    ]
    if isinstance(value, Mapping) and headed:
        return {**value, "m.text": headed}
    return headed or None


def _marked_up(form: Mapping[str, Any], mark: str) -> str:
    return html.escape(mark) if form.get("mimetype") == "text/html" else mark


def _headed(text: str, mark: str) -> str:
    rest = text.removeprefix(mark)
    if rest == text or (rest and rest[0] not in _BETWEEN):
        rest = text
    rest = rest.strip(_BETWEEN)
    return f"{mark}｜{rest}" if rest else mark
