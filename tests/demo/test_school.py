"""The sample school, as it is told to clients and to Homeroom."""

from appservice import policies
from appservice.demo import school
from appservice.domain import roster


def test_the_roster_has_no_mistakes_and_enough_people():
    """It is what `homeroom roster import` reads."""
    assert len(roster.read(school.ROSTER)) >= 14


def test_guardians_are_called_by_their_child():
    """As in every class: 李明妈妈."""
    names = {who.localpart: who.name for who in school.everybody()}

    assert names["zhaolihua"] == "李明妈妈"
    assert names["wangfang"] == "王芳"


def test_every_room_is_of_a_kind_we_know_and_of_people_we_have():
    localparts = {who.localpart for who in school.everybody()}
    kinds = policies.load_all(None)

    for room in school.ROOMS:
        assert room.kind in kinds
        assert set(room.members) <= localparts
        assert set(room.moderators) <= set(room.members)
