"""What an event says, as rules read it: each text once."""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Final

from appservice.domain.events import (
    Edited,
    Inspected,
    MemberChanged,
    Message,
    Place,
    RoomEvent,
    Text,
)
from appservice.domain.lexicon import Hit, Lexicon
from appservice.domain.memo import LastAnswer
from appservice.domain.text import fold

Hits = Mapping[str, tuple[Hit, Text]]
"""By word list: its surest word in an event, and the text in which it stands."""

Posted = Message | Edited | Inspected
"""What somebody posts for all to read, and what is found in it."""

_NONE: Final[Hits] = MappingProxyType({})


def said(event: RoomEvent) -> tuple[Text, ...]:
    """
    List the different texts of an event, in their order.

    What stands twice, as body and formatted, is read once. Of those who go, the reason
    is read and no more their name.
    """
    if isinstance(event, MemberChanged) and event.membership in ("leave", "ban"):
        return tuple(text for text in event.texts if text.place is Place.REASON)
    return event.texts if len(event.texts) < 2 else _different(event.texts, None)


def words_in(event: RoomEvent, places: Container[Place], *, at_most: int) -> str:
    """Fold what stands in some places, a line each; of each so many characters."""
    return "\n".join(
        fold(text.value[:at_most]) for text in event.texts if text.place in places
    )


def hits(event: RoomEvent, lexicon: Lexicon) -> Hits:
    """Find the words of all lists in an event."""
    return _hits(event, lexicon)


def _different_texts(texts: tuple[Text, ...], _: None) -> tuple[Text, ...]:
    seen: dict[str, Text] = {}
    for text in texts:
        seen.setdefault(text.value, text)
    return tuple(seen.values())


def _find(event: RoomEvent, lexicon: Lexicon) -> Hits:
    found: dict[str, tuple[Hit, Text]] = {}
    for text in said(event):
        for hit in lexicon.hits(text.value):
            known = found.get(hit.list_name)
            if known is None or (hit.is_sure and not known[0].is_sure):
                found[hit.list_name] = hit, text
    return found or _NONE


_different: Final = LastAnswer(_different_texts)
_hits: Final = LastAnswer(_find)
