"""
Flooding: the same words again and again.

B3-16: «严禁恶意刷屏(相同的文字连续出现3次及以上视为刷屏)»; B3-33. That people confirm
with «收到» is wanted (B2-18), so a confirmation starts anew with every message of staff
(X12).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from appservice.domain.events import Message, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Severity,
    Step,
    Violation,
)
from appservice.domain.text import compact, likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The ``copies``-th equal message of one sender within ``window`` is too many."""

    copies: int = 3
    window: timedelta = timedelta(minutes=10)
    short: int = 2
    """Letters up to which copies count only while nobody else writes: «连续»."""
    outcome: Outcome = Outcome.REFUSE
    severity: Severity = Severity.MINOR
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("B3-16"),)
    acknowledgements: tuple[str, ...] = (
        "收到",
        "好的",
        "谢谢",
        "谢谢老师",
        "收到谢谢老师",
        "老师好",
        "已阅",
        "明白",
        "ok",
        "yes",
        "received",
        "thank you",
        "👌",
        "👍",
    )

    def __post_init__(self) -> None:
        if self.copies < 2:
            raise ValueError("copies must be at least 2")
        if self.window <= timedelta():
            raise ValueError('window must be longer than "0s"')


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Judge by the event's own time, not ours: a backlog is not a flood."""
    if not isinstance(event, Message):
        return ()
    since = event.sent_at - settings.window
    if _is_acknowledgement(event, settings):
        since = max(since, _last_word(event, context, since, of_staff=True))
    elif _is_short(event, settings):
        since = max(since, _last_word(event, context, since, of_staff=False))
    this = likeness(event)
    alike = [
        past.sent_at
        for past in context.recent
        if past.likeness == this and past.sender == event.sender
    ]
    copies = 1 + sum(since < sent_at <= event.sent_at for sent_at in alike)
    if copies < settings.copies:
        return ()
    violation = Violation(
        rule=RULE.name,
        category=Category.FLOOD,
        clauses=settings.clauses,
        severity=settings.severity,
        outcome=settings.outcome,
        step=settings.step,
        evidence=Evidence(count=copies, window=settings.window),
    )
    return (violation,)


def _is_acknowledgement(message: Message, settings: Settings) -> bool:
    phrases = _compacted(settings.acknowledgements)
    return message.media is None and all(
        compact(text.value) in phrases for text in message.texts
    )


@lru_cache(maxsize=64)
def _compacted(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(compact, phrases))


def _is_short(message: Message, settings: Settings) -> bool:
    """Whether this is a word that answers somebody, such as «嗯» or «对»."""
    return message.media is None and all(
        len(compact(text.value)) <= settings.short for text in message.texts
    )


def _last_word(
    event: Message, context: Context, since: datetime, *, of_staff: bool
) -> datetime:
    """Say when somebody else (of the staff) last wrote; ``since`` if nobody did."""
    times = (
        past.sent_at
        for past in context.recent
        if (past.from_staff or not of_staff)
        and past.sender != event.sender
        and past.sent_at <= event.sent_at
    )
    return max(times, default=since)


RULE = Rule(name="flooding", settings=Settings, check=check)
