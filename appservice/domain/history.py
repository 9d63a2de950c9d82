"""The recent messages of one room, as far as rules compare with them."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from appservice.domain.events import Message, Place, Reacted, RoomEvent
from appservice.domain.people import Author
from appservice.domain.rule import (
    MARK_AT_MOST,
    WORDS_AT_MOST,
    Category,
    Context,
    Mark,
    Past,
)
from appservice.domain.text import fold, likeness

AT_MOST: Final = 200
"""Messages that are remembered in a room."""

LONGEST_WINDOW: Final = timedelta(hours=1)
"""How far back, by the messages' own time; no rule may look further."""


class History:
    """
    What a room has seen lately. One room, one ``History``; events in order.

    Not pure, but without any outside: it only remembers what it is told.
    """

    def __init__(
        self,
        recent: Iterable[Past] = (),
        *,
        at_most: int = AT_MOST,
        window: timedelta = LONGEST_WINDOW,
    ) -> None:
        self._recent: deque[Past] = deque(recent, maxlen=at_most)
        self._marks: deque[Mark] = deque(maxlen=at_most)
        self._window = window

    @property
    def recent(self) -> tuple[Past, ...]:
        """The messages remembered, in the order in which they were added."""
        return tuple(self._recent)

    def context_for(
        self, event: RoomEvent, author: Author, base: Context | None = None
    ) -> Context:
        """
        Say what is known when an event is judged.

        Args:
            event: The event to be judged; not added yet.
            author: Who sent it.
            base: What else is known (hidden events, edits, hints given); its author,
                recent messages and reactions are replaced.
        """
        recent = self._since(event.sent_at - self._window)
        # Only reactions are compared with reactions.
        marks = tuple(self._marks) if isinstance(event, Reacted) else ()
        if base is None:
            return Context(author=author, recent=recent, marks=marks)
        return replace(base, author=author, recent=recent, marks=marks)

    def _since(self, since: datetime) -> tuple[Past, ...]:
        """Leave out what is older; nearly always, nothing is."""
        if not self._recent or self._recent[0].sent_at > since:
            return tuple(self._recent)
        return tuple(past for past in self._recent if past.sent_at > since)

    def add(
        self, event: RoomEvent, author: Author, found: Iterable[Category] = ()
    ) -> None:
        """Remember a message or a reaction; others are nothing to compare with."""
        if isinstance(event, Message):
            self._recent.append(remember(event, author, frozenset(found)))
        elif isinstance(event, Reacted) and event.target is not None and event.texts:
            mark = Mark(
                target=event.target,
                sender=event.sender,
                sent_at=event.sent_at,
                key=fold(event.texts[0].value[:MARK_AT_MOST])[:MARK_AT_MOST],
            )
            self._marks.append(mark)


def remember(
    message: Message, author: Author, categories: frozenset[Category] = frozenset()
) -> Past:
    """Keep of a message what rules compare with: its likeness and its first words."""
    return Past(
        event_id=message.event_id,
        sender=message.sender,
        sent_at=message.sent_at,
        likeness=likeness(message),
        from_staff=author.is_staff,
        words=_words(message),
        categories=categories,
        is_picture=message.msgtype == "m.image",
    )


def _words(message: Message) -> str:
    """Fold the first words: the caption where there is a file, else the body."""
    for place in (Place.CAPTION, Place.BODY, Place.FILE_NAME, Place.POLL):
        for text in message.texts:
            if text.place is place:
                return fold(text.value[:WORDS_AT_MOST])[:WORDS_AT_MOST]
    return ""
