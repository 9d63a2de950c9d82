"""
Chat: what a room is for (X04).

B1-04, B3-11: «不做聊天使用»; A36. In rooms for notices members answer in threads or in
private; in rooms for questions, and for discussion, only the pace is minded. Nobody is
ever kept from writing by this rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from appservice.domain.events import Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.people import Role
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Step,
    Violation,
)
from appservice.domain.text import compact

_CONFIRMS_AT_MOST: Final = 8
_CONFIRMATIONS: Final = ("收到", "好的", "谢谢", "已阅", "明白", "知道了", "ok", "辛苦")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """
    What the room is for, and from which pace on talk is too much.

    ``messages`` by at least two members within ``window``: a nudge, once a window.
    """

    outcome: Outcome = Outcome.HINT
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-04"),)
    policy: Literal["notice_only", "question_answer", "discuss"] = "question_answer"
    speakers: frozenset[Role] = frozenset({Role.TEACHER, Role.STAFF})
    """Who posts where a room is for notices."""
    messages: int = 15
    window: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.outcome.hides:
            raise ValueError("talk is never hidden; write hint or flag")
        if self.messages < 2:
            raise ValueError("messages must be at least 2")
        if self.window <= timedelta():
            raise ValueError('window must be longer than "0s"')


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Mind what is new in the room itself; threads are where talk belongs."""
    if not isinstance(event, Message) or event.thread is not None:
        return ()
    if context.author.is_staff or context.author.role in settings.speakers:
        return ()
    if settings.policy == "notice_only":
        return _unasked(event, settings, context)
    return _too_fast(event, settings, context)


def _unasked(
    event: Message, settings: Settings, context: Context
) -> Iterable[Violation]:
    is_wanted = context.open_question or (context.wants_answers and _confirms(event))
    if is_wanted:
        return ()
    evidence = Evidence(place=Place.BODY.value)
    return (settings.broken(Category.CHAT, evidence),)


def _confirms(event: Message) -> bool:
    words = compact(event.texts[0].value) if event.texts else ""
    return len(words) <= _CONFIRMS_AT_MOST and words.startswith(_CONFIRMATIONS)


def _too_fast(
    event: Message, settings: Settings, context: Context
) -> Iterable[Violation]:
    if context.open_question or len(context.recent) + 1 < settings.messages:
        return ()
    since = event.sent_at - settings.window
    if context.recent[1 - settings.messages].sent_at <= since:
        # So many ago it was quiet: nobody talks fast.
        return ()
    people = {event.sender}
    count = 1
    for past in reversed(context.recent):
        if past.sent_at <= since:
            break
        if past.categories and Category.CHAT in past.categories:
            return ()  # They have been told.
        if not past.from_staff and past.sent_at <= event.sent_at:
            people.add(past.sender)
            count += 1
    if count < settings.messages or len(people) < 2:
        return ()
    evidence = Evidence(count=count, window=settings.window)
    return (settings.broken(Category.CHAT, evidence),)


RULE = Rule(name="chat", settings=Settings, check=check)
