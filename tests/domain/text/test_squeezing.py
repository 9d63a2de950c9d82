"""Squeezing: what was pulled apart is put together, sentences are not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.text import fold, places, squeeze


@pytest.mark.parametrize(
    ("folded", "squeezed"),
    [
        ("傻 逼", "傻逼"),
        ("傻*_*逼", "傻逼"),
        ("傻😀逼", "傻逼"),
        ("傻-b", "傻b"),
        ("f u c k", "fuck"),
        ("f.u.c.k you", "fuck you"),
        ("你 f*u*c*k", "你fuck"),
        ("shut  --  up", "shut up"),
        ("fuuuuck", "fuck"),
    ],
)
def test_what_was_pulled_apart_is_put_together(folded: str, squeezed: str):
    """Spaces, symbols and repeated letters are no disguise."""
    assert squeeze(folded) == squeezed


@pytest.mark.parametrize(
    "folded",
    ["真傻。逼我", "真傻,逼我", "真傻\n逼我", "a b", "good book", "老师好", "12 34"],
)
def test_what_belongs_apart_stays_apart(folded: str):
    """The end of a sentence, a comma and a line mean something."""
    assert squeeze(folded) is None


@given(st.text("傻逼ab *😀.,\n_1"))
@example("1. 1")
def test_every_squeezed_character_has_its_place(text: str):
    """The places are those of the very characters that were kept."""
    folded = fold(text)
    squeezed = squeeze(folded) or folded

    kept = places(folded)

    assert len(kept) == len(squeezed)
    assert all(squeezed[n] in (folded[place], " ") for n, place in enumerate(kept))
