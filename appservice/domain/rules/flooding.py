"""
Flooding: the same words again and again.

B3-16: «严禁恶意刷屏(相同的文字连续出现3次及以上视为刷屏)»; B3-33: «不能就同一信息多次
刷屏», slightly changed. That people confirm with «收到» is wanted (B2-18), so a
confirmation starts anew with every message of staff (X12), and is never too much while
an announcement asks for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from appservice.domain.events import Message, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.rule import (
    WORDS_AT_MOST,
    Category,
    Context,
    Evidence,
    Outcome,
    Past,
    Rule,
    Step,
    Violation,
)
from appservice.domain.text import compact, fold, likeness

_COMPARED_AT_MOST: Final = 6
"""
A sender's last messages that are compared for being nearly the same: somebody who
floods does it at once, and the answers of a long evening may well be alike.
"""

_SHORTEST_NEAR: Final = 6
"""Letters from which messages are compared for being nearly the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """The ``copies``-th equal message of one sender within ``window`` is too many."""

    copies: int = 3
    window: timedelta = timedelta(minutes=10)
    short: int = 2
    """Letters up to which copies count only while nobody else writes: «连续»."""
    near: float = 0.75
    """How much of two messages must be the same for the same information; 1: all."""
    outcome: Outcome = Outcome.REFUSE
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("B3-16"), ClauseId("B3-33"))
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
        Measure.__post_init__(self)
        if not 0.5 <= self.near <= 1:
            raise ValueError("near must be between 0.5 and 1")
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
    is_confirmation = _is_acknowledgement(event, settings)
    if is_confirmation and context.wants_answers:
        return ()
    since = event.sent_at - settings.window
    if is_confirmation:
        since = max(since, _last_word(event, context, since, of_staff=True))
    elif _is_short(event, settings):
        since = max(since, _last_word(event, context, since, of_staff=False))
    own = [
        past
        for past in context.recent
        if past.sender == event.sender and since < past.sent_at <= event.sent_at
    ]
    if len(own) + 1 < settings.copies:
        return ()
    copies = 1 + max(_equal(event, own), _nearly_equal(event, own, settings))
    if copies < settings.copies:
        return ()
    return (
        settings.broken(
            Category.FLOOD,
            Evidence(count=copies, window=settings.window),
            rule=RULE.name,
        ),
    )


def _equal(event: Message, own: list[Past]) -> int:
    this = likeness(event)
    return sum(past.likeness == this for past in own)


def _nearly_equal(event: Message, own: list[Past], settings: Settings) -> int:
    """Count those that say the same in slightly other words, and the same numbers."""
    if settings.near == 1 or event.media is not None or len(event.texts) != 1:
        return 0
    this = _traits(fold(event.texts[0].value[:WORDS_AT_MOST])[:WORDS_AT_MOST])
    if this is None:
        return 0
    lately = own[-_COMPARED_AT_MOST:]
    return sum(_is_near(this, _traits(past.words), settings.near) for past in lately)


_Traits = tuple[frozenset[str], tuple[str, ...]]


@lru_cache(maxsize=1024)
def _traits(words: str) -> _Traits | None:
    """Take a message apart into pairs of letters and its numbers; None if too short."""
    letters = compact(words)
    if len(letters) < _SHORTEST_NEAR:
        return None
    pairs = frozenset(map("".join, pairwise(letters)))
    # Homework in three subjects differs in hardly more than its numbers.
    return pairs, tuple(_NUMBERS.findall(words))


_NUMBERS: Final = re.compile(
    r"\d+|第?[一二三四五六七八九十]+[课页题单章节号组班]|(?:周|星期|礼拜)[一二三四五六日天]"
    r"|上午|下午|语文|数学|英语|物理|化学|生物|历史|地理|政治|道法|科学|美术|音乐|体育"
)
"""Numbers, and the words that make of a sentence another information."""


def _is_near(this: _Traits, other: _Traits | None, near: float) -> bool:
    if other is None or this[1] != other[1]:
        return False
    shared = len(this[0] & other[0])
    return 2 * shared >= near * (len(this[0]) + len(other[0]))


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
