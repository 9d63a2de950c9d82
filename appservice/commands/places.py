"""Places: which room a command in a direct room is about."""

from collections.abc import Iterable, Sequence

from appservice.commands.command import Command
from appservice.domain.people import Person
from appservice.domain.rooms import Room
from appservice.services.school import School


def rooms_of(person: Person, school: School) -> list[Room]:
    """List the rooms somebody may ask about: theirs, and of a kind for such as them."""
    found = []
    for room in school.rooms_of(person):
        policy = school.policy_of(room.kind)
        if policy is not None and policy.role_of(person) in policy.roles:
            found.append(room)
    return found


def rooms_meant(
    rest: str,
    theirs: Sequence[Room],
    command: Command,
    person: Person,
    school: School,
) -> tuple[list[Room], str]:
    """
    Choose among somebody's rooms; more or fewer than one: ask which.

    Returns:
        The rooms that may be meant, and the arguments without the room's name.
    """
    name, rest = _named_room(rest, [room.name for room in theirs])
    rooms = [
        room
        for room in theirs
        if name is None or name in (room.room_id, room.name) or name in room.name
    ]
    exact = [room for room in rooms if name in (room.room_id, room.name)]
    rooms = exact or rooms
    if command.needs and len(rooms) > 1:
        rooms = [
            room for room in rooms if command.needs & school.rights_in(person, room)
        ] or rooms
    return rooms, rest


def _named_room(rest: str, names: Iterable[str]) -> tuple[str | None, str]:
    """
    Take a room off the front of the arguments: ``#name`` or a room id.

    Args:
        names: Of the rooms that may be meant: there may be spaces in them.
    """
    word, _, after = rest.partition(" ")
    if word[:1] in ("#", "＃"):
        for name in sorted(filter(None, names), key=len, reverse=True):
            if rest.startswith(name, 1) and not rest[1 + len(name) :][:1].strip():
                return name, rest[1 + len(name) :].strip()
        return word[1:], after.strip()
    if word[:1] == "!":
        return word, after.strip()
    return None, rest
