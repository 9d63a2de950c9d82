"""Choices: what people with the right chose by hand is desired from then on."""

from collections.abc import Collection
from typing import Any

from appservice.domain.desired import GUARDED, REPLACEMENT, TOMBSTONE, may_stand
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.matrix.canonical import canonical
from appservice.services.school import School
from appservice.store import desired
from appservice.store.desired import Standing
from appservice.store.inbox import Turn


async def keep_choices(  # noqa: PLR0917 - one look at one room
    connection: Any,
    turn: Turn,
    school: School,
    policy: Policy,
    state: RoomState,
    standing: Standing,
    *,
    types: Collection[str] | None,
) -> None:
    """
    Keep what those in charge have changed, and what was found first.

    Each state event is looked at once: what is commanded after it counts more.
    """
    for type_ in GUARDED:
        if types is not None and type_ not in types:
            continue
        content = canonical(state.content(type_) or {})
        before, event_id = standing.kept.get(type_), state.event_id(type_)
        sender = state.sender(type_)
        is_ours = sender in school.accounts
        if (
            before == content
            or (before is not None and standing.kept_of.get(type_) == event_id)
            or (is_ours and not _replaces(type_, state))
        ):
            continue
        rights = policy.rights_of(
            school.person(sender) if sender else None, scope=turn.room.scope
        )
        is_first = before is None and type_ != TOMBSTONE
        if is_first or is_ours or may_stand(type_, policy=policy, rights=rights):
            await desired.keep(
                connection,
                turn.room.room_id,
                type_,
                content,
                by=None if is_first else sender,
                of=event_id,
            )
            standing.kept[type_] = content


def _replaces(type_: str, state: RoomState) -> bool:
    """Whether it is a tombstone that names a room, as `rooms upgrade` writes."""
    content = state.content(type_) or {}
    return type_ == TOMBSTONE and bool(content.get(REPLACEMENT))
