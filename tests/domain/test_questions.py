"""Questions: who may answer, when it is decided, and that a first word stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.ids import UserId
from appservice.domain.people import Right
from appservice.domain.questions import (
    Answer,
    Answerer,
    Askee,
    Decided,
    Needs,
    Noted,
    Question,
    Refusal,
    TooLate,
    answer,
    decision,
    may_answer,
)
from tests.builders import NOON

TEACHER = Answerer(user_id=UserId("@wang:s"), rights=frozenset({Right.REVIEW}))
HEAD = Answerer(user_id=UserId("@head:s"), posts=frozenset({"year_head"}))
BOTH = Answerer(
    user_id=UserId("@both:s"),
    rights=frozenset({Right.REVIEW}),
    posts=frozenset({"year_head"}),
)
PUPIL = Answerer(user_id=UserId("@xiaoming:s"))
REVIEWER = Askee(right=Right.REVIEW)
YEAR_HEAD = Askee(post="year_head")

REVIEW = Question(
    choices=("release", "uphold"),
    askees=(REVIEWER,),
    deputies=(YEAR_HEAD,),
    concerned=frozenset({PUPIL.user_id}),
    due_at=NOON + timedelta(days=1),
)
TOGETHER = Question(
    choices=("approve", "refuse"), askees=(REVIEWER, YEAR_HEAD), needs=Needs.ALL_OF
)


def says(who: Answerer, choice: str, *, after: timedelta = timedelta()) -> Answer:
    return Answer(who=who, choice=choice, at=NOON + after)


def test_whoever_is_asked_decides():
    assert answer(REVIEW, says(TEACHER, "release")) == Decided(choice="release")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(PUPIL, Refusal.CONCERNED), (HEAD, Refusal.NOT_ASKED)],
)
def test_others_decide_nothing(who, refusal):
    """Nobody in their own matter, and no deputy before the time."""
    assert answer(REVIEW, says(who, "release")) is refusal
    assert not may_answer(REVIEW, who, at=NOON)


def test_nobody_decides_in_their_own_matter_whatever_they_hold():
    """A teacher who is complained of is no reviewer of the complaint (X21)."""
    about_them = replace(REVIEW, concerned=frozenset({TEACHER.user_id}))

    assert answer(about_them, says(TEACHER, "release")) is Refusal.CONCERNED


def test_a_deputy_answers_once_it_is_overdue():
    late = says(HEAD, "uphold", after=timedelta(days=1))

    assert answer(REVIEW, late) == Decided(choice="uphold")


def test_the_first_decision_stands_and_the_second_is_told():
    decided = replace(REVIEW, answers=(says(TEACHER, "release"),))

    assert answer(decided, says(BOTH, "uphold")) == TooLate(
        choice="release", by=TEACHER.user_id
    )


def test_what_is_no_choice_is_no_answer():
    assert answer(REVIEW, says(TEACHER, "perhaps")) is Refusal.NO_SUCH_CHOICE


def test_all_must_agree_and_one_can_refuse():
    """X27: any_of and all_of, by the same rules everywhere."""
    first = says(TEACHER, "approve")
    waiting = replace(TOGETHER, answers=(first,))

    assert answer(TOGETHER, first) == Noted(waiting_for=(YEAR_HEAD,))
    assert answer(waiting, says(HEAD, "approve")) == Decided(choice="approve")
    assert answer(waiting, says(HEAD, "refuse")) == Decided(choice="refuse")
    assert answer(waiting, says(TEACHER, "refuse")) is Refusal.ANSWERED


def test_one_person_is_not_two():
    """Four eyes are those of two people, whatever offices one holds."""
    alone = answer(TOGETHER, says(BOTH, "approve"))
    then = replace(TOGETHER, answers=(says(BOTH, "approve"),))

    assert isinstance(alone, Noted)
    assert len(alone.waiting_for) == 1
    assert answer(then, says(TEACHER, "approve")) == Decided(choice="approve")
    assert answer(then, says(HEAD, "approve")) == Decided(choice="approve")


WHO = st.sampled_from([TEACHER, HEAD, BOTH, PUPIL])
QUESTIONS = st.sampled_from([REVIEW, TOGETHER, replace(REVIEW, needs=Needs.ALL_OF)])


@given(QUESTIONS, st.lists(st.tuples(WHO, st.integers(0, 2), st.integers(0, 50))))
def test_a_decision_never_changes(question, given_answers):
    """Whatever comes after it, from whomever."""
    decided: str | None = None
    for who, number, hours in sorted(given_answers, key=lambda each: each[2]):
        choice = [*question.choices, "?"][number]
        says_now = Answer(who=who, choice=choice, at=NOON + timedelta(hours=hours))
        reaction = answer(question, says_now)
        match reaction:
            case Decided():
                assert decided is None
                decided = reaction.choice
                question = replace(question, answers=(*question.answers, says_now))
            case Noted():
                assert decided is None
                assert reaction.waiting_for
                question = replace(question, answers=(*question.answers, says_now))
            case TooLate():
                assert reaction.choice == decided
            case Refusal():
                pass
        standing = decision(question)
        assert (standing.choice if standing else None) == decided
        assert all(
            each.who.user_id not in question.concerned for each in question.answers
        )
