"""Whom a message calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.events import Message
from appservice.matrix.mentions import AT_MOST, called_in
from appservice.matrix.parse import parse


def pill(user: str) -> str:
    return f'<a href="https://matrix.to/#/{user}">x</a>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"m.mentions": {"user_ids": ["@a:b", "@a:b", 7]}}, (("@a:b",), False)),
        ({"m.mentions": {"room": True}}, ((), True)),
        ({"m.mentions": {"room": "yes"}}, ((), False)),
        ({"m.mentions": [1], "formatted_body": 7}, ((), False)),
        ({"formatted_body": pill("@a:b") + pill("%40c:d")}, (("@a:b", "@c:d"), False)),
        ({"formatted_body": pill("#room:b")}, ((), False)),
        ({"formatted_body": '<a href="matrix:u/a:b">x</a>'}, (("@a:b",), False)),
    ],
)
def test_mentions_and_pills_are_counted_once(content, expected):
    assert called_in(content) == expected


def test_no_more_are_counted_than_a_room_has():
    many = [f"@u{number}:b" for number in range(5000)]

    assert len(called_in({"m.mentions": {"user_ids": many}})[0]) == AT_MOST


def test_a_message_says_whom_it_calls():
    event = parse(
        {
            "type": "m.room.message",
            "content": {"body": "x", "m.mentions": {"user_ids": ["@a:b"]}},
        }
    )

    assert isinstance(event, Message)
    assert event.mentions == ("@a:b",)


@given(st.dictionaries(st.sampled_from(["m.mentions", "formatted_body"]), st.text()))
def test_it_reads_anything(content):
    assert called_in(content)[1] is False
