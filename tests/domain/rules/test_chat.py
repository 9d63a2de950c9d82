"""What a room is for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.ids import EventId
from appservice.domain.people import Role
from appservice.domain.rule import Category, Outcome
from appservice.domain.rules.chat import Settings, check
from tests.builders import TEACHER, XIAOMING, context, message, past

NOTICES = Settings(policy="notice_only")
QUESTIONS = Settings(messages=4)


def talk(count: int, **more):
    """Messages by two members in turn, a second apart."""
    who = (TEACHER, XIAOMING)
    return [
        past("话", ago=timedelta(seconds=each), sender=who[each % 2], **more)
        for each in range(count, 0, -1)
    ]


def outcome(body: str, settings: Settings, known=None) -> Outcome:
    found = tuple(check(message(body), settings, known or context(Role.GUARDIAN)))
    return found[0].outcome if found else Outcome.ALLOW


def test_in_a_room_for_notices_members_are_told_where_talk_belongs():
    """X04: in threads, or in private."""
    in_thread = replace(message("好看吗"), thread=EventId("$t"))

    assert outcome("好看吗", NOTICES) is Outcome.HINT
    assert outcome("通知", NOTICES, context(Role.TEACHER)) is Outcome.ALLOW
    assert not tuple(check(in_thread, NOTICES, context(Role.GUARDIAN)))


def test_confirmations_are_wanted_and_so_are_answers():
    announced = replace(context(Role.GUARDIAN), wants_answers=True)
    asked = replace(context(Role.GUARDIAN), open_question=True)

    assert outcome("收到,谢谢老师", NOTICES, announced) is Outcome.ALLOW
    assert outcome("今天天气不错", NOTICES, announced) is Outcome.HINT
    assert outcome("我们参加", NOTICES, asked) is Outcome.ALLOW


def test_talk_that_is_too_fast_is_nudged_once():
    recent = talk(3)
    told = [*recent, *talk(1, categories=[Category.CHAT])]

    assert (
        outcome("x", QUESTIONS, context(Role.GUARDIAN, recent=recent)) is Outcome.HINT
    )
    assert outcome("x", QUESTIONS, context(Role.GUARDIAN, recent=told)) is Outcome.ALLOW


def test_what_was_said_long_ago_or_by_staff_is_no_talk():
    old = [past("话", ago=timedelta(hours=1))] * 9
    staff = talk(9, from_staff=True)

    for recent in (old, staff):
        known = context(Role.GUARDIAN, recent=recent)
        assert outcome("x", QUESTIONS, known) is Outcome.ALLOW


def test_one_alone_does_not_talk():
    alone = [past("话", ago=timedelta(seconds=each)) for each in range(9)]

    assert (
        outcome("x", QUESTIONS, context(Role.GUARDIAN, recent=alone)) is Outcome.ALLOW
    )


def test_the_answers_to_a_question_are_no_chat():
    asked = replace(context(Role.GUARDIAN, recent=talk(9)), open_question=True)

    assert outcome("x", QUESTIONS, asked) is Outcome.ALLOW


@given(st.integers(0, 30), st.integers(2, 20))
def test_more_patience_never_makes_a_violation(count: int, messages: int):
    known = context(Role.GUARDIAN, recent=talk(count))
    patient = outcome("x", Settings(messages=messages + 1), known)

    assert (
        patient is Outcome.ALLOW
        or outcome("x", Settings(messages=messages), known) is patient
    )


@pytest.mark.parametrize(
    "wrong", [{"outcome": Outcome.HOLD}, {"messages": 1}, {"window": timedelta()}]
)
def test_nobody_is_kept_from_writing(wrong):
    with pytest.raises(ValueError, match=r"never hidden|must be"):
        Settings(**wrong)
