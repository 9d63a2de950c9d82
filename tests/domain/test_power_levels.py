"""Who stands how high."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appservice.domain.ids import UserId
from appservice.domain.power_levels import DEFAULTS, Levels, Rows, with_levels
from tests import auth_rules
from tests.builders import TEACHER
from tests.builders import XIAOMING as PUPIL

BOT = UserId("@homeroom:school.example")
KEEPER = UserId("@homeroom_keeper:school.example")
STRANGER = UserId("@who:school.example")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def levels(content, *, version: str = "11", more: object = None) -> Levels:
    create = {"room_version": version, "additional_creators": more}
    return Levels.read(
        json.dumps(content).encode(), json.dumps(create).encode(), create_sender=BOT
    )


@given(anything, anything)
def test_anything_can_stand_in_the_events(content, create):
    read = Levels.read(
        json.dumps(content).encode(), json.dumps(create).encode(), create_sender=None
    )
    assert isinstance(read.outranks(PUPIL, BOT), bool)


def test_the_creators_of_room_version_12_stand_above_every_level():
    """MSC4289; the second one is the keeper."""
    read = levels({"users": {TEACHER: 100}}, version="12", more=[KEEPER])

    assert read.of(BOT) == read.of(KEEPER) == math.inf
    assert not read.outranks(TEACHER, BOT)


def test_in_older_versions_a_creator_has_the_level_that_is_written():
    assert levels({"users": {BOT: 50}}).of(BOT) == 50


def test_the_same_level_outranks_too():
    """Nobody acts on someone at or above them."""
    read = levels({"users": {BOT: 50, TEACHER: 50, PUPIL: 49}})

    assert read.outranks(TEACHER, BOT)
    assert not read.outranks(PUPIL, BOT)


def test_a_room_where_everybody_stands_alike_protects_nobody():
    assert not levels({}).outranks(PUPIL, BOT)


def test_levels_in_strings_count_as_old_rooms_have_them():
    assert levels({"users": {TEACHER: "100"}}).of(TEACHER) == 100


USERS = [BOT, KEEPER, TEACHER, PUPIL, STRANGER]
EVENTS = ["m.room.power_levels", "m.room.name", "m.sticker", "org.example.unknown"]
numbers = st.sampled_from([-1, 0, 30, 49, 50, 60, 99, 100, 150])
PLAIN = Rows()


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


contents = optional(
    **dict.fromkeys(DEFAULTS, numbers),
    users=st.dictionaries(st.sampled_from(USERS), numbers),
    events=st.dictionaries(st.sampled_from(EVENTS), numbers),
    notifications=st.dictionaries(st.sampled_from(["room", "org.example"]), numbers),
    historical=anything,
)
wishes = st.dictionaries(st.sampled_from(USERS), st.sampled_from([-1, 30, 60, 100]))
rows = st.builds(
    Rows,
    **dict.fromkeys(DEFAULTS, numbers),
    events=st.dictionaries(st.sampled_from(EVENTS), numbers),
    notifications=st.dictionaries(st.just("room"), numbers),
)
creator_sets = st.sampled_from([frozenset(), frozenset({KEEPER}), frozenset({BOT})])
"""Of an old room, a new one of somebody else, and one of ours."""


def put_right(
    content, *, users=None, rows=PLAIN, creators=frozenset(), left_alone=()
) -> dict[str, Any]:
    return with_levels(
        content,
        users=users or {},
        rows=rows,
        service=BOT,
        creators=creators,
        left_alone=lambda user: user in left_alone,
    )


def without_creators(
    content: dict[str, Any], creators: frozenset[UserId]
) -> dict[str, Any]:
    """No homeserver lets the content of such a room list them."""
    users = content.get("users", {})
    listed = {user: n for user, n in users.items() if user not in creators}
    return {**content, "users": listed}


@given(contents, wishes, rows, creator_sets)
@settings(max_examples=300)
def test_a_homeserver_accepts_what_is_written(content, users, rows, creators):
    """Else nothing in the room would ever be put right."""
    old = without_creators(content, creators)

    new = put_right(old, users=users, rows=rows, creators=creators)

    assert new == old or auth_rules.accepts_levels(old, new, BOT, creators)
    assert not creators & new["users"].keys()


@given(contents, wishes, rows, creator_sets)
def test_who_stands_at_or_above_the_service_is_never_touched(
    content, users, rows, creators
):
    """Neither they nor the service itself: it could not undo that."""
    own = auth_rules.level(content, BOT, creators)

    new = put_right(content, users=users, rows=rows, creators=creators)

    assert auth_rules.level(new, BOT, creators) == own
    for user, level in content.get("users", {}).items():
        if user not in creators and level >= own:
            assert new["users"][user] == level


@given(contents, wishes, rows, creator_sets)
def test_nobody_is_raised_to_the_service(content, users, rows, creators):
    own = auth_rules.level(content, BOT, creators)
    before = content.get("users", {})

    new = put_right(content, users=users, rows=rows, creators=creators)

    for user, level in new.get("users", {}).items():
        assert user == BOT or level < own or level == before[user]


@given(contents, wishes, rows, creator_sets)
def test_what_is_right_is_left_as_it_is(content, users, rows, creators):
    """Writing twice what was computed once would be a quarrel with ourselves."""
    new = put_right(content, users=users, rows=rows, creators=creators)

    assert put_right(new, users=users, rows=rows, creators=creators) == new


@given(contents, wishes, rows)
def test_keys_we_do_not_know_survive(content, users, rows):
    """The next version of the specification may have more of them."""
    new = put_right(content, users=users, rows=rows)

    for section in (content, content.get("events", {})):
        assert {"historical", "org.example.unknown"} & section.keys() <= {
            *new,
            *new.get("events", {}),
        }
    assert new.get("historical") == content.get("historical")
    before = content.get("notifications", {}).get("org.example")
    assert new.get("notifications", {}).get("org.example") == before


@given(contents, wishes, rows)
def test_the_service_can_write_again(content, users, rows):
    """No wish locks it out of a room."""
    may = auth_rules.may_send(content, "m.room.power_levels", BOT)

    new = put_right(content, users=users, rows=rows)

    assert auth_rules.may_send(new, "m.room.power_levels", BOT) == may


@given(anything, anything)
def test_levels_are_computed_of_any_content(value, other):
    content = {"users": value, "events": other, "kick": value, "users_default": other}

    assert put_right(content, creators=frozenset({BOT}), users={TEACHER: 60})


def test_those_with_a_right_are_listed_and_nobody_else():
    content = {"users": {BOT: 100, PUPIL: 50, KEEPER: 20, STRANGER: 0}}

    new = put_right(content, users={TEACHER: 60}, left_alone={KEEPER})

    assert new == {"users": {BOT: 100, TEACHER: 60, KEEPER: 20, STRANGER: 0}}


def test_what_a_default_says_already_is_not_written():
    content = {"users": {BOT: 100}}
    assert put_right(content, rows=Rows(invite=0, notifications={})) == content
    assert put_right(content, rows=Rows(invite=60)) == {**content, "invite": 60}


def test_old_levels_in_strings_are_numbers():
    """They are written as such only where something else is put right."""
    content = {"users": {BOT: "100", TEACHER: "60"}, "kick": "50"}

    assert put_right(content, users={TEACHER: 60}) == content
    assert put_right(content) == {"users": {BOT: 100}, "kick": 50}


def test_a_service_that_may_not_change_levels_leaves_them():
    content = {"users": {BOT: 40, TEACHER: 100, PUPIL: 30}}
    assert put_right(content, users={PUPIL: 10}) == content


def test_in_a_room_where_everybody_stands_high_the_service_stays():
    """Lowering the default would otherwise lower the service with it."""
    new = put_right({"users_default": 100})
    assert new == {"users_default": 0, "users": {BOT: 100}}


def test_a_creator_of_version_12_commands_every_level():
    """Tombstones need 150 there, which nobody has."""
    content = {"users": {TEACHER: 150}, "events": {"m.room.tombstone": 150}}

    new = put_right(
        content, users={TEACHER: 60}, creators=frozenset({BOT}), rows=Rows(kick=60)
    )

    assert new["users"] == {TEACHER: 60}
    assert new["events"] == {"m.room.tombstone": 150}


@pytest.mark.parametrize("raw", [None, b"", b"[", b"[]", b"[" * 100_000])
def test_an_event_that_is_not_json_says_nothing(raw):
    assert Levels.read(raw, raw).of(PUPIL) == 0
