"""Who stands how high."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.power_levels import Levels
from tests.road import BOT, KEEPER, PUPIL, TEACHER

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
