"""Calling everybody is for those who announce."""

from dataclasses import replace

import pytest

from appservice.domain.ids import UserId
from appservice.domain.people import Right, Role
from appservice.domain.rule import Context, Outcome
from appservice.domain.rules.mass_mentions import Settings, check
from tests.builders import author, context, edited, message

MANY = tuple(UserId(f"@p{number}:school.example") for number in range(8))


def outcome(event, known: Context | None = None) -> Outcome:
    found = tuple(check(event, Settings(), known or context()))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize(
    "body", ["@所有人 快来", "＠全体成员", "@room hi", "@Everyone"]
)
def test_calling_everybody_by_word_is_a_hint(body: str):
    """It rings for nobody."""
    assert outcome(message(body)) is Outcome.HINT


@pytest.mark.parametrize(
    "body", ["@小明 你好", "a@all.example", "所有人都来", "@allison hi", "邮箱 x@y.cn"]
)
def test_calling_one_person_is_fine(body: str):
    assert outcome(message(body)) is Outcome.ALLOW


def test_calling_many_rings_for_many():
    few = replace(message("x"), mentions=MANY[:7])
    body = " ".join(f"@同学{number}" for number in range(9))

    assert outcome(replace(message("x"), mentions=MANY)) is Outcome.HOLD
    assert outcome(message(body)) is Outcome.HOLD
    assert outcome(few) is Outcome.ALLOW
    assert outcome(replace(message("x"), mentions_room=True)) is Outcome.HINT


@pytest.mark.parametrize(
    "known",
    [
        Context(author=author(Role.GUARDIAN, rights=[Right.ANNOUNCE])),
        context(Role.TEACHER),
    ],
)
def test_who_announces_calls_everybody(known: Context):
    assert outcome(replace(message("@所有人"), mentions=MANY), known) is Outcome.ALLOW


def test_an_edit_rings_for_nobody():
    assert outcome(edited("@所有人")) is Outcome.ALLOW


def test_one_person_may_always_be_called():
    with pytest.raises(ValueError, match="at least 2"):
        Settings(people=1)
