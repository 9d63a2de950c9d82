"""The rooms we keep, for commands that name one and change it."""

from typing import Any, Final

import click

from appservice.domain.ids import RoomId
from appservice.domain.rooms import Room, RoomClass
from appservice.store import rooms

ROOMS_CHANGED: Final = "SELECT pg_notify('homeroom', '0 rooms')"
TIMERS_DUE: Final = "SELECT pg_notify('homeroom', '0 timers')"


async def kept_room(connection: Any, room_id: str) -> Room | None:
    """Find a managed room; None: we keep no such room."""
    for room in await rooms.all_rooms(connection):
        if room.room_id == RoomId(room_id) and room.room_class is RoomClass.MANAGED:
            return room
    return None


def say_unknown(room_id: str) -> None:
    """Say that we keep no such room."""
    click.echo(f"{room_id}: not a room we keep; see `homeroom rooms list`", err=True)
