"""
Ranking: marks and ranks of pupils are for them and their guardians alone.

B1-43, B3-28: «不得在群内公布学生的成绩排名或可以对比学生成绩优劣的信息». Teachers are
bound by it, too. What a picture shows nobody here can read: where the words around it
speak of marks, a person looks and the author is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from appservice.domain.events import Edited, Inspected, Message, Place, RoomEvent
from appservice.domain.ids import ClauseId
from appservice.domain.measure import Measure
from appservice.domain.ranks import Finding, marks_in_rows, marks_in_text
from appservice.domain.reading import Posted, said
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
from appservice.domain.text import fold

_OF_MARKS: Final = re.compile(
    r"成绩|分数|得分|排名|名次|排行|总分|光荣榜|考试分析|score|ranking|\brank|gradebook|\bgrades\b|"
    r"\bmarks\b|test results|exam results"
)
_ANNOUNCED_ELSEWHERE: Final = re.compile(r"私信|私聊|单独|个别|各自|分别发|privately")
_SHEETS: Final = (".xlsx", ".xls", ".csv", ".ods", ".et")
_BOUND: Final = 6_000
"""Characters of one text that are read for marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Measure):
    """Marks are taken away at once; the author is shown the private way."""

    outcome: Outcome = Outcome.REFUSE
    severity: Severity = Severity.SERIOUS
    step: Step | None = Step.WARNING
    clauses: tuple[ClauseId, ...] = (ClauseId("B1-43"), ClauseId("B3-28"))
    nearby: timedelta = timedelta(minutes=3)
    """How far from a picture of staff words about marks may stand."""


def check(
    event: RoomEvent, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Judge by the gravest that any text or table of the event shows."""
    if not isinstance(event, Posted):
        return ()
    findings = [
        (finding, text.place.value)
        for text in said(event)
        if (finding := marks_in_text(text.value[:_BOUND], context.pupils))
    ]
    if isinstance(event, Inspected):
        tables = (marks_in_rows(t, context.pupils) for t in event.facts.tables)
        findings += [(found, Place.FILE.value) for found in tables if found]
    if not findings:
        return _unread(event, settings, context)
    finding, place = max(findings, key=lambda each: each[0].at_most.rank)
    at_most = _for_family(finding, context)
    violation = settings.broken(
        Category.RANKING,
        Evidence(found=finding.found[:100], place=place, count=len(finding.names)),
        at_most=at_most,
        tells_author=at_most is Outcome.FLAG,
    )
    return (violation,)


def _for_family(finding: Finding, context: Context) -> Outcome:
    """Of one's own child one may tell: a hint that everybody reads it, no more."""
    is_own = len(finding.ids) == len(finding.names) > 0 and all(
        ids & context.own_pupils for ids in finding.ids
    )
    if is_own or (finding.of_own and not context.author.is_staff):
        return Outcome.HINT
    return finding.at_most


def _unread(
    event: Message | Edited | Inspected, settings: Settings, context: Context
) -> Iterable[Violation]:
    """Flag a picture or sheet that nobody can read here and that may be of marks."""
    if not isinstance(event, Message) or event.media is None:
        return ()
    found = _words_about(event, settings, context)
    if found is None:
        return ()
    violation = settings.broken(
        Category.RANKING,
        Evidence(found=found),
        at_most=Outcome.FLAG,
        tells_author=True,
    )
    return (violation,)


def _words_about(event: Message, settings: Settings, context: Context) -> str | None:
    is_picture = event.msgtype == "m.image"
    own = "\n".join(fold(text.value[:500]) for text in event.texts)
    is_sheet = any(name in own for name in _SHEETS)
    if is_picture or is_sheet:
        match = _OF_MARKS.search(own)
        if match is not None:
            return match[0]
    if not (is_picture and context.author.is_staff):
        return None
    for past in reversed(context.recent):
        is_near = abs(event.sent_at - past.sent_at) <= settings.nearby
        if past.sender == event.sender and is_near:
            match = _OF_MARKS.search(past.words)
            if match is not None and not _ANNOUNCED_ELSEWHERE.search(past.words):
                return match[0]
    return None


RULE = Rule(name="ranking", settings=Settings, check=check, binds_staff=True)
