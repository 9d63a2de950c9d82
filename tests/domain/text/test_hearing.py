"""Hearing: characters and pinyin of one sound are one."""

import pytest

from appservice.domain.text import IS_HEARD, hear
from appservice.domain.text.readings import READINGS, SYLLABLES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("操你妈", "caonima"),
        ("操你妈", "cao ni ma"),
        ("傻逼", "sha逼"),
        ("香港", "xianggang"),
        ("法轮功", "发伦工"),
    ],
)
def test_one_sound_is_one(one: str, other: str):
    """However it is written."""
    assert hear(one) == hear(other)
    assert IS_HEARD.fullmatch(hear(one))


@pytest.mark.parametrize("word", ["hello", "shit", "made in", "ok", "b", "1234", ""])
def test_what_is_no_pinyin_stays(word: str):
    """English is not read as pinyin where it cannot be, or is a common word."""
    assert hear(word) == word


def test_every_character_has_one_syllable():
    """The table holds the characters of GB 2312 once each."""
    assert len(READINGS) > 6700
    assert 380 < len(SYLLABLES) < 420
    assert READINGS["逼"] == "bi"
    assert READINGS["绿"] == "lv"
