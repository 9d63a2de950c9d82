"""Brevity is asked for, and nothing more."""

from datetime import timedelta

import pytest

from appservice.domain.people import Role
from appservice.domain.rule import Category, Outcome
from appservice.domain.rules.too_long import Settings, check
from tests.builders import TEACHER, context, message, past

USUAL = Settings(characters=100, row=4)


def crumbs(count: int, **more):
    return [
        past("嗯", ago=timedelta(seconds=each), **more) for each in range(count, 0, -1)
    ]


def outcome(body: str, role: Role = Role.GUARDIAN, recent=()) -> Outcome:
    found = tuple(check(message(body), USUAL, context(role, recent=recent)))
    return found[0].outcome if found else Outcome.ALLOW


def test_a_long_message_is_a_hint():
    assert outcome("长" * 101) is Outcome.HINT
    assert outcome("长" * 100) is Outcome.ALLOW


def test_staff_explain_things_at_length():
    assert outcome("长" * 500, Role.TEACHER) is Outcome.ALLOW


def test_many_crumbs_in_a_row_could_be_one_message():
    assert outcome("嗯", recent=crumbs(3)) is Outcome.HINT
    assert outcome("嗯", recent=crumbs(2)) is Outcome.ALLOW
    assert (
        outcome("嗯", recent=crumbs(9, categories=[Category.LENGTH])) is Outcome.ALLOW
    )
    assert outcome("嗯", recent=crumbs(9, sender=TEACHER)) is Outcome.ALLOW


@pytest.mark.parametrize("wrong", [{"outcome": Outcome.HOLD}, {"characters": 3}])
def test_nothing_is_hidden_for_its_length(wrong):
    with pytest.raises(ValueError, match=r"never hidden|at least 50"):
        Settings(**wrong)
