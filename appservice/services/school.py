"""The school as the services know it: its rooms, people, policies and our accounts."""

import logging
from collections.abc import Mapping
from typing import Any

from appservice.domain.ids import KindName, RoomId, UserId
from appservice.domain.people import Author, Person, Right
from appservice.domain.policy import Policy
from appservice.domain.rooms import Room, RoomClass
from appservice.store import rooms, roster

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
    ) -> None:
        self.policies = policies
        self.bot = bot
        self.keeper = keeper
        self.language = language
        self.accounts = frozenset({bot, keeper})
        self.rooms: dict[RoomId, Room] = {}
        self.roster_version = 0
        self._people: dict[UserId, Person] = {}

    async def load_rooms(self, connection: Any) -> None:
        """Read again which rooms are ours."""
        self.rooms = {room.room_id: room for room in await rooms.all_rooms(connection)}

    async def load_people(self, connection: Any) -> None:
        """Read the roster in force."""
        version = await roster.version(connection)
        people = await roster.everybody(connection)
        self._people = {p.user_id: p for p in people if p.user_id is not None}
        self.roster_version = version

    def person(self, user_id: UserId) -> Person | None:
        """Find somebody in the roster."""
        return self._people.get(user_id)

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
        policy = self.policy_of(room.kind)
        for wanted in (right, Right.OWN):
            found = [
                user_id
                for user_id, person in self._people.items()
                if policy is not None
                and _is_of(person, room)
                and wanted in policy.rights_of(person, scope=room.scope)
            ]
            if found:
                return sorted(found)
        return sorted(
            user_id
            for user_id, person in self._people.items()
            if any(post.name == "administrator" for post in person.posts)
        )

    @property
    def managed(self) -> list[Room]:
        """The rooms that are judged and recorded."""
        return [r for r in self.rooms.values() if r.room_class is RoomClass.MANAGED]


def _is_of(person: Person, room: Room) -> bool:
    """Whether a person has to do with a room: by class, or by a post for it."""
    return (
        room.scope is None
        or room.scope in person.classes
        or any(post.scope in (None, room.scope) for post in person.posts)
    )
