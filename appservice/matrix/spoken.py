"""
What somebody says to us in a message: a command's text, and whom it points at.

Only plain ``m.text`` written by hand speaks: no edit, caption, quotation or code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import unquote

from appservice.domain.ids import EventId, UserId

LONGEST: Final = 20_000
"""Characters of a command; longer ones are no commands."""

FORMATTED_AT_MOST: Final = 4_000
"""
Characters of HTML that is read for pills: reading it can take their square. In the
place of longer HTML stands the body, with the names that the pills show.
"""

_LINK: Final = re.compile(r"https://matrix\.to/#/(?P<what>[@#!$%][^?/\s]+)")
_NOT_SAID: Final = frozenset({"mx-reply", "blockquote", "code", "pre", "del", "s"})
_NEW_LINE: Final = frozenset({"br", "p", "div", "li"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What was said."""

    text: str
    """With user ids and room ids in the place of pills."""
    mentioned: tuple[UserId, ...] = ()
    """As the client says (``m.mentions``); a reply mentions whom it answers."""
    reply_to: EventId | None = None
    """The message answered. A thread's fallback (``is_falling_back``) is none."""


def spoken(content: Mapping[str, Any]) -> Spoken | None:
    """Read what a message's content says; None: it says nothing to us."""
    body = content.get("body")
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    if (
        content.get("msgtype") != "m.text"
        or not isinstance(body, str)
        or len(body) > LONGEST
        or relation.get("rel_type") == "m.replace"
    ):
        return None
    reply_to = _reply_to(relation)
    is_reply = isinstance(relation.get("m.in_reply_to"), dict)
    text = _without_quotation(body) if is_reply else body
    formatted = content.get("formatted_body")
    # A longer one is not cut off: what is announced would end in the middle.
    if (
        isinstance(formatted, str)
        and len(formatted) <= FORMATTED_AT_MOST
        and "matrix.to" in formatted
    ):
        text = _with_ids(formatted)
    return Spoken(
        text=_ids_of_links(text), mentioned=_mentioned(content), reply_to=reply_to
    )


def _reply_to(relation: Mapping[str, Any]) -> EventId | None:
    reply = relation.get("m.in_reply_to")
    event_id = reply.get("event_id") if isinstance(reply, dict) else None
    if not isinstance(event_id, str) or relation.get("is_falling_back") is True:
        return None
    return EventId(event_id)


def _without_quotation(body: str) -> str:
    """Cut off the fallback of a reply (Matrix spec before v1.13: lines with ``> ``)."""
    lines = body.split("\n")
    if not lines[0].startswith("> "):
        return body
    while lines and lines[0].startswith(">"):
        lines.pop(0)
    return "\n".join(lines).lstrip("\n")


def _mentioned(content: Mapping[str, Any]) -> tuple[UserId, ...]:
    mentions = content.get("m.mentions")
    ids = mentions.get("user_ids") if isinstance(mentions, dict) else None
    if not isinstance(ids, list):
        return ()
    return tuple(UserId(each) for each in ids[:20] if isinstance(each, str))


def _ids_of_links(text: str) -> str:
    """Put what a link of matrix.to points at in its place."""
    return _LINK.sub(lambda link: f" {unquote(link['what'])} ", text)


def _with_ids(formatted: str) -> str:
    reader = _Reader()
    reader.feed(formatted)
    reader.close()
    return "".join(reader.said).strip()


class _Reader(HTMLParser):
    """Reads what is said in HTML, with ids for pills and without what is quoted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unsaid = 0
        self._in_pill = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_SAID:
            self._unsaid += 1
        elif tag in _NEW_LINE:
            self.said.append("\n")
        elif tag == "a" and not self._unsaid:
            link = _LINK.match(dict(attrs).get("href") or "")
            if link is not None:
                self.said.append(f" {unquote(link['what'])} ")
                self._in_pill = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _NOT_SAID:
            self._unsaid = max(self._unsaid - 1, 0)
        elif tag == "a":
            self._in_pill = False

    def handle_data(self, data: str) -> None:
        if not self._unsaid and not self._in_pill:
            self.said.append(data)
