"""The same in several rooms."""

import pytest

from appservice.domain.rule import Context, Outcome
from appservice.domain.rules.copy import Settings, check
from tests.builders import author, edited, message

LONG = "请大家帮忙转发这条消息,明天下午三点在操场集合,谢谢"


def outcome(event, elsewhere: int) -> Outcome:
    known = Context(author=author(), copies_elsewhere=elsewhere)
    found = tuple(check(event, Settings(), known))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [(0, Outcome.ALLOW), (1, Outcome.HINT), (2, Outcome.HINT), (3, Outcome.FLAG)],
)
def test_the_more_rooms_the_graver(elsewhere: int, expected: Outcome):
    assert outcome(message(LONG), elsewhere) is expected


def test_short_words_are_the_same_everywhere():
    """A picture is not."""
    assert outcome(message("收到"), 5) is Outcome.ALLOW
    assert outcome(message("x", media="mxc://x/y"), 5) is Outcome.FLAG


def test_an_edit_is_no_copy():
    assert outcome(edited(LONG), 5) is Outcome.ALLOW


@pytest.mark.parametrize("wrong", [{"rooms": 0}, {"rooms": 5}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="rooms must be"):
        Settings(**wrong)
