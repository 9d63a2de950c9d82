"""
Naming: giving members their names, in the way this homeserver allows.

Three ways (measured with Synapse): a name in each room, written as the member; one name
in the profile, where rooms have no names of their own (``allow_per_room_profiles:
false``: the homeserver says yes and puts the profile's name in); the profile through
the admin API, where nobody may change names (``enable_set_displayname: false``).
"""

import logging
from enum import Enum

from appservice.domain.actions import Rename
from appservice.domain.ids import EventId, RoomId
from appservice.matrix.client import Client
from appservice.services.school import School

log = logging.getLogger(__name__)


class Way(Enum):
    """Where names are, at a homeserver."""

    ROOM = "room"
    PROFILE = "profile"
    LOCKED = "locked"


class Naming:
    """Renames, and finds out how."""

    def __init__(self, client: Client, school: School) -> None:
        self._client = client
        self._school = school
        self._way: Way | None = None
        self._is_sure = False

    async def rename(self, room_id: RoomId, action: Rename) -> EventId | None:
        """Give a member the name they have here; the event that came of it."""
        if self._way is None:
            may = await self._client.may_set_displaynames()
            self._way = Way.ROOM if may else Way.LOCKED
        if self._way is Way.ROOM:
            event_id = await self._client.set_member(
                room_id, action.user_id, action.content
            )
            if self._is_sure or await self._has_worked(room_id, event_id, action):
                return event_id
            self._way = Way.PROFILE
            self._school.has_room_names = False
            log.warning("rooms have no names of their own: using profiles")
        name = self._school.profile_name(action.user_id) or str(
            action.content.get("displayname")
        )
        if self._way is Way.PROFILE:
            await self._client.set_displayname(action.user_id, name, as_member=True)
        else:
            self._school.has_room_names = False
            await self._client.force_displayname(action.user_id, name)
        return None

    async def _has_worked(
        self, room_id: RoomId, event_id: EventId, action: Rename
    ) -> bool:
        """
        Look once whether the homeserver has written what it was given.

        At that very event: the member may have another name again by now, and whoever
        is quick could else have everybody's names moved into profiles.
        """
        written = await self._client.event(room_id, event_id)
        content = written.get("content")
        name = content.get("displayname") if isinstance(content, dict) else None
        self._is_sure = name == action.content.get("displayname")
        return self._is_sure
