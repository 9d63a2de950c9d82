"""The school as the services know it: its rooms, people, policies and our accounts."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from appservice.domain.actions import Notice
from appservice.domain.desired import Service
from appservice.domain.ids import KindName, PersonId, RoomId, UserId
from appservice.domain.names import NameBook
from appservice.domain.people import Author, Person, Right, Role
from appservice.domain.policy import Policy
from appservice.domain.pupils import PupilFinder, of_people
from appservice.domain.rooms import Room, RoomClass
from appservice.services.copies import Copies
from appservice.store import languages, rooms, roster

log = logging.getLogger(__name__)


class School:
    """
    Small tables held in memory.

    What a verdict depends on (mode, kind, version of the roster) comes with the room at
    every claim, so a copy that has grown old is noticed and never decides.
    """

    def __init__(
        self,
        *,
        policies: Mapping[KindName, Policy],
        bot: UserId,
        keeper: UserId,
        language: str = "zh_Hans",
        reaches: Callable[[str], bool] = lambda _user_id: False,
        left_alone: frozenset[UserId] = frozenset(),
        zone: ZoneInfo = ZoneInfo("UTC"),  # noqa: B008 (a value, made once)
    ) -> None:
        """
        Args:
            reaches: Whether we can act as a member (the hand's namespace).
            left_alone: Accounts of other services, whose rights are not our business.
            zone: By which the school's clocks go.
        """
        self.policies = policies
        self.reaches = reaches
        self.left_alone = left_alone
        self.service = Service(bot=bot, keeper=keeper)
        self.zone = zone
        self.versions: dict[KindName, str] = {}
        """What judgements are named after: kind, version and digest of the policy."""
        self.copies = Copies()
        self.bot = bot
        self.keeper = keeper
        self.language = language
        self.accounts = frozenset({bot, keeper})
        self.rooms: dict[RoomId, Room] = {}
        self.roster_version = 0
        self.has_room_names = True
        """Whether the homeserver lets people have another name in each room."""
        self.people: dict[UserId, Person] = {}
        """Those with accounts."""
        self._everybody: dict[PersonId, Person] = {}
        self._books: dict[tuple[KindName, str | None], NameBook] = {}
        self._finders: dict[str | None, PupilFinder] = {}
        self._owned: dict[KindName, set[str | None]] = {}
        """The scopes somebody is responsible for, by kind; None: all of them."""

    def adopt(
        self, policies: Mapping[KindName, Policy], versions: Mapping[KindName, str]
    ) -> None:
        """Put other policies into force, all at once: the next batch goes by them."""
        self.policies = policies
        self.versions = dict(versions)
        self._books.clear()
        self._owned.clear()

    async def load_rooms(self, connection: Any) -> None:
        """Read again which rooms are ours."""
        self.rooms = {room.room_id: room for room in await rooms.all_rooms(connection)}

    async def load_people(self, connection: Any) -> None:
        """Read the roster in force."""
        version = await roster.version(connection)
        people = await roster.everybody(connection)
        chosen = await languages.chosen(connection)
        self.people = {
            p.user_id: _speaking(p, chosen.get(p.user_id))
            for p in people
            if p.user_id is not None
        }
        self._everybody = {person.id: person for person in people}
        self._books.clear()
        self._owned.clear()
        self._finders.clear()
        self.roster_version = version

    def choose_language(self, user_id: UserId, language: str) -> None:
        """Write to somebody in a language; other processes hear with the roster."""
        person = self.people.get(user_id)
        if person is not None:
            self.people[user_id] = _speaking(person, language)

    def person(self, user_id: UserId) -> Person | None:
        """Find somebody in the roster."""
        return self.people.get(user_id)

    def of_id(self, person_id: PersonId) -> Person | None:
        """Find somebody in the roster who may have no account."""
        return self._everybody.get(person_id)

    def book(self, room: Room, policy: Policy) -> NameBook:
        """Return the accepted names of a room."""
        key = (room.kind, room.scope)
        if key not in self._books:
            self._books[key] = NameBook(
                policy=policy, scope=room.scope, people=self._everybody
            )
        return self._books[key]

    def pupils_in(self, room: Room) -> PupilFinder:
        """Return what finds pupils' names in what is written in a room."""
        if room.scope not in self._finders:
            everybody = self._everybody.values()
            self._finders[room.scope] = of_people(everybody, scope=room.scope)
        return self._finders[room.scope]

    def pupils_of(self, user_id: UserId) -> frozenset[PersonId]:
        """List somebody's children; of a pupil, the pupil."""
        person = self.person(user_id)
        if person is None:
            return frozenset()
        return frozenset(
            [*person.pupils, *([person.id] if Role.STUDENT in person.roles else [])]
        )

    def profile_name(self, user_id: UserId) -> str | None:
        """
        Choose somebody's name where it must be one for all rooms.

        That is the one accepted in the most rooms they have to do with; None: no room
        wants any.
        """
        person = self.person(user_id)
        if person is None:
            return None
        count: Counter[str] = Counter()
        for room in self.managed:
            policy = self.policy_of(room.kind)
            if policy is not None and _is_of(person, room):
                count.update(self.book(room, policy).forms(person))
        return max(count, key=lambda name: count[name], default=None)

    def language_in(self, room: Room) -> str:
        """Say in which language a room is spoken to: its kind's, or else ours."""
        policy = self.policy_of(room.kind)
        return policy.language if policy else self.language

    def notice(self, name: str, room: Room, /, **values: str) -> Notice:
        """Make a notice about a room, in the room's language."""
        return Notice(
            name=name,
            language=self.language_in(room),
            room_id=room.room_id,
            values={"room": room.name, **values},
        )

    def in_language_of(self, user_id: UserId, notice: Notice) -> Notice:
        """Put a notice into the language somebody is written to in."""
        person = self.person(user_id)
        language = person.language if person else None
        if language is None:
            return notice
        return msgspec.structs.replace(notice, language=language)

    def name(self, user_id: UserId, room: Room) -> str:
        """Name somebody as a room does; by their id where the roster has them not."""
        person, policy = self.person(user_id), self.policy_of(room.kind)
        if person is None or policy is None:
            return user_id
        return next(iter(self.book(room, policy).forms(person)), person.name)

    def policy_of(self, kind: KindName) -> Policy | None:
        """Find the policy of a room kind; None for one whose file is gone."""
        return self.policies.get(kind)

    def author(
        self, user_id: UserId, room: Room, policy: Policy, *, outranks: bool
    ) -> Author:
        """Say what somebody is in a room."""
        person = self.person(user_id)
        return Author(
            user_id=user_id,
            role=policy.role_of(person),
            rights=policy.rights_of(person, scope=room.scope),
            is_known=person is not None,
            works_here=person is not None and person.is_staff,
            outranks_service=outranks,
        )

    def holders(self, room: Room, right: Right) -> list[UserId]:
        """
        List who holds a right in a room, those with a post for it first.

        Falls back to whoever owns the room, then to the school's administrators, so
        that a call for help is never addressed to nobody.
        """
        for wanted in (right, Right.OWN):
            if found := self.holding(room, wanted):
                return sorted(found)
        return sorted(
            user_id
            for user_id, person in self.people.items()
            if any(post.name == "administrator" for post in person.posts)
        )

    def holding(self, room: Room, right: Right) -> set[UserId]:
        """List who holds a right in a room, and nobody in their place."""
        policy = self.policy_of(room.kind)
        if policy is None:
            return set()
        return {
            user_id
            for user_id, person in self.people.items()
            if _is_of(person, room)
            and right in policy.rights_of(person, scope=room.scope)
        }

    def people_of(self, room: Room) -> list[Person]:
        """List who has to do with a room, by class or by a post for it."""
        return [person for person in self.people.values() if _is_of(person, room)]

    def owners(self, room: Room) -> list[Person]:
        """List who is responsible for a room."""
        return [
            person
            for person in self.people_of(room)
            if Right.OWN in self.rights_in(person, room)
        ]

    def has_owner(self, room: Room) -> bool:
        """Whether somebody with an account is responsible for a room."""
        policy = self.policy_of(room.kind)
        if policy is None:
            return False
        if room.kind not in self._owned:
            # In one pass: three hundred rooms ask at a start.
            self._owned[room.kind] = {
                scope
                for person in self.people.values()
                for scope in policy.scopes_of(person, Right.OWN)
            }
        owned = self._owned[room.kind]
        return None in owned or room.scope in owned

    def rights_in(self, person: Person, room: Room) -> frozenset[Right]:
        """Union somebody's rights in a room."""
        policy = self.policy_of(room.kind)
        if policy is None:
            return frozenset()
        return policy.rights_of(person, scope=room.scope)

    def rooms_of(self, person: Person) -> list[Room]:
        """List the managed rooms somebody has to do with."""
        return [room for room in self.managed if _is_of(person, room)]

    @property
    def managed(self) -> list[Room]:
        """The rooms that are judged and recorded."""
        return [r for r in self.rooms.values() if r.room_class is RoomClass.MANAGED]


def _speaking(person: Person, language: str | None) -> Person:
    return person if language is None else replace(person, language=language)


def _is_of(person: Person, room: Room) -> bool:
    """Whether a person has to do with a room: by class, or by a post for it."""
    return (
        room.scope is None
        or room.scope in person.classes
        or any(post.scope in (None, room.scope) for post in person.posts)
    )
