"""What an inspector found in a file, written as an event of our own and read again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from appservice.domain.events import Inspected, Place, Text
from appservice.domain.files import FileFacts
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.matrix.decode import clean

TYPE: Final = "homeroom.inspected"
"""Never of a homeserver's making: only what we put into the inbox is read as this."""


def inspected(
    fields: dict[str, Any],
    *,
    event_id: EventId,
    room_id: RoomId,
    sender: UserId,
    sent_at: datetime,
) -> Inspected:
    """
    Read what was found in a file.

    Raises:
        msgspec.ValidationError: It is none of ours.
    """
    content = fields["content"]
    facts = msgspec.convert(content["facts"], type=FileFacts)
    return Inspected(
        event_id=event_id,
        room_id=room_id,
        sender=sender,
        sent_at=sent_at,
        texts=tuple(_texts(facts, str(content.get("name", "")))),
        target=EventId(str(content["target"])),
        facts=facts,
    )


def _texts(facts: FileFacts, name: str) -> Iterator[Text]:
    """List what a person would read who opens the file."""
    if facts.words:
        yield Text(place=Place.FILE, value=clean(facts.words))
    for table in facts.tables:
        rows = "\n".join("\t".join(cells) for cells in table)
        yield Text(place=Place.FILE, value=clean(rows))
    for code in facts.codes:
        yield Text(place=Place.CODE, value=clean(code))
    for member in (*facts.members, *([name] if name else [])):
        yield Text(place=Place.FILE_NAME, value=clean(member))
