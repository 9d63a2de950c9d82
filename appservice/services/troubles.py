"""Troubles: what keeps us, or everybody, from looking after a room."""

from collections.abc import Iterator, Mapping
from typing import Final

from appservice.domain.desired import REPLACEMENT, TOMBSTONE, lacks
from appservice.domain.power_levels import POWER_LEVELS, named, required
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room
from appservice.matrix.canonical import canonical
from appservice.services.school import School

ABLE_AT_MOST: Final = 5
"""People who are named where somebody must help us."""


def troubles(
    room: Room, school: School, state: RoomState, *, is_there: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """Say what a person must see to: the name of a notice, and its values."""
    missing = lacks(state, school.service) if is_there else ("membership",)
    if missing:
        yield (
            "powerless",
            {
                "needs": ",".join(missing),
                "who": _who_can_undo(room, school, state, is_there=is_there),
            },
        )
    if school.roster_version and not school.has_owner(room):
        yield "no_owner", {}


def looks_closed(state: RoomState, kept: Mapping[str, bytes]) -> bool:
    """
    Whether a tombstone that leads nowhere stands there, and nobody chose it.

    It can be emptied and not taken away. Up to version 11, Element takes any for the
    end of a room, also an empty one (element-web issue 19207).

    Args:
        kept: What people with the right chose by hand, see ``store/desired.py``.
    """
    tombstone = state.content(TOMBSTONE)
    return (
        tombstone is not None
        and not state.creators
        and not tombstone.get(REPLACEMENT)
        and kept.get(TOMBSTONE) != canonical(tombstone)
    )


def _who_can_undo(
    room: Room, school: School, state: RoomState, *, is_there: bool
) -> str:
    """Name who has the level to give us ours, or to bring us back."""
    content = state.content(POWER_LEVELS) or {}
    needed = required(content, POWER_LEVELS) if is_there else named(content, "invite")
    able = [
        school.name(user_id, room)
        for user_id in state.members
        if user_id not in school.accounts and state.levels.of(user_id) >= needed
    ]
    return "、".join(sorted(able)[:ABLE_AT_MOST]) or "—"
