"""What keeping a room would mean, told in lines."""

from collections.abc import Iterator, Sequence
from typing import Final

from appservice.domain.spelling import some
from appservice.services.adoption import Candidate
from appservice.services.school import School

NAMED: Final = 10
"""Names in a list; the others are counted."""

ASPECTS: Final = {
    "levels": "who may do what (power levels)",
    "name": "the room's name",
    "topic": "the topic: the mark of an official room",
    "join_rule": "who may come in",
    "history": "who may read what was written before",
    "guests": "guests may not come in",
    "pins": "pinned messages: the newest stay",
    "aliases": "the room's addresses",
    "avatar": "the room's picture",
    "tombstone": "the room is not closed",
}

POWERS: Final = {
    "redact": "hide messages",
    "levels": "set rights",
    "state": "set name, topic and pins",
}


def told(candidate: Candidate, school: School, *, able: bool) -> Iterator[str]:
    """
    Tell what would change, what cannot be, and what to do about that.

    Args:
        able: Whether we are an administrator, and may raise our own level.
    """
    room, seen = candidate.room, candidate.seen
    scope = room.scope or "no class in particular"
    yield f"{room.room_id}: {room.name or 'without a name'}"
    yield f"  {room.kind}, {scope}; version {seen.version}, {seen.members} members"
    yield from _impossible(candidate)
    if seen.is_impossible:
        return
    yield "What would change once it is enforced:"
    yield from _changes(candidate)
    lines = list(_hindrances(candidate, school, able=able))
    if lines:
        yield "What cannot be done, and why:"
        yield from lines


def _impossible(candidate: Candidate) -> Iterator[str]:
    seen = candidate.seen
    if seen.is_encrypted:
        yield (
            "  It is encrypted: nothing in it can be read, and that cannot be undone. "
            "Make a new room, unencrypted, and move there."
        )
    if seen.is_space:
        yield "  It is a space: adopt the rooms in it."
    if seen.successor is not None:
        yield f"  It was replaced by {seen.successor}: adopt that one."


def _changes(candidate: Candidate) -> Iterator[str]:
    seen, room = candidate.seen, candidate.room
    written = [each for each in seen.false_names if each.can_be_written]
    hidden = [each for each in seen.false_names if not each.can_be_written]
    if written:
        names = [f"{each.present or '(none)'} → {each.right}" for each in written]
        yield f"  {len(written)} names put right: {_some(names)}"
    if hidden:
        names = [f"{each.user_id} → {each.right}" for each in hidden]
        yield f"  {len(hidden)} false names taken away and asked for: {_some(names)}"
    for aspect in seen.aspects:
        yield f"  {ASPECTS.get(aspect, aspect)}"
    if seen.strangers:
        yield (
            f"  {len(seen.strangers)} members are not in the roster, and count as "
            f"guests: {_some(seen.strangers)}"
        )
    if not (seen.false_names or seen.aspects or seen.strangers):
        yield "  nothing"
    if seen.absent:
        names = [person.name for person in seen.absent]
        yield (
            f"Of {room.scope}, {len(names)} with an account are not in it (nobody is "
            f"added): {_some(names)}"
        )


def _hindrances(candidate: Candidate, school: School, *, able: bool) -> Iterator[str]:
    seen = candidate.seen
    if seen.lacks and able:
        yield "  our level is too low now; as administrators we raise it"
    elif seen.lacks:
        powers = ", ".join(POWERS[each] for each in seen.lacks)
        yield (
            f"  we may not {powers}: in Element, Room settings, Roles & Permissions, "
            f"give {school.bot} 100"
        )
    if seen.creators:
        yield (
            f"  it was made by {_some(seen.creators)}, who in version {seen.version} "
            "stands above every level for ever: nothing is ever done to them. "
            "`homeroom rooms upgrade` after adopting makes it ours"
        )
    if seen.above:
        yield (
            f"  {_some(seen.above)} stand at our level or above: nothing is done to "
            "them; have their level lowered"
        )
    if seen.remote:
        yield f"  {seen.remote} members of other servers: their names are only hidden"
    if not seen.is_past_visible and not able:
        yield "  what was written before we came is not for us to read (its history)"


def _some(names: Sequence[str]) -> str:
    return some(names, at_most=NAMED)
