"""Making a room of ours once, whoever dies meanwhile: its alias makes it one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from appservice.domain.ids import RoomId
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused, Unavailable

MADE_WITHIN: Final = timedelta(minutes=2)
"""A homeserver that has not made a room in this time never will."""


async def make_once(
    client: Client,
    settings: Mapping[str, Any],
    *,
    domain: str,
    tried_since: datetime | None,
) -> tuple[RoomId, bool]:
    """
    Make a room, or enter the one that an earlier attempt made, perhaps not to its end.

    Synapse gives a room its alias before anybody is in it. It may be still at it; if it
    died there, nobody will ever get in, and the alias is wanted for another.

    Args:
        settings: Of the room, with a ``room_alias_name`` in our own namespace.
        tried_since: When the first of several attempts began; None: this is it.

    Returns:
        The room, and whether it was there already.

    Raises:
        Unavailable: Try again later.
        Refused: The homeserver does not let us.
    """
    try:
        return await client.create_room(settings), False
    except Refused as refused:
        # 409 where Synapse makes it twice at once and notices only at the end.
        if refused.errcode != "M_ROOM_IN_USE" and refused.status != 409:
            raise
    alias = f"#{settings['room_alias_name']}:{domain}"
    room_id = await client.resolve(alias)
    try:
        await client.join(room_id)
    except Refused as refused:
        now = datetime.now(tz=UTC)
        if tried_since is not None and now - tried_since > MADE_WITHIN:
            await client.remove_alias(alias)
            # At once: by now the next attempt would be minutes away.
            return await client.create_room(settings), False
        raise Unavailable(f"a room of ours is half made: {refused}") from refused
    return room_id, True
