"""What a room is, as folded from its events."""

import json
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.ids import UserId
from appservice.domain.room_state import KEPT, RoomState
from tests.builders import TEACHER
from tests.builders import XIAOMING as PUPIL

BOT = UserId("@homeroom:school.example")
KEEPER = UserId("@homeroom_keeper:school.example")

Row = tuple[str, str, str, str, bytes]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def row(
    type_: str,
    content: object,
    *,
    key: str = "",
    event_id: str = "$1",
    sender: str = BOT,
) -> Row:
    return (type_, key, event_id, sender, json.dumps(content).encode())


def member(
    user: str, membership: str = "join", name: str = "李明", *, event_id: str = "$1"
) -> Row:
    content = {"membership": membership, "displayname": name}
    return row("m.room.member", content, key=user, event_id=event_id, sender=user)


def test_the_state_is_what_was_said_last():
    state = RoomState.read([row("m.room.name", {"name": "一"}, event_id="$1")])

    state.fold("m.room.name", "", "$2", TEACHER, {"name": "二"})

    assert state.content("m.room.name") == {"name": "二"}
    assert state.event_id("m.room.name") == "$2"
    assert state.sender("m.room.name") == TEACHER
    assert state.content("m.room.topic") is None
    assert state.event_id("m.room.topic") is None
    assert state.sender("m.room.topic") is None


def test_members_are_those_with_a_standing():
    """Who left is none, and keeps no memory."""
    state = RoomState.read([member(PUPIL), member(TEACHER, "invite", event_id="$2")])

    assert state.members[PUPIL].displayname == "李明"
    assert state.members[TEACHER].membership == "invite"
    assert state.members[TEACHER].event_id == "$2"

    state.fold(*member(PUPIL, "leave"))
    assert list(state.members) == [TEACHER]


def test_the_creators_of_version_12_have_no_level():
    create = {"room_version": "12", "additional_creators": [KEEPER, 7]}
    levels = {"users": {PUPIL: 50}}

    state = RoomState.read(
        [row("m.room.create", create), row("m.room.power_levels", levels)]
    )

    assert state.version == "12"
    assert state.creators == {BOT, KEEPER}
    assert state.levels.of(BOT) == math.inf
    assert state.levels.of(PUPIL) == 50


def test_levels_follow_the_event():
    state = RoomState.read([row("m.room.power_levels", {"users": {PUPIL: 50}})])
    assert state.levels.of(PUPIL) == 50

    state.fold(*row("m.room.power_levels", {}))
    assert state.levels.of(PUPIL) == 0


@pytest.mark.parametrize("version", [None, 12, "11", "org.matrix.hydra.11", "9" * 5000])
def test_in_other_versions_nobody_stands_above_all(version):
    state = RoomState.read([row("m.room.create", {"room_version": version})])
    assert state.creators == frozenset()


@pytest.mark.parametrize(
    "content", [b"", b"[", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a": 1e999}']
)
def test_what_is_malformed_counts_as_absent(content):
    state = RoomState.read(
        [
            ("m.room.power_levels", "", "$1", BOT, content),
            ("m.room.member", PUPIL, "$2", PUPIL, content),
        ]
    )
    assert not state.content("m.room.power_levels")
    assert not state.members


def test_a_broken_letter_costs_only_itself():
    """No action can hold a lone surrogate, and Postgres neither."""
    state = RoomState.read([("m.room.name", "", "$1", BOT, b'{"name": "a\\ud800b"}')])
    assert state.content("m.room.name") == {"name": "a?b"}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*sorted(KEPT), "m.room.member", "org.example"]),
            st.sampled_from(["", PUPIL]),
            anything
            | st.dictionaries(
                st.sampled_from(["room_version", "additional_creators", "users"]),
                anything,
            ),
        )
    )
)
def test_anything_can_be_folded(events):
    state = RoomState.read(
        row(type_, content, key=key) for type_, key, content in events
    )
    assert state.levels.of(PUPIL) is not None


@given(st.lists(st.tuples(st.sampled_from([PUPIL, TEACHER]), st.booleans())))
def test_folding_twice_changes_nothing(joins):
    rows = [member(user, "join" if here else "leave") for user, here in joins]

    once, twice = RoomState.read(rows), RoomState.read([*rows, *rows])

    assert once.members == twice.members


def test_a_name_is_kept_only_as_far_as_it_can_be_right():
    state = RoomState.read([member(PUPIL, name="啊" * 60_000)])
    assert len(state.members[PUPIL].displayname or "") == 1000


def test_a_large_room_is_read_in_a_moment(
    record_property, processor_time: Callable[[], float]
):
    users = {f"@pupil{n}:school.test": 0 for n in range(500)}
    rows = [
        row("m.room.power_levels", {"users": users}),
        *(member(user, event_id=f"${user}") for user in users),
    ]

    before = processor_time()
    state = RoomState.read(rows)
    took = processor_time() - before

    record_property("ms", took * 1000)
    assert len(state.members) == 500
    assert took < 0.1
