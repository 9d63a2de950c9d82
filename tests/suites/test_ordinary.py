"""The false-positive suite: what a school says every day is on no list."""

import pytest

from appservice import lexicons
from appservice.lexicons.ordinary import messages

ABOUT_PUPILS = "pupil_negative"
"""Looked at only beside a pupil's name, so its words are ordinary ones."""


@pytest.mark.parametrize("message", messages())
def test_an_ordinary_message_is_on_no_list(message: str):
    """Neither held nor flagged: a person's time is precious too."""
    found = {hit.list_name for hit in lexicons.load().hits(message)}

    assert found <= {ABOUT_PUPILS}


def test_the_suite_is_large_and_says_nothing_twice():
    """Chinese and English, some hundreds of each."""
    english = [message for message in messages() if message.isascii()]

    assert len(messages()) == len(set(messages())) >= 400
    assert len(english) >= 100
