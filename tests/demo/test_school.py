"""The sample school, as it is told to clients and to Homeroom."""

from appservice import policies
from appservice.demo import school
from appservice.domain import roster
from appservice.domain.ids import UserId
from appservice.domain.names import NameBook


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
        assert set(room.levels) <= set(room.members)
    assert set(school.CALLED) <= localparts


def test_everybody_is_called_and_stands_as_the_policies_say():
    """The day waits for these names and levels; Homeroom computes them."""
    people = roster.read(school.ROSTER)
    by_id = {person.user_id: person for person in people}
    accounts = {who.localpart: who.user_id for who in school.everybody()}
    kinds = policies.load_all(None)

    for room in school.ROOMS:
        policy = kinds[room.kind]
        book = NameBook(
            policy=policy, scope=room.scope, people={each.id: each for each in people}
        )
        members = {name: by_id[UserId(accounts[name])] for name in room.members}
        names = {name: book.forms(person)[0] for name, person in members.items()}
        levels = {
            name: policy.levels.of(policy.rights_of(person, scope=room.scope))
            for name, person in members.items()
        }
        assert names == room.names
        assert {name: n for name, n in levels.items() if n} == room.levels
