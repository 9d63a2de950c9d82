"""Folding: the disguise comes off, and folding twice changes nothing more."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.text import LONGEST, fold, span_before_folding


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ＦＵＣＫ", "fuck"),
        ("傻\u200b逼", "傻逼"),
        ("傻\u00ad逼", "傻逼"),
        ("傻\u3164逼", "傻逼"),
        ("傻\ufe0f逼", "傻逼"),
        ("傻\U000e0041逼", "傻逼"),
        ("傻\u2800逼", "傻 逼"),
        ("f\u0301\u0302uck", "fuck"),
        ("fuсk", "fuck"),  # with a Cyrillic letter
        ("𝓯𝓾𝓬𝓴", "fuck"),
        ("🅵🅤🅒🅺"[0] + "uck", "fuck"),
        ("ⓕⓤⓒⓚ", "fuck"),
        ("軟體", "软体"),
        ("٣３③", "333"),
        ("ẞ", "ss"),
        ("a\r\nb\u2028c", "a\n\nb\nc"),
        ("a\u3000b", "a b"),
        ("\x00\ud800a", "a"),
    ],
)
def test_a_disguise_comes_off(written: str, meant: str):
    """What looks the same is the same."""
    assert fold(written) == meant


@given(st.text())
@example("ﷺ" * 5000)
@example("İ")
@example("\u0345")
def test_folding_twice_is_folding_once(text: str):
    """A folded text consists of characters that fold to themselves."""
    assert fold(fold(text)) == fold(text)


def test_every_letter_of_unicode_folds_to_the_end():
    """No chain of mappings is longer than what we follow."""
    blocks = "".join(map(chr, [*range(0x3400), *range(0xA000, 0x20000)]))
    for start in range(0, len(blocks), 1000):
        folded = fold(blocks[start : start + 1000])
        assert fold(folded) == folded


@pytest.mark.parametrize("character", ["\ufdfa", "\u0301", "\u200b", "İ", "㌀", "a"])
def test_the_worst_event_is_folded_at_once(
    character: str, processor_time: Callable[[], float]
):
    """64 KiB of what swells or hides cost no more than other text."""
    text = character * (LONGEST // len(character.encode()))
    fold(character)

    started = processor_time()
    folded = fold(text)

    assert processor_time() - started < 0.1
    assert len(folded) <= LONGEST


@given(st.text(max_size=30), st.data())
def test_a_span_of_the_folded_text_is_found_in_the_original(text: str, data):
    """Evidence is what was written, not what we made of it."""
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded)))
    end = data.draw(st.integers(start, len(folded)))

    first, last = span_before_folding(text, start, end)

    assert folded[start:end] in fold(text[first:last])
