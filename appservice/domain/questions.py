"""
Questions: the one way to ask a person to decide.

A question is durable: who may answer, what they may choose, until when, who stands in
for them. How an answer is given (a reaction, a command, a page) is not known here.
Nobody decides in their own matter; the first decision stands and later answers are told
what it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import permutations

from appservice.domain.ids import UserId
from appservice.domain.people import Right


class Needs(Enum):
    """How many of those asked must answer."""

    ANY_OF = "any_of"
    ALL_OF = "all_of"
    """For the first choice each of them, and no two by one person; for any other
    choice one is enough: whoever dissents has decided (A47, A57, X27)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Askee:
    """Who is asked: whoever holds a right, or a post, or somebody by name. Only one."""

    right: Right | None = None
    post: str | None = None
    user_id: UserId | None = None

    def fits(self, who: "Answerer") -> bool:
        """Whether somebody is asked by this."""
        if self.user_id is not None:
            return who.user_id == self.user_id
        if self.post is not None:
            return self.post in who.posts
        return self.right in who.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Whoever answers, as far as it matters: in the room the question is about."""

    user_id: UserId
    rights: frozenset[Right] = frozenset()
    posts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody chose, and in which of their offices they may."""

    who: Answerer
    choice: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and what was answered so far."""

    choices: tuple[str, ...]
    """The first is the one that all must agree on where ``needs`` says so."""
    askees: tuple[Askee, ...]
    needs: Needs = Needs.ANY_OF
    deputies: tuple[Askee, ...] = ()
    """Who may answer as well once it is overdue, or where nobody else can."""
    concerned: frozenset[UserId] = frozenset()
    """Whose own matter it is: they decide nothing."""
    due_at: datetime | None = None
    """When it is overdue; it stays open all the same. None: never."""
    answers: tuple[Answer, ...] = ()
    """In the order in which they came; at most one a person."""


class Refusal(Enum):
    """Why an answer counts for nothing."""

    CONCERNED = "concerned"
    NOT_ASKED = "not_asked"
    NO_SUCH_CHOICE = "no_such_choice"
    ANSWERED = "answered"
    """They have answered already; a first word stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The question is decided."""

    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The answer counts, and others are still to answer."""

    waiting_for: tuple[Askee, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """Somebody was first."""

    choice: str
    by: UserId


Reaction = Decided | Noted | TooLate | Refusal


def answer(question: Question, given: Answer) -> Reaction:
    """Say what an answer leads to; ``given`` is not among the question's answers."""
    if refusal := _refusal(question, given.who, at=given.at):
        return refusal
    if given.choice not in question.choices:
        return Refusal.NO_SUCH_CHOICE
    standing = decision(question)
    if standing is not None:
        return TooLate(choice=standing.choice, by=standing.who.user_id)
    if any(each.who.user_id == given.who.user_id for each in question.answers):
        return Refusal.ANSWERED
    answers = (*question.answers, given)
    if _decides(question, answers):
        return Decided(choice=given.choice)
    return Noted(waiting_for=_still_asked(question, answers))


def may_answer(question: Question, who: Answerer, *, at: datetime) -> bool:
    """Whether somebody may answer, and so may see what it is about."""
    return _refusal(question, who, at=at) is None


def decision(question: Question) -> Answer | None:
    """Give the answer that decided a question; None while it is open."""
    for count in range(1, len(question.answers) + 1):
        if _decides(question, question.answers[:count]):
            return question.answers[count - 1]
    return None


def _refusal(question: Question, who: Answerer, *, at: datetime) -> Refusal | None:
    if who.user_id in question.concerned:
        return Refusal.CONCERNED
    if any(askee.fits(who) for askee in _asked(question, at=at)):
        return None
    return Refusal.NOT_ASKED


def _asked(question: Question, *, at: datetime) -> Iterable[Askee]:
    """List who is asked at a time: the deputies only once it is overdue."""
    yield from question.askees
    if question.due_at is not None and at >= question.due_at:
        yield from question.deputies


def _decides(question: Question, answers: Sequence[Answer]) -> bool:
    """Whether the last of these answers decides."""
    last = answers[-1]
    if question.needs is Needs.ANY_OF or last.choice != question.choices[0]:
        return True
    return not _still_asked(question, answers)


def _still_asked(question: Question, answers: Sequence[Answer]) -> tuple[Askee, ...]:
    """
    List who must still agree; each answer counts for one of those asked only.

    A deputy's answer counts for whoever has not answered.
    """
    agreeing = [each for each in answers if each.choice == question.choices[0]]
    best = question.askees
    # Few are asked: three or four at most.
    for order in permutations(agreeing, min(len(agreeing), len(question.askees))):
        left = list(question.askees)
        for each in order:
            mine = next((a for a in left if _speaks_for(question, a, each)), None)
            if mine is not None:
                left.remove(mine)
        if len(left) < len(best):
            best = tuple(left)
    return best


def _speaks_for(question: Question, askee: Askee, given: Answer) -> bool:
    if askee.fits(given.who):
        return True
    is_overdue = question.due_at is not None and given.at >= question.due_at
    return is_overdue and any(each.fits(given.who) for each in question.deputies)
