"""What a line of ``homeroom check`` may say besides an event."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from appservice.domain.events import Inspected, Place, Text
from appservice.domain.files import FileFacts
from appservice.domain.ids import EventId, PersonId, RoomId, UserId
from appservice.domain.people import Person, Role
from appservice.matrix.decode import clean

_FACTS: Final = {"sort": "unknown", "media_type": "application/octet-stream", "size": 1}


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Those fields of ``rule.Context`` that a line may set."""

    open_question: bool = False
    wants_answers: bool = False
    permit: bool = False
    copies_elsewhere: int = 0


def inspected(facts: object) -> Inspected | None:
    """
    Read what an inspector would have found in a file; None if it is no such thing.

    ``name`` is the file's name; the rest are the fields of ``files.FileFacts``.
    """
    if not isinstance(facts, dict):
        return None
    name = facts.get("name")
    given = {key: value for key, value in facts.items() if key != "name"}
    try:
        found = msgspec.convert({**_FACTS, **given}, FileFacts)
    except (msgspec.ValidationError, TypeError, ValueError):
        return None
    cells = "\n".join("\t".join(row) for table in found.tables for row in table)
    texts = [(Place.FILE, found.words), (Place.FILE, cells)]
    texts += [(Place.CODE, code) for code in found.codes]
    texts += [(Place.FILE_NAME, name)] if isinstance(name, str) else []
    return Inspected(
        event_id=EventId(""),
        room_id=RoomId(""),
        sender=UserId(""),
        sent_at=datetime.fromtimestamp(0, tz=UTC),
        texts=tuple(
            Text(place=place, value=clean(value)) for place, value in texts if value
        ),
        target=EventId("$file"),
        facts=found,
    )


def known(given: object) -> dict[str, Any] | None:
    """Read what is known of the room; None where something in it is not."""
    if given is None:
        return {}
    try:
        return msgspec.structs.asdict(msgspec.convert(given, _Known))
    except msgspec.ValidationError:
        return None


def own_pupils(person: Person | None) -> frozenset[PersonId]:
    """List the children of a guardian; a pupil is their own."""
    if person is None:
        return frozenset()
    own = {person.id} if Role.STUDENT in person.roles else set()
    return frozenset({*own, *person.pupils})
