"""
Words split over several messages: «傻», and then «逼».

A31, A41. The last few messages of one sender are read together; since they may have met
by chance, a person looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from appservice.domain.events import Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Step,
    Violation,
)
from appservice.domain.text import fold
from appservice.domain.word_rule import WordSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """Up to ``messages`` of at most ``letters`` each, within ``window``."""

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("A31"), ClauseId("A41"))
    window: timedelta = timedelta(minutes=2)
    messages: int = 8
    letters: int = 6
    lists: tuple[str, ...] = (
        *("abuse", "vulgar", "pornography", "violence", "cult", "gambling"),
    )


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Look for a word that none of the messages has by itself."""
    if not isinstance(event, Message) or len(event.texts) != 1:
        return ()
    text = event.texts[0]
    if text.place is not Place.BODY or len(text.value) > settings.letters:
        return ()
    earlier = _earlier(event, settings, context)
    if not earlier:
        return ()
    found = _only_together(earlier, fold(text.value).strip(), settings)
    if found is None:
        return ()
    violation = settings.broken(
        Category.SPLIT_WORDS,
        Evidence(
            found=found,
            place=text.place.value,
            count=len(earlier) + 1,
            window=settings.window,
        ),
    )
    return (violation,)


def _only_together(earlier: list[str], this: str, settings: Settings) -> str | None:
    """Find a word that stands in all of them together and in none alone."""
    before = "".join(earlier)
    together = [
        hit
        for hit in settings.lexicon.hits(before + this)
        if hit.is_sure and hit.list_name in settings.lists
    ]
    if not together:
        return None
    known = {
        hit.list_name
        for alone in (before, this, *earlier)
        for hit in settings.lexicon.hits(alone)
    }
    return next((hit.found for hit in together if hit.list_name not in known), None)


def _earlier(event: Message, settings: Settings, context: Context) -> list[str]:
    """List the sender's last short messages, oldest first."""
    since = event.sent_at - settings.window
    words: list[str] = []
    for past in reversed(context.recent):
        if len(words) == settings.messages - 1 or past.sent_at < since:
            break
        if past.sender != event.sender or past.sent_at > event.sent_at:
            continue
        if not past.words or len(past.words) > settings.letters:
            break
        words.append(past.words.strip())
    return words[::-1]


RULE = Rule(name="split_words", settings=Settings, check=check)
