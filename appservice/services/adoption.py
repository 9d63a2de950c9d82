"""Adoption: a room that exists is looked at, and kept from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from appservice.domain.adoption import Preview, preview
from appservice.domain.ids import EventId, KindName, RoomId
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused
from appservice.services.reconcile import state_row
from appservice.services.school import School
from appservice.store import adoptions, rooms


class NotThere(Exception):
    """The room cannot be looked at; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A room as it would be kept, and what that would mean."""

    room: Room
    seen: Preview


async def look(
    client: Client,
    school: School,
    room_id: RoomId,
    *,
    kind: KindName,
    name: str | None,
    scope: str | None,
    may_administer: bool,
) -> Candidate:
    """
    Look at a room; where we are invited, we go in to see it.

    Args:
        name: What people will call it; None: as it is called.
        scope: Its class; None: the one in its name, if there is just one.
        may_administer: Whether Synapse's admin API may be asked.

    Raises:
        NotThere: It cannot be looked at.
        Unavailable: Try again later.
    """
    policy = school.policies[kind]
    state = RoomState.read(
        await _state(client, school, room_id, may_administer=may_administer)
    )
    called = str((state.content("m.room.name") or {}).get("name") or "")
    room = Room(
        room_id=room_id,
        room_class=RoomClass.MANAGED,
        kind=kind,
        name=called if name is None else name,
        scope=_scope(called, school) if scope is None else scope or None,
        mode=Mode.OBSERVE,
    )
    return Candidate(room=room, seen=_preview(state, school, room, policy))


def _preview(state: RoomState, school: School, room: Room, policy: Policy) -> Preview:
    return preview(
        state,
        room=room,
        policy=policy,
        people={
            user_id: person
            for user_id, person in school.people.items()
            if user_id not in school.left_alone
        },
        book=school.book(room, policy),
        service=school.service,
        reaches=school.reaches,
    )


def _scope(name: str, school: School) -> str | None:
    """Find the class in a room's name, where there is just one."""
    classes = {each for person in school.people.values() for each in person.classes}
    found = {each for each in classes if each in name}
    longest = max(found, key=len, default=None)
    # 三年级2班 stands in 三年级2班, and 2班 as well.
    return longest if all(each in (longest or "") for each in found) else None


async def _state(
    client: Client, school: School, room_id: RoomId, *, may_administer: bool
) -> Sequence[tuple[str, str, str, str, bytes]]:
    try:
        return [state_row(event) for event in await client.state(room_id)]
    except Refused as refused:
        if refused.status == 404:
            raise NotThere(f"{room_id}: the homeserver knows no such room") from None
    if may_administer:
        try:
            found = await client.state_as_admin(room_id)
        except Refused as refused:
            raise NotThere(f"{room_id}: {refused}") from None
        return [state_row(event) for event in found]
    try:
        await client.join(room_id)
    except Refused:
        raise NotThere(
            f"{room_id}: {school.bot} is not in it; invite it there (in Element: "
            f"/invite {school.bot}), then call this again"
        ) from None
    return [state_row(event) for event in await client.state(room_id)]


async def enter(
    client: Client, school: School, candidate: Candidate, *, may_administer: bool
) -> str | None:
    """
    Go into the room, with the level our work needs where we may take it.

    Returns:
        Why we have not that level; None: we have.

    Raises:
        NotThere: We cannot go in.
    """
    room_id, seen = candidate.room.room_id, candidate.seen
    because = None
    if may_administer and (seen.lacks or not seen.is_member):
        try:
            await client.make_room_admin(room_id, school.bot)
        except Refused as refused:
            because = str(refused)
    if not seen.is_member:
        try:
            await client.join(room_id)
        except Refused as refused:
            text = f"{room_id}: cannot be joined ({because or refused})"
            raise NotThere(text) from None
    return because


async def keep(
    connection: Any, client: Client, candidate: Candidate, *, mode: Mode
) -> bool:
    """
    Keep the room from here on: what was written before is not judged.

    Returns:
        False where it was kept already; it is left as it is.
    """
    room = candidate.room
    newest = await client.messages(room.room_id, before=None, limit=1)
    watermark = (
        EventId(str(newest.events[0].get("event_id"))) if newest.events else None
    )
    async with connection.transaction():
        kept = replace(room, mode=mode)
        is_new = await rooms.add(connection, kept, watermark=watermark)
        if is_new:
            # From this very place the road goes forward, and the past back.
            start = newest.start
            await adoptions.begin(connection, room.room_id, start, is_exact=True)
        return is_new
