"""
Every text in the content of an event, whatever its shape.

The walk is iterative and bounded. Keys say where a text stands; strings under keys we
do not know count as ``Place.OTHER``, for some client may show them.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from appservice.domain.events import Place, Text
from appservice.matrix.decode import clean
from appservice.matrix.html import looks_like_html, strip

_MOST_VALUES: Final = 200_000
"""Values in one event that are looked at; 64 KiB hold fewer."""

_PLACES: Final = {
    "body": Place.BODY,
    "formatted_body": Place.FORMATTED,
    "filename": Place.FILE_NAME,
    "m.caption": Place.CAPTION,
    "org.matrix.msc1767.caption": Place.CAPTION,
    "m.poll": Place.POLL,
    "m.poll.start": Place.POLL,
    "org.matrix.msc3381.poll.start": Place.POLL,
    "displayname": Place.DISPLAY_NAME,
    "reason": Place.REASON,
}
_TYPE_PLACES: Final = {
    ("m.room.name", "name"): Place.ROOM_NAME,
    ("m.room.topic", "topic"): Place.TOPIC,
    ("m.room.topic", "m.topic"): Place.TOPIC,
    ("m.reaction", "key"): Place.REACTION,
}
_LASTING: Final = frozenset({Place.POLL, Place.TOPIC, Place.CAPTION})
"""Places that hold for all that stands below their key."""

_CONSTANTS: Final = frozenset(
    [
        "m.text",
        "m.notice",
        "m.emote",
        "m.image",
        "m.file",
        "m.audio",
        "m.video",
        "m.location",
        "org.matrix.custom.html",
        "m.annotation",
        "m.replace",
        "m.thread",
        "m.reference",
        "m.disclosed",
        "m.undisclosed",
        "org.matrix.msc3381.poll.disclosed",
        "join",
        "leave",
        "invite",
        "ban",
        "knock",
        "org.matrix.msc3381.poll.undisclosed",
        "text/plain",
        "text/html",
        "image/png",
        "image/jpeg",
        "m.self",
        "m.pin",
    ]
)
_ADDRESS: Final = re.compile(
    r"mxc://[\x21-\x7e]+|\$[\x21-\x7e]+|[@!#][\x21-\x39\x3b-\x7e]+:[\x21-\x7e]+"
)

_PLAIN_KEYS: Final = frozenset({"msgtype", "body", "format", "m.mentions"})


def texts_of(content: object, *, event_type: str) -> tuple[Text, ...]:
    """Find all texts of an event's content, in the order in which they stand."""
    if isinstance(content, dict) and content.keys() <= _PLAIN_KEYS:
        body, mentions = content.get("body"), content.get("m.mentions")
        if (
            isinstance(body, str)
            and not looks_like_html(body)
            and content.get("msgtype") in _CONSTANTS
            and content.get("format") is None
            and not mentions
        ):
            return (Text(place=Place.BODY, value=clean(body)),)
    has_file_name = isinstance(content, dict) and _is_media(content)
    found: list[Text] = []
    for place, value in _strings(content, event_type):
        if place is Place.BODY and has_file_name:
            place = _place_of_media_body(content, value)  # noqa: PLW2901
        found.extend(_read(place, value))
    return tuple(found)


def _is_media(content: dict[str, Any]) -> bool:
    return "url" in content or "file" in content


def _place_of_media_body(content: object, body: str) -> Place:
    """Tell a file's name from its caption: that is what is there besides a name."""
    name = content.get("filename") if isinstance(content, dict) else None
    if isinstance(name, str) and name != body:
        return Place.CAPTION
    return Place.FILE_NAME


def _strings(content: object, event_type: str) -> Iterator[tuple[Place, str]]:
    """Walk through everything, first things first."""
    waiting: list[tuple[object, Place]] = [(content, Place.OTHER)]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        value, place = waiting.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            waiting.extend(
                (below, _place(key, place, event_type))
                for key, below in reversed(value.items())
            )
        elif isinstance(value, (list, tuple)):
            waiting.extend((below, place) for below in reversed(value))


def _place(key: object, above: Place, event_type: str) -> Place:
    if above in _LASTING or not isinstance(key, str):
        return above
    return _TYPE_PLACES.get((event_type, key)) or _PLACES.get(key, Place.OTHER)


def _read(place: Place, value: str) -> Iterator[Text]:
    """Give a string as it is shown, and what its tags hide."""
    if place is Place.OTHER and _is_technical(value):
        return
    value = clean(value)
    if place is not Place.FORMATTED:
        yield Text(place=place, value=value)
        if not looks_like_html(value):
            return
    shown, hidden = strip(value)
    if place is Place.FORMATTED or shown != value:
        yield Text(place=place, value=clean(shown))
    for inner in hidden:
        yield Text(place=Place.OTHER, value=clean(inner))


def _is_technical(value: str) -> bool:
    """Leave out addresses and constants, which no client shows as text."""
    return value in _CONSTANTS or _ADDRESS.fullmatch(value) is not None
