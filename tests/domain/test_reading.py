"""What an event says, each text once."""

from appservice.domain.events import Place
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.reading import hits, said
from tests.builders import member, message


def test_what_stands_twice_is_read_once():
    assert [text.value for text in said(message("一", "二", "一"))] == ["一", "二"]


def test_of_those_who_leave_only_the_reason_is_read():
    assert said(member("名字", membership="leave")) == ()
    assert said(member("名字"))[0].place is Place.DISPLAY_NAME


def test_the_surest_word_of_each_list_is_kept():
    lexicon = Lexicon([WordList(name="abuse", words=("傻逼",))])
    found = hits(message("你真傻 逼我去", "傻逼"), lexicon)

    assert found["abuse"][0].is_sure
    assert hits(message("好"), lexicon) == {}
