"""Names for the identifiers of the Matrix specification and of the roster."""

from typing import NewType

EventId = NewType("EventId", str)
RoomId = NewType("RoomId", str)
UserId = NewType("UserId", str)
PersonId = NewType("PersonId", str)
"""The school's own identifier of a person, as in its roster."""
ClauseId = NewType("ClauseId", str)
"""A permanent rule identifier of the catalogue, such as ``B3-16``."""
KindName = NewType("KindName", str)
"""The name of a room kind, such as ``class_students``."""
