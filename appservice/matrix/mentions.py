"""Whom a message calls: ``m.mentions`` (Matrix spec) and links to people (pills)."""

import re
from typing import Any, Final
from urllib.parse import unquote

from appservice.domain.ids import UserId
from appservice.matrix.decode import clean

AT_MOST: Final = 1000
"""People that are counted; a room with more of them is called anyway."""

_PILL: Final = re.compile(
    r"(?:https?://matrix\.to/#/|matrix:u/)(@|%40|)([^\s\"'<>?]{1,255})", re.IGNORECASE
)


def called_in(content: dict[str, Any]) -> tuple[tuple[UserId, ...], bool]:
    """Return who is called, each once, and whether everybody is. Never raises."""
    mentions = content.get("m.mentions")
    formatted = content.get("formatted_body")
    named: dict[UserId, None] = {}
    is_room = False
    if isinstance(mentions, dict):
        is_room = mentions.get("room") is True
        listed = mentions.get("user_ids")
        for each in listed[:AT_MOST] if isinstance(listed, list) else ():
            if isinstance(each, str) and len(each) <= 255:
                named[UserId(clean(each))] = None
    if isinstance(formatted, str):
        for number, match in enumerate(_PILL.finditer(formatted)):
            if number == AT_MOST:
                break
            if match[1] or match[0].lower().startswith("matrix:"):
                named[UserId(clean("@" + unquote(match[2])))] = None
    return tuple(named)[:AT_MOST], is_room
