"""Who is spoken of."""

import pytest

from appservice.domain.ids import PersonId
from appservice.domain.mentioned import Certainty, mentions
from appservice.domain.pupils import NOBODY, PupilFinder


def names(text: str, pupils: PupilFinder = NOBODY) -> list[str]:
    return [text[each.start : each.end] for each in mentions(text, pupils)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三打架", ["张三"]),
        ("和李明吵架的是刘强", ["刘强"]),
        ("今天张子涵同学来了", ["张子涵"]),
        ("张老师好,李明主任", []),
        ("安全第一,文明礼貌", []),
        ("tom and lily", ["tom", "lily"]),
        ("tomorrow", []),
    ],
)
def test_names_are_told_from_other_words(text: str, expected: list[str]):
    assert names(text) == expected


def test_the_roster_comes_first():
    """And is never doubted."""
    pupils = PupilFinder({"平平": [PersonId("s1")]})
    first, second = mentions("张三和平平", pupils)

    assert first.certainty is Certainty.FULL
    assert first.ids == {PersonId("s1")}
    assert second.certainty is Certainty.LIKELY


def test_of_very_many_people_some_are_looked_at():
    """A text may be a list of thousands."""
    assert len(names("张三、" * 1000)) <= 200
    assert len(names("tom " * 1000)) <= 200
