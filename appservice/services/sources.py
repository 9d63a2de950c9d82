"""Sources: how events came to us, and which of them carry a file to look into."""

from typing import Any, Final

from appservice.matrix.media import attachment_of
from appservice.store.inbox import Waiting
from appservice.store.inspections import Declared, Wanted

HISTORY: Final = "adoption"
"""Source of the past of an adopted room: recorded, and never judged."""

INSPECTION: Final = "inspection"
"""Source of what was found in files; nothing of a homeserver's comes from there."""


def file_of(row: Waiting, fields: dict[str, Any]) -> Wanted | None:
    """Find the file that a message carries and that must be looked into."""
    if row.state_key is not None or row.source == INSPECTION:
        return None
    attachment = attachment_of(fields.get("content"))
    if attachment is None:
        return None
    declared = Declared(
        name=attachment.name,
        media_type=attachment.declared,
        is_locked=attachment.is_locked,
    )
    return Wanted(
        event_id=row.event_id,
        sender=row.sender,
        media=attachment.media,
        declared=declared,
    )
