"""Words split over several messages."""

from datetime import timedelta

import pytest

from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.rule import Outcome
from appservice.domain.rules.split_words import Settings, check
from tests.builders import TEACHER, context, edited, message, past

USUAL = Settings(lexicon=Lexicon([WordList(name="abuse", words=("傻逼", "王八蛋"))]))


def seconds(*bodies: str, **more):
    """Messages of one sender, three seconds apart, the last just before noon."""
    count = len(bodies)
    return [
        past(body, ago=timedelta(seconds=3 * (count - number)), **more)
        for number, body in enumerate(bodies)
    ]


@pytest.mark.parametrize(
    "bodies", [("傻", "逼"), ("王", "八", "蛋"), ("你好", "傻", "逼")]
)
def test_a_word_in_pieces_is_flagged(bodies):
    """A person looks: it may be chance."""
    *earlier, last = bodies
    (violation,) = check(message(last), USUAL, context(recent=seconds(*earlier)))

    assert violation.outcome is Outcome.FLAG
    assert violation.evidence.count == len(bodies)


@pytest.mark.parametrize(
    ("earlier", "last"),
    [
        (seconds("傻"), "瓜"),
        (seconds("傻", sender=TEACHER), "逼"),
        (seconds("傻", "这件事等一下再说好了"), "逼"),
        (seconds("傻逼"), "好"),
        ([past("傻", ago=timedelta(minutes=3))], "逼"),
        ([past("傻", ago=timedelta(seconds=-3))], "逼"),
        ([], "逼"),
    ],
)
def test_other_pieces_make_no_word(earlier, last):
    """Nor do those of others, old ones, or what was found before."""
    assert not check(message(last), USUAL, context(recent=earlier))


def test_long_messages_and_edits_are_read_alone():
    recent = seconds("傻")

    assert not check(message("逼不得已才这样做的"), USUAL, context(recent=recent))
    assert not check(edited("逼"), USUAL, context(recent=recent))
