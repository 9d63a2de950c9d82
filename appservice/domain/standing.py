"""Who may act on whom: nobody acts on someone at or above them."""

from collections.abc import Collection
from enum import IntEnum

from appservice.domain.people import Person, Right


class Standing(IntEnum):
    """How high somebody stands in a room, whatever their power level is."""

    NONE = 0
    """Members, and whoever the roster does not know."""
    HELPER = 1
    """Somebody with a right who does not work here, such as the family committee."""
    STAFF = 2
    OWNER = 3
    SCHOOL = 4
    """Who holds an office for the whole school."""


def standing_of(person: Person | None, rights: Collection[Right]) -> Standing:
    """Say how high somebody stands who has these rights in a room."""
    if person is None:
        return Standing.NONE
    if any(post.scope is None for post in person.posts) and person.is_staff:
        return Standing.SCHOOL
    if Right.OWN in rights:
        return Standing.OWNER
    if person.is_staff:
        return Standing.STAFF
    return Standing.HELPER if rights else Standing.NONE
