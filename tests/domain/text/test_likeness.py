"""Likeness: equal for messages that say the same."""

import pytest

from appservice.domain.events import Place
from appservice.domain.text import likeness
from tests.builders import message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("收到", "收 到!"),
        ("收到", "收\u200b到"),
        ("Hello there", "HELLO, there..."),
        ("？？？", "???"),
        ("😂 😂", "😂😂"),
    ],
)
def test_the_same_words_are_alike(one: str, other: str):
    """Spaces, punctuation and invisible characters make no other message."""
    assert likeness(message(one)) == likeness(message(other))


def test_other_words_are_not_alike():
    """Only equal text counts as «相同的文字»."""
    assert likeness(message("收到")) != likeness(message("没收到"))


def test_three_photos_of_one_name_are_not_alike():
    """Many cameras call every picture image.png."""
    photos = {
        likeness(
            message(
                "image.png",
                place=Place.FILE_NAME,
                msgtype="m.image",
                media=f"mxc://a/{n}",
            )
        )
        for n in range(3)
    }

    assert len(photos) == 3


def test_the_same_sticker_is_alike():
    """A sticker is its picture."""
    one, other = (
        message("wave", msgtype="m.sticker", media="mxc://a/wave") for _ in range(2)
    )

    assert likeness(one) == likeness(other)


def test_a_notice_and_a_text_of_the_same_words_are_alike():
    """``/me`` and notices are only another way to say it."""
    assert likeness(message("hi", msgtype="m.emote")) == likeness(message("hi"))


def test_a_lone_surrogate_is_no_trouble():
    """Whoever builds a Message by hand may have one."""
    assert likeness(message("hi", media="mxc://\ud800"))
