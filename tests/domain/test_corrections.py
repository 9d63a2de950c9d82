"""How often something is put right before a person must look."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.corrections import AT_MOST, SOON, WINDOW, Correction, wait

NOW = datetime(2026, 9, 7, tzinfo=UTC)


def correction(status: str = "done", *, times: int = 1, ago: float = 60) -> Correction:
    at = NOW - timedelta(seconds=ago)
    return Correction(digest=b"a", status=status, times=times, since=at, last_at=at)


def test_the_first_time_is_now():
    assert wait(None, b"a", at=NOW) == timedelta()


def test_what_was_put_right_and_changed_again_is_put_right_again():
    assert wait(correction(), b"a", at=NOW) == timedelta()


def test_what_is_under_way_is_not_written_twice():
    """Its echo brings us back; should that be lost, the clock does."""
    assert wait(correction("waiting"), b"a", at=NOW) == SOON


def test_what_should_be_something_else_by_now_does_not_wait_a_minute():
    """A mute ends while its level is still being written, perhaps after a crash."""
    assert wait(correction("waiting"), b"b", at=NOW) == timedelta()


def test_in_an_observed_room_one_difference_is_recorded_once():
    assert wait(correction("observed"), b"a", at=NOW, observes=True) is None
    assert wait(correction("observed"), b"b", at=NOW, observes=True) == timedelta()


def test_what_was_only_recorded_is_put_right_once_the_room_is_no_longer_observed():
    """Else no room that was ever observed would be kept: adoption begins so."""
    assert wait(correction("observed"), b"a", at=NOW) == timedelta()


def test_what_the_homeserver_refused_is_tried_again_after_an_hour():
    assert wait(correction("abandoned"), b"a", at=NOW) == WINDOW - timedelta(minutes=1)
    assert wait(correction("abandoned"), b"b", at=NOW) == timedelta()


def test_a_quarrel_ends_with_us_keeping_still():
    """Two who put back each other's changes for ever help nobody."""
    quarrel = correction(times=AT_MOST)

    assert wait(quarrel, b"a", at=NOW) == WINDOW - timedelta(minutes=1)
    assert wait(correction(times=AT_MOST - 1), b"a", at=NOW) == timedelta()


@pytest.mark.parametrize("status", ["done", "waiting", "abandoned", "outdated"])
@given(ago=st.floats(0, 10_000), times=st.integers(1, 99))
def test_nothing_is_put_off_for_longer_than_the_window(status, ago, times):
    waits = wait(correction(status, times=times, ago=ago), b"a", at=NOW)

    assert waits is not None
    assert timedelta() <= waits <= WINDOW


def test_what_we_want_otherwise_ourselves_is_no_quarrel():
    """Six mutes within an hour are six mutes."""
    many = correction(times=AT_MOST)

    assert wait(many, b"b", at=NOW, is_ours=True) == timedelta()
    assert wait(many, b"b", at=NOW) != timedelta()
