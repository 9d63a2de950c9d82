"""
Links: where they lead, as far as their writing tells.

A68b: links are checked; B1-11, B2-13: links to red packets, to gambling and to viruses;
A19: nobody is drawn into other groups. Staff recommend articles (B1-25, B3-27): of
theirs only dangerous links are looked at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from appservice.domain.events import RoomEvent, Text
from appservice.domain.ids import ClauseId
from appservice.domain.links import Link, LinkKind, find_links, is_of
from appservice.domain.measure import Measure
from appservice.domain.reading import said
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

_OF_STAFF_TOO: Final = frozenset(
    {LinkKind.DANGEROUS, LinkKind.USER_INFO, LinkKind.LOOK_ALIKE, LinkKind.IP}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """What each kind of link leads to; ``outcome`` is for hosts that are denied."""

    outcome: Outcome = Outcome.HOLD
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.HINT
    clauses: tuple[ClauseId, ...] = (ClauseId("A68b"), ClauseId("B2-13"))
    allow: tuple[str, ...] = ("gov.cn", "edu.cn")
    """Domains, with all below them, that are always fine."""
    deny: tuple[str, ...] = (
        *("pornhub.com", "xvideos.com", "xhamster.com", "xnxx.com", "onlyfans.com"),
        *("bet365.com", "1xbet.com", "pokerstars.com", "stake.com"),
    )
    deny_words: tuple[str, ...] = (
        *("casino", "porn", "xvideo", "bet365", "1xbet", "caipiao", "bocai", "dubo"),
        *("hentai", "jackpot", "sportsbet", "91av", "avtt"),
    )
    """Hosts that contain one of these are denied, too."""
    dangerous: Outcome = Outcome.REFUSE
    user_info: Outcome = Outcome.HOLD
    look_alike: Outcome = Outcome.HOLD
    ip: Outcome = Outcome.HOLD
    payment: Outcome = Outcome.HOLD
    invite: Outcome = Outcome.HOLD
    shortener: Outcome = Outcome.FLAG
    spelled_out: Outcome = Outcome.HOLD
    other: Outcome = Outcome.ALLOW


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Judge by the gravest link of an event."""
    found = [
        (link, outcome, text)
        for text in said(event)
        for link, outcome in _judged(text, settings, context)
    ]
    if not found:
        return ()
    link, outcome, text = max(found, key=lambda each: each[1].rank)
    violation = replace(settings, outcome=outcome).broken(
        Category.LINK,
        Evidence(found=link.written[:100], place=text.place.value),
        rule=RULE.name,
        tells_author=outcome is Outcome.FLAG,
    )
    return (violation,)


def _judged(
    text: Text, settings: Settings, context: Context
) -> Iterator[tuple[Link, Outcome]]:
    for link in find_links(text.value):
        outcome = _outcome(link, settings, context)
        if outcome is not Outcome.ALLOW:
            yield link, outcome


def _outcome(link: Link, settings: Settings, context: Context) -> Outcome:
    if link.host and _is_denied(link.host, settings):
        return settings.outcome
    if link.host and is_of(link.host, settings.allow):
        return Outcome.ALLOW
    if context.author.is_staff and link.kind not in _OF_STAFF_TOO:
        return Outcome.ALLOW
    outcome: Outcome = getattr(settings, link.kind.value)
    return outcome


def _is_denied(host: str, settings: Settings) -> bool:
    return is_of(host, settings.deny) or any(
        word in host for word in settings.deny_words
    )


RULE = Rule(name="links", settings=Settings, check=check)
