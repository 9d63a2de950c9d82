"""Copies: the same in several rooms, and nothing that everybody says anyhow."""

from datetime import timedelta

from appservice.domain.ids import RoomId
from appservice.services.copies import Copies
from tests.builders import NOON, message

NOTICE = "三班的王小雨转学了，家里情况是这样的"
OTHER = RoomId("!other")
THIRD = RoomId("!third")


def test_the_other_rooms_with_the_same_message_are_counted():
    """B1-46: what is shared in one room is not passed on into others."""
    copies = Copies()

    assert copies.elsewhere(message(NOTICE), OTHER) == 0
    assert copies.elsewhere(message(f"{NOTICE}！"), THIRD) == 1
    assert copies.elsewhere(message(NOTICE), OTHER) == 1
    assert copies.elsewhere(message(NOTICE), RoomId("!fourth")) == 2


def test_what_everybody_says_is_no_copy():
    copies = Copies()
    copies.elsewhere(message("大家早上好"), OTHER)

    assert copies.elsewhere(message("大家早上好"), THIRD) == 0


def test_the_same_picture_is_a_copy_whatever_stands_beside_it():
    copies = Copies()
    picture = message("", media="mxc://s/a", msgtype="m.image")
    copies.elsewhere(picture, OTHER)

    assert copies.elsewhere(picture, THIRD) == 1


def test_after_a_day_it_is_no_longer_lately():
    copies = Copies()
    copies.elsewhere(message(NOTICE), OTHER)
    later = message(NOTICE, sent_at=NOON + timedelta(days=1))

    assert copies.elsewhere(later, THIRD) == 0
