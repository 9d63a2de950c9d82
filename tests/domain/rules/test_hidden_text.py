"""What a message says to some eyes only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.events import Place, Text
from appservice.domain.rule import Outcome
from appservice.domain.rules.hidden_text import Settings, check
from tests.builders import context, message, reacted

SECRET = "".join(chr(0xE0000 + ord(c)) for c in "secret")


def outcome(event) -> Outcome:
    found = tuple(check(event, Settings(), context()))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"你好{SECRET}", Outcome.HOLD),
        ("看\u202e这里的字\u202c", Outcome.HOLD),
        ("好" + "\ufe00\ufe01\ufe02\ufe03\ufe04", Outcome.HOLD),
        ("h\u0301\u0302\u0303i\u0301\u0302\u0303!\u0301\u0302\u0303", Outcome.HINT),
        ("a" + "\u0336" * 40, Outcome.HOLD),
        ("加\u200b我\u200b微\u200b信", Outcome.HINT),
        ("\u3164\u2800", Outcome.HINT),
    ],
)
def test_what_cannot_be_seen_is_judged_itself(body: str, expected: Outcome):
    """Hidden only where it conceals something."""
    assert outcome(message(body)) is expected


@pytest.mark.parametrize(
    "body",
    [
        "👨\u200d👩\u200d👧 周末愉快 ❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 英格兰队",
        "שלום \u202bעולם\u202c",
        "مرحبا\u200f بكم",
        "\ufeff从网页复制来的话",
        "Tiếng Việt rất hay",
        "क्\u200dष हिन्दी",
        "café résumé naïve",
        "作业\u200b在这里",
        "1\ufe0f\u20e3 2\ufe0f\u20e3 3\ufe0f\u20e3 4\ufe0f\u20e3",
        "nǐ hǎo mā",
        "",
    ],
)
def test_ordinary_writing_passes(body: str):
    """Emoji, other scripts, and what copying leaves behind."""
    assert outcome(message(body)) is Outcome.ALLOW


def test_formatted_words_of_which_the_body_says_nothing_are_looked_at():
    body, formatted = "今天天气真好", "明天下午三点在操场后面集合不要告诉老师"
    event = message(body)
    other = Text(place=Place.FORMATTED, value=formatted)

    assert outcome(replace(event, texts=(*event.texts, other))) is Outcome.FLAG


def test_formatting_itself_is_fine():
    event = message("**明天**带跳绳、水壶和一本自己喜欢的书")
    same = Text(place=Place.FORMATTED, value="明天带跳绳、水壶和一本自己喜欢的书")

    assert outcome(replace(event, texts=(*event.texts, same))) is Outcome.ALLOW


def test_staff_can_read_what_was_hidden():
    (violation,) = check(message(SECRET), Settings(), context())

    assert violation.evidence.found == "secret"


def test_a_reaction_hides_nothing():
    assert outcome(reacted(SECRET)) is Outcome.ALLOW


@given(st.text(max_size=60))
def test_it_judges_anything(body: str):
    assert outcome(message(body)) in Outcome
