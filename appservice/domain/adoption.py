"""Adoption: what keeping a room that exists would change in it, and what it cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from appservice.domain.desired import Effects, Service, differences, lacks
from appservice.domain.ids import UserId
from appservice.domain.names import NameBook
from appservice.domain.people import Person
from appservice.domain.policy import Policy
from appservice.domain.power_levels import POWER_LEVELS
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room

SPACE: Final = "m.space"


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseName:
    """A member who would be called something else."""

    user_id: UserId
    present: str | None
    right: str
    can_be_written: bool
    """Whether the hand reaches them; else the name is only taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What keeping a room would mean."""

    name: str
    version: str
    members: int
    false_names: tuple[FalseName, ...]
    strangers: tuple[UserId, ...]
    """Members whom the roster does not know: the strictest rules are theirs."""
    absent: tuple[Person, ...]
    """Of the class, with an account, and not here. They are never added unasked."""
    aspects: tuple[str, ...]
    """What of the room would be put right (``domain.desired.ASPECTS``)."""
    lacks: tuple[str, ...]
    """What our level does not allow (``domain.desired.lacks``)."""
    above: tuple[UserId, ...]
    """Who stands above us: nothing is ever done to them."""
    creators: tuple[UserId, ...]
    """Of a room of version 12 or later that we did not make: above every level."""
    remote: int
    """Members of other homeservers."""
    is_member: bool
    is_encrypted: bool
    is_space: bool
    is_past_visible: bool
    """Whether we may read what was written before we came."""
    successor: str | None
    """The room that took this one's place."""

    @property
    def is_impossible(self) -> bool:
        """Whether there is no sense in keeping it at all."""
        return self.is_encrypted or self.is_space or self.successor is not None


def preview(
    state: RoomState,
    *,
    room: Room,
    policy: Policy,
    people: Mapping[UserId, Person],
    book: NameBook,
    service: Service,
    reaches: Callable[[str], bool],
) -> Preview:
    """
    Compare a room as it is with what it would be.

    Args:
        room: As it would be kept; an empty name means its own.
        people: Those of the roster with accounts.
        reaches: Whether the hand can act for somebody.
    """
    members = {
        user_id: member
        for user_id, member in state.members.items()
        if member.membership in ("join", "invite")
        and user_id not in (service.bot, service.keeper)
    }
    known = {u: people[u] for u in members if u in people}
    is_member = _is_joined(state, service.bot)
    able = _as_if_able(state, service)
    domain = service.bot.partition(":")[2]
    successor = (state.content("m.room.tombstone") or {}).get("replacement_room")
    visibility = (state.content("m.room.history_visibility") or {}).get(
        "history_visibility", "shared"
    )
    return Preview(
        name=str((state.content("m.room.name") or {}).get("name") or ""),
        version=state.version,
        members=len(members),
        false_names=tuple(
            FalseName(
                user_id=user_id,
                present=members[user_id].displayname,
                right=next(iter(book.forms(person)), person.name),
                can_be_written=reaches(user_id),
            )
            for user_id, person in sorted(known.items())
            if _is_false(book, person, members[user_id].displayname)
            and not able.levels.outranks(user_id, service.bot)
        ),
        strangers=tuple(sorted(members.keys() - people.keys())),
        absent=tuple(
            person
            for user_id, person in sorted(people.items())
            if room.scope in person.classes and user_id not in members
        ),
        aspects=tuple(
            difference.aspect
            for difference in differences(
                able,
                room=room,
                policy=policy,
                people=people,
                service=service,
                effects=Effects(),
            )
        ),
        lacks=lacks(state, service) if is_member else (),
        above=tuple(
            sorted(
                user_id
                for user_id in members
                if state.levels.outranks(user_id, service.bot)
                and user_id not in state.creators
            )
            if is_member
            else ()
        ),
        creators=tuple(
            sorted(state.creators) if service.bot not in state.creators else ()
        ),
        remote=sum(not user_id.endswith(f":{domain}") for user_id in members),
        is_member=is_member,
        is_encrypted=state.content("m.room.encryption") is not None,
        is_space=(state.content("m.room.create") or {}).get("type") == SPACE,
        is_past_visible=visibility in ("shared", "world_readable"),
        successor=successor if isinstance(successor, str) and successor else None,
    )


def _is_joined(state: RoomState, user_id: UserId) -> bool:
    member = state.members.get(user_id)
    return member is not None and member.membership == "join"


def _is_false(book: NameBook, person: Person, name: str | None) -> bool:
    if name and book.resembles_staff(name, person=person):
        return True
    return not book.is_right(person, name)


def _as_if_able(state: RoomState, service: Service) -> RoomState:
    """Give us the level that our work needs: a preview is of what would be then."""
    levels = dict(state.content(POWER_LEVELS) or {})
    users = levels.get("users")
    levels["users"] = {**(users if isinstance(users, dict) else {}), service.bot: 100}
    able = state.copy()
    if service.bot not in state.creators:
        able.fold(
            POWER_LEVELS,
            "",
            state.event_id(POWER_LEVELS) or "",
            state.sender(POWER_LEVELS) or service.bot,
            levels,
        )
    return able
