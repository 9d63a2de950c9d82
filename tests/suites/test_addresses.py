"""Links and identifiers are for the rule on links: no word is looked for in them."""

import pytest

from appservice import lexicons

ADDRESSES = (
    "https://www.xuexi.cn/lgpage/detail/index.html?id=123",
    "学习资料 https://www.xuexi.cn/shabi/index.html 请看",
    "mxc://matrix.org/hongbaoDuBoLaji",
    "@shabi:localhost 早上好",
    "!caonima:school.cn",
    "https://pan.baidu.com/s/1seqing_laji8",
    "资料在 www.xuexi.com/bocai",
)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_holds_no_words(text: str):
    """Letters of an address come about by chance."""
    assert lexicons.load().hits(text) == ()


def test_a_word_does_not_hide_behind_a_domain():
    """«fuck.cc» is meant to be read, not to be opened."""
    assert lexicons.load().hits("you are a fuck.cc")
