"""
Quarrel: few people, fast, and heated.

B1-40: «严禁在群内争吵». A person is called once, and a short pause is proposed for
those who quarrel; nobody of the staff is among them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Final

from appservice.domain.events import Message, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.reading import hits
from appservice.domain.rule import (
    Category,
    Context,
    CoolDown,
    Evidence,
    Outcome,
    Past,
    Rule,
    Step,
    Violation,
)
from appservice.domain.text import fold
from appservice.domain.word_rule import WordSettings

COOL_DOWN_AT_MOST: Final = timedelta(minutes=30)
"""The longest that may happen without a person (architecture.md)."""

_HEAT: Final = frozenset(
    {Category.ABUSE, Category.VULGAR, Category.INCITEMENT, Category.VIOLENCE}
)
_HEAT_LISTS: Final = frozenset({*(category.value for category in _HEAT), "vulgar_mild"})
_HEATED: Final = re.compile(
    r"闭嘴|凭什么|有病|你才|关你(?:什么|屁)|管得着|说谁呢|放屁|胡说|瞎说|不要脸|神经"
    r"|有种|算什么东西|算老几"
    r"|欺人太甚|讲不讲理|讲理|别吵|吵什么|少来|滚|你再说|信不信|素质|教养|没完|够了"
    r"|怪谁|赖谁|狗|装什么|阴阳怪气"
    r"|你家孩子|你们家孩子|血口喷人|倒打一耙|恶人先告状|污蔑|冤枉|无理取闹|莫名其妙"
    r"|投诉你|告你|道歉|可笑|呵呵"
    r"|shut up|liar|stupid|idiot|how dare|shame on|your fault|you started|mind your own"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """
    At most ``speakers`` people, ``turns`` changes between them within ``window``, and
    ``heated`` heated messages by two of them at least.
    """

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-40"),)
    window: timedelta = timedelta(minutes=5)
    speakers: int = 3
    turns: int = 3
    heated: int = 3
    cooldown: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        WordSettings.__post_init__(self)
        if not timedelta() <= self.cooldown <= COOL_DOWN_AT_MOST:
            raise ValueError('cooldown must be at most "30m": more needs a person')


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Look back only where this message is heated itself."""
    if not isinstance(event, Message) or not context.recent:
        return ()
    if len(context.recent) < settings.turns or not _is_heated_now(event, settings):
        return ()
    since = event.sent_at - settings.window
    talk = [past for past in context.recent if since < past.sent_at <= event.sent_at]
    if any(Category.QUARREL in past.categories for past in talk):
        return ()  # A person has been called.
    if not _is_quarrel(event, talk, settings):
        return ()
    violation = settings.broken(
        Category.QUARREL, Evidence(count=len(talk) + 1, window=settings.window)
    )
    return (replace(violation, cool_down=_pause(event, talk, settings, context)),)


def _is_heated_now(event: Message, settings: Settings) -> bool:
    if not _HEAT_LISTS.isdisjoint(hits(event, settings.lexicon)):
        return True
    return any(_HEATED.search(fold(text.value[:500])) for text in event.texts)


def _is_quarrel(event: Message, talk: list[Past], settings: Settings) -> bool:
    # Others may say a word in between; those who quarrel are those who are heated.
    heated = [past.sender for past in talk if _is_heated(past)]
    people = {event.sender, *heated}
    order = [past.sender for past in talk if past.sender in people]
    turns = sum(before != after for before, after in pairwise([*order, event.sender]))
    return (
        2 <= len(people) <= settings.speakers
        and len(heated) + 1 >= settings.heated
        and turns >= settings.turns
    )


def _pause(
    event: Message, talk: list[Past], settings: Settings, context: Context
) -> CoolDown | None:
    """Propose a pause to those who quarrel; the staff among them decide themselves."""
    people = {past.sender for past in talk if _is_heated(past) and not past.from_staff}
    if not context.author.is_staff:
        people.add(event.sender)
    if not people or not settings.cooldown:
        return None
    return CoolDown(user_ids=tuple(sorted(people)), duration=settings.cooldown)


def _is_heated(past: Past) -> bool:
    if not _HEAT.isdisjoint(past.categories):
        return True
    return _HEATED.search(past.words) is not None


RULE = Rule(name="quarrel", settings=Settings, check=check)
