"""Announcements at night can wait."""

from datetime import UTC, datetime

import pytest

from appservice.domain.people import Role
from appservice.domain.rule import Context, Outcome
from appservice.domain.rules.quiet_hours import Settings, check
from tests.builders import author, edited, message

NOTICE = "各位家长,请明天给孩子准备跳绳"


def outcome(event, hour: int | None, role: Role = Role.TEACHER) -> Outcome:
    at = None if hour is None else datetime(2026, 3, 2, hour, 30, tzinfo=UTC)
    found = tuple(check(event, Settings(), Context(author=author(role), at=at)))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize(("hour", "quiet"), [(22, 1), (3, 1), (6, 1), (7, 0), (21, 0)])
def test_staff_are_reminded_at_night(hour: int, quiet: int):
    expected = Outcome.HINT if quiet else Outcome.ALLOW

    assert outcome(message(NOTICE), hour) is expected


@pytest.mark.parametrize("body", ["紧急通知:暴雨停课一天", "好的", "晚安"])
def test_safety_breaks_through_and_short_answers_disturb_nobody(body: str):
    assert outcome(message(body), 23) is Outcome.ALLOW


def test_only_what_staff_announce_is_meant():
    assert outcome(message(NOTICE), 23, Role.GUARDIAN) is Outcome.ALLOW
    assert outcome(edited(NOTICE), 23) is Outcome.ALLOW
    assert outcome(message(NOTICE), None) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("start", "end", "hour", "holds"),
    [(12, 14, 13, True), (12, 14, 14, False), (8, 8, 8, False), (22, 7, 0, True)],
)
def test_quiet_hours_may_lie_in_one_day_or_over_midnight(start, end, hour, holds):
    assert Settings(start=start, end=end).holds_at(hour) is holds


@pytest.mark.parametrize("wrong", [{"outcome": Outcome.HOLD}, {"start": 25}])
def test_quiet_hours_block_nobody(wrong):
    with pytest.raises(ValueError, match="must"):
        Settings(**wrong)
