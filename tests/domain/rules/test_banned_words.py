"""Banned words: every text of every event, one violation a category."""

import pytest

from appservice.domain.events import Place, Unknown
from appservice.domain.ids import ClauseId, EventId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.rule import Category, Outcome, Severity, Step
from appservice.domain.rules.banned_words import Measure, Settings, check
from tests.builders import (
    NOON,
    ROOM,
    XIAOMING,
    context,
    edited,
    member,
    message,
    reacted,
    state,
    texts,
)

STRICT = Settings(
    lists={
        "abuse": Measure(
            outcome=Outcome.HOLD,
            clauses=(ClauseId("B3-14"),),
            severity=Severity.SERIOUS,
            step=Step.WARNING,
        ),
        "vulgar": Measure(outcome=Outcome.HOLD, clauses=(ClauseId("A31"),)),
        "vulgar_mild": Measure(outcome=Outcome.HINT, clauses=(ClauseId("A31"),)),
    },
    lexicon=Lexicon(
        [
            WordList(name="abuse", words=("傻逼",)),
            WordList(name="vulgar", words=("肏",)),
            WordList(name="vulgar_mild", words=("卧槽",)),
            WordList(name="politics", words=("台独",)),
        ]
    ),
)

UNKNOWN = Unknown(
    event_id=EventId("$u"),
    room_id=ROOM,
    sender=XIAOMING,
    sent_at=NOON,
    texts=texts("傻逼", place=Place.OTHER),
    type="org.example",
)


@pytest.mark.parametrize(
    "event",
    [
        message("傻逼"),
        edited("傻逼"),
        reacted("傻逼"),
        member("傻逼"),
        member("傻逼", membership="knock"),
        state("傻逼"),
        UNKNOWN,
    ],
)
def test_a_word_is_found_in_every_kind_of_event(event):
    """What people can read is judged, wherever it stands."""
    (violation,) = check(event, STRICT, context())

    assert violation.category is Category.ABUSE
    assert violation.clauses == ("B3-14",)
    assert violation.evidence.found == "傻逼"
    assert violation.evidence.place == event.texts[0].place.value


def test_somebody_who_leaves_is_not_judged():
    """Their name is gone with them."""
    assert check(member("傻逼", membership="leave"), STRICT, context()) == ()


def test_each_category_counts_once_with_its_gravest_word():
    """Two grades of vulgar language are one violation, the strong one."""
    found = check(message("卧槽", "肏", "肏"), STRICT, context())

    assert [(each.category, each.outcome) for each in found] == [
        (Category.VULGAR, Outcome.HOLD)
    ]


def test_categories_are_reported_apart():
    """A reviewer sees everything that is wrong."""
    found = check(message("卧槽你这个傻逼"), STRICT, context())

    assert {each.category for each in found} == {Category.ABUSE, Category.VULGAR}


def test_an_unsure_word_is_only_flagged():
    """«你真傻 逼我去» may be innocent: a person looks, and nothing is hidden."""
    (violation,) = check(message("你真傻 逼我去"), STRICT, context())

    assert violation.outcome is Outcome.FLAG
    assert violation.step is None


def test_a_list_that_the_policy_does_not_name_is_ignored():
    """Which list matters is the policy's to say."""
    assert check(message("台独"), STRICT, context()) == ()


def test_a_list_that_does_not_exist_is_refused():
    """A mistyped list would otherwise never be looked at."""
    with pytest.raises(ValueError, match='did you mean "abuse"'):
        Settings(lists={"abuze": Measure(outcome=Outcome.HOLD, clauses=())})
