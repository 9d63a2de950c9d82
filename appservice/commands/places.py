"""Places: which room a command in a direct room is about."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from appservice.commands.command import Command
from appservice.domain.ids import RoomId
from appservice.domain.people import Person
from appservice.domain.rooms import Room
from appservice.services.school import School


def rooms_of(person: Person, school: School) -> list[Room]:
    """
    List the rooms somebody may ask about: theirs, and of a kind for such as them.

    A room that goes on in another one is not among them.
    """
    found = []
    for room in school.rooms_of(person):
        policy = school.policy_of(room.kind)
        if (
            room.successor is None
            and policy is not None
            and policy.role_of(person) in policy.roles
        ):
            found.append(room)
    return found


def called(
    rooms: Sequence[Room], school: School, *, language: str
) -> dict[RoomId, str]:
    """Name rooms so that no two have one name: by kind, class or id where need be."""

    def title(room: Room) -> str:
        policy = school.policy_of(room.kind)
        if policy is None:
            return room.kind
        return policy.title_en if language == "en" else policy.title

    ways: Sequence[Callable[[Room], str]] = (
        lambda room: room.name,
        lambda room: f"{room.name} {title(room)}",
        lambda room: f"{room.name} {room.scope}" if room.scope else room.room_id,
    )
    found = {room.room_id: str(room.room_id) for room in rooms}
    left = list(rooms)
    for way in ways:
        count = Counter(map(way, left))
        found |= {room.room_id: way(room) for room in left if count[way(room)] == 1}
        left = [room for room in left if count[way(room)] > 1]
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
    labels = [called(theirs, school, language=each) for each in ("zh_Hans", "en")]
    known = {
        room.room_id: {room.room_id, *(each[room.room_id] for each in labels)}
        for room in theirs
    }
    names = {room.name for room in theirs}.union(*known.values())
    name, rest = _named_room(rest, names)
    rooms = [room for room in theirs if name is None or name in room.name]
    same = [room for room in theirs if name == room.name]
    exact = [room for room in theirs if name in known[room.room_id]]
    rooms = exact or same or rooms
    if command.needs and len(rooms) > 1:
        rooms = [
            room for room in rooms if command.needs & school.rights_in(person, room)
        ] or rooms
    return rooms, rest


def _named_room(rest: str, names: Iterable[str]) -> tuple[str | None, str]:
    """
    Take a room off the front of the arguments: ``#name`` or a room id.

    Args:
        names: Of the rooms that may be meant, each as it may be called: there may be
            spaces in them.
    """
    hash_at = re.search("(?:^|\\s)([#＃])", rest)
    if hash_at is not None and hash_at.start(1) > 0:
        # Behind the rest: «禁言 小雨 2小时 #三年级2班».
        before, rest = rest[: hash_at.start(1)], rest[hash_at.start(1) :]
        name, after = _named_room(rest, names)
        return name, f"{before.strip()} {after}".strip()
    word, _, after = re.sub("[,，:： ]+", " ", rest, count=1).partition(" ")
    if word[:1] in ("#", "＃"):
        for name in sorted(filter(None, names), key=len, reverse=True):
            after_it = rest[1 + len(name) :]
            if rest.startswith(name, 1) and after_it[:1].strip(" \n\t,，:：") == "":
                return name, after_it.lstrip(" \n\t,，:：")
        return word[1:], after.strip()
    if word[:1] == "!":
        return word, after.strip()
    return None, rest
