"""The lexicon: words are found through disguise, and innocent words are not."""

from collections.abc import Callable

import pytest

from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.patterns import Pattern
from appservice.domain.text import View

WORDS = Lexicon(
    [
        WordList(name="abuse", words=("傻逼", "滚出去吧", "fuck", "shut up")),
        WordList(name="vulgar_mild", words=("逼",), allowed=("逼真", "傻逼虫")),
    ]
)


def abuse(text: str) -> list[tuple[str, bool]]:
    """What is found of the list «abuse»."""
    return [
        (hit.found, hit.is_sure) for hit in WORDS.hits(text) if hit.list_name == "abuse"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("你是傻逼", "傻逼"),
        ("傻 逼", "傻 逼"),
        ("你傻*逼啊", "傻*逼"),
        ("你 傻😀逼 啊", "傻😀逼"),
        ("你傻\u200b逼啊", "傻\u200b逼"),
        ("滚 出 去 吧你", "滚 出 去 吧"),
        ("FUCK!", "FUCK"),
        ("you f.u.c.k", "f.u.c.k"),
        ("fuuuuuck", "fuuuuuck"),
        ("你fuck我", "fuck"),
        ("SHUT   UP", "SHUT   UP"),
    ],
)
def test_a_word_is_found_as_it_was_written(text: str, found: str):
    """The evidence shows the original characters."""
    assert abuse(text) == [(found, True)]


@pytest.mark.parametrize("text", ["你真傻 逼我去", "你真傻(逼我去", "真傻😀逼我"])
def test_characters_that_may_have_met_by_chance_are_unsure(text: str):
    """Two words with a space between them are not one word for certain."""
    assert [sure for _, sure in abuse(text)] == [False]


@pytest.mark.parametrize(
    "text", ["真傻。逼我去", "真傻,逼我去", "classfuck", "傻逼虫", "shut upward", ""]
)
def test_what_is_no_word_is_not_found(text: str):
    """Sentences end, Latin words are whole, allowed words are allowed."""
    assert abuse(text) == []


def test_an_allowed_word_covers_only_itself():
    """«傻逼虫» does not excuse the next one."""
    assert abuse("傻逼虫傻逼") == [("傻逼", True)]


def test_every_list_is_looked_for():
    """A word within a word of another list is no less said."""
    assert {hit.list_name for hit in WORDS.hits("傻逼")} == {"abuse", "vulgar_mild"}


def test_an_empty_lexicon_finds_nothing():
    """A school may do without word lists."""
    assert Lexicon().hits("傻逼") == ()


def test_a_word_that_folds_to_nothing_is_left_out():
    """An invisible line in a list must not match everything."""
    assert Lexicon([WordList(name="abuse", words=("\u200b",))]).hits("你好") == ()


@pytest.mark.parametrize("text", ["傻逼", "f ", "傻 逼", "_", "a", "a ", "傻 ", "逼真"])
def test_the_worst_event_is_searched_at_once(
    text: str, processor_time: Callable[[], float]
):
    """No text makes the search slower than its length."""
    long = text * (65536 // len(text.encode()))

    started = processor_time()
    WORDS.hits(long)

    assert processor_time() - started < 0.5


def test_a_hit_says_which_view_showed_it():
    """A person who decides sees how the text had to be looked at."""
    views = {
        hit.view for text in ("傻逼", "傻 逼", "你个沙碧") for hit in WORDS.hits(text)
    }

    assert views == {View.FOLDED, View.SQUEEZED, View.HEARD}


@pytest.mark.parametrize("text", ["你个沙碧", "沙碧", "shabi", "傻弊", "kcuf"])
def test_what_only_sounds_or_is_turned_is_never_sure(text: str):
    """A homophone is for a person to look at."""
    assert {sure for _, sure in abuse(text)} == {False}


@pytest.mark.parametrize("text", ["莎比亚", "啥笔都行", "傻子比赛", "爱做家务"])
def test_two_syllables_mean_nothing_by_themselves(text: str):
    """«啥笔» sounds like many things."""
    assert abuse(text) == []


def test_what_is_excused_does_not_hide_what_is_not():
    """The second red packet is no longer a notice."""
    lexicon = Lexicon(
        [
            WordList(
                name="red_packet",
                words=("抢红包",),
                patterns=(Pattern(text="发.{0,3}红包"),),
                allowed_patterns=(Pattern(text="严禁[^。]{0,20}"),),
            )
        ]
    )

    assert lexicon.hits("严禁发红包、抢红包") == ()
    assert [hit.found for hit in lexicon.hits("严禁发红包。我发个红包")] == ["发个红包"]
    assert [hit.found for hit in lexicon.hits("严禁抢红包。抢红包")] == ["抢红包"]


def test_an_allowed_word_is_allowed_in_every_view():
    """«体操你妈妈» sounds like itself."""
    lexicon = Lexicon(
        [WordList(name="vulgar", words=("操你妈",), allowed=("体操你妈妈",))]
    )

    assert lexicon.hits("广播体操你妈妈看了吗") == ()
    assert lexicon.hits("操你妈妈") != ()


def test_a_doubtful_word_is_never_sure():
    """It may be meant otherwise."""
    lexicon = Lexicon([WordList(name="abuse", doubtful=("舔狗",))])

    assert [hit.is_sure for hit in lexicon.hits("舔狗")] == [False]
