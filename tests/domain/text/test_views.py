"""Views: each shows something, and what it shows is found in what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.text import View, Views

MIXED = st.text(
    "傻逼操你妈弓虽女干🐎ab1fuckɐɔ *.\n(sha)\u200b\u0301Ａ一三八０", max_size=40
)


@pytest.mark.parametrize(
    ("text", "view", "shown"),
    [
        ("傻 逼", View.SQUEEZED, "傻逼"),
        ("弓虽女干", View.RESPELLED, "强奸"),
        ("草泥🐎", View.RESPELLED, "草泥马"),
        ("傻(shǎ)逼", View.RESPELLED, "傻逼"),
        ("一三八 零零一三-八零零零", View.RESPELLED, "13800138000"),
        ("傻傻逼逼", View.SINGLED, "傻逼"),
        ("sh1t", View.PLAINEST, "shit"),
        ("fuuck", View.UNDOUBLED, "fuck"),
        ("傻\n\n逼", View.STACKED, "傻逼\n"),
        ("傻孩子\n逼着我", View.ACROSTIC, "傻逼"),
        ("逼傻", View.REVERSED, "傻逼"),
        ("ʞɔnɟ", View.TURNED, "fuck"),
    ],
)
def test_a_view_shows_what_is_meant(text: str, view: View, shown: str):
    """Each disguise has the view that takes it off."""
    assert Views(text).shown[view] == shown


def test_an_ordinary_text_has_few_views():
    """What shows nothing new is not looked through."""
    assert set(Views("明天交作业").shown) == {View.FOLDED, View.REVERSED, View.HEARD}


def test_what_sounds_alike_is_heard_alike():
    """Other characters, and pinyin."""
    heard = {
        Views(text).shown[View.HEARD] for text in ("傻逼", "沙比", "shabi", "sha bi")
    }

    assert len(heard) == 1


@given(MIXED | st.text(max_size=40))
def test_every_place_of_a_view_stands_for_a_place_of_the_text(text: str):
    """The way back never leads out of the text, whatever was written."""
    views = Views(text)

    for view, shown in views.shown.items():
        for at in range(len(shown)):
            start, end = views.span_of_folded(view, at, at + 1)
            assert 0 <= start < end <= len(views.folded)
            assert views.written(start, end) in text


@given(MIXED)
def test_what_is_folded_is_found_where_it_was_written(text: str):
    """Evidence is what was written, not what we made of it."""
    views = Views(text)

    for at, character in enumerate(views.folded):
        written = views.written(at, at + 1)
        assert character in Views(written).folded
