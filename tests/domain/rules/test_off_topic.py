"""What members mark as not belonging here."""

from datetime import timedelta

import pytest

from appservice.domain.ids import EventId, UserId
from appservice.domain.rule import Context, Mark, Outcome
from appservice.domain.rules.off_topic import Settings, check
from tests.builders import NOON, XIAOMING, author, message, reacted


def marks(*senders: str, key: str = "离题", target: str = "$message"):
    return tuple(
        Mark(
            target=EventId(target),
            sender=UserId(sender),
            sent_at=NOON - timedelta(minutes=1),
            key=key,
        )
        for sender in senders
    )


def found(key: str, earlier: tuple[Mark, ...]):
    known = Context(author=author(), marks=earlier)
    return tuple(check(reacted(key), Settings(), known))


@pytest.mark.parametrize("key", ["🚩", "离题", "離題", "Off-Topic"])
def test_the_third_member_calls_a_person(key: str):
    """To the message that was marked."""
    (violation,) = found(key, marks("@a:b", "@c:d"))

    assert violation.outcome is Outcome.FLAG
    assert violation.about == "$message"


@pytest.mark.parametrize(
    ("key", "earlier"),
    [
        ("离题", marks("@a:b")),
        ("离题", marks("@a:b", "@a:b")),
        ("离题", marks("@a:b", "@c:d", "@e:f")),
        ("离题", marks("@a:b", "@c:d", XIAOMING)),
        ("离题", marks("@a:b", "@c:d", target="$other")),
        ("离题", marks("@a:b", "@c:d", key="👍")),
        ("👍", marks("@a:b", "@c:d")),
    ],
)
def test_nobody_is_called_for_less_or_twice(key, earlier):
    assert found(key, earlier) == ()


def test_only_reactions_mark():
    assert not tuple(check(message("离题"), Settings(), Context(author=author())))


@pytest.mark.parametrize("wrong", [{"members": 1}, {"outcome": Outcome.HOLD}])
def test_one_alone_does_nothing(wrong):
    with pytest.raises(ValueError, match="must be"):
        Settings(**wrong)
