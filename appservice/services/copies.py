"""Copies: where else in the school the same was posted lately (B1-46, B2-11)."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from appservice.domain.events import Message
from appservice.domain.ids import RoomId
from appservice.domain.text import likeness

AT_MOST: Final = 20_000
"""Messages that are remembered, of the whole school."""

LATELY: Final = timedelta(days=1)

SHORT: Final = 12
"""Characters up to which equal texts are no copies: everybody says good morning."""


class Copies:
    """
    Remembers in which rooms something was posted. In memory: a hint and no record.

    What was posted before a start, or is judged by another process, is not known.
    """

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, dict[RoomId, datetime]] = OrderedDict()

    def elsewhere(self, message: Message, room_id: RoomId) -> int:
        """Count the other rooms with the same message, and remember this one."""
        length = max((len(text.value) for text in message.texts), default=0)
        if message.media is None and length <= SHORT:
            return 0
        like = likeness(message)
        rooms = self._rooms.setdefault(like, {})
        self._rooms.move_to_end(like)
        while len(self._rooms) > AT_MOST:
            self._rooms.popitem(last=False)
        count = sum(
            other != room_id and message.sent_at - at < LATELY
            for other, at in rooms.items()
        )
        rooms[room_id] = message.sent_at
        return count
