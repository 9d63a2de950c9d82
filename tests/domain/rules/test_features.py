"""Features: locations and voices are for those the policy names."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.events import RoomEvent, Unknown
from appservice.domain.house import Holder
from appservice.domain.people import Right
from appservice.domain.rule import Category, Context, Outcome, Step
from appservice.domain.rules.features import Settings, check
from tests.builders import NOON, ROOM, XIAOMING, author, message, reacted, state

USUAL = Settings()
LOCATION = message("我在这里", msgtype="m.location")
VOICE = replace(message("语音", msgtype="m.audio"), is_voice=True)
BEACON = Unknown(
    event_id=LOCATION.event_id,
    room_id=ROOM,
    sender=XIAOMING,
    sent_at=NOON,
    type="org.matrix.msc3672.beacon",
)
SHARING = state(type="m.beacon_info")


def by(*rights: Right) -> Context:
    return Context(author=author(rights=rights))


def test_where_a_pupil_is_stays_with_them():
    """A68; hidden at once, and the pupil is told why."""
    (violation,) = check(LOCATION, USUAL, by())

    assert violation.outcome is Outcome.REFUSE
    assert violation.step is Step.HINT
    assert violation.category is Category.FEATURE
    assert violation.clauses == ("A68",)


@pytest.mark.parametrize(
    ("event", "rights", "is_refused"),
    [
        (LOCATION, [Right.REVIEW], True),
        (LOCATION, [Right.STOP], False),
        (LOCATION, [Right.OVERSEE, Right.OWN], False),
        (message("x", msgtype="org.matrix.msc3488.location"), [], True),
        (BEACON, [Right.OWN], True),
        (SHARING, [Right.OWN], True),
        (VOICE, [], False),
        (message("歌", msgtype="m.audio"), [], False),
        (message("m.location"), [], False),
        (reacted("📍"), [], False),
        (state(), [], False),
    ],
)
def test_a_right_decides(event: RoomEvent, rights: list[Right], is_refused: bool):  # noqa: FBT001 (a table)
    assert bool(check(event, USUAL, by(*rights))) is is_refused


def test_a_school_may_do_without_voices():
    """A file of sound is none."""
    settings = Settings(voice=Holder.STOP)

    assert check(VOICE, settings, by())
    assert not check(VOICE, settings, by(Right.STOP))
    assert not check(message("歌", msgtype="m.audio"), settings, by())


@given(
    st.sampled_from([LOCATION, VOICE, BEACON, SHARING]),
    st.sampled_from(Holder),
    st.sets(st.sampled_from(Right)),
    st.sampled_from(Right),
)
def test_another_right_never_makes_a_violation(event, holder, rights, another):
    """More rights can only acquit."""
    settings = Settings(location=holder, live_location=holder, voice=holder)

    if not check(event, settings, by(*rights)):
        assert not check(event, settings, by(*rights, another))
