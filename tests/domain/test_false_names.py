"""What becomes of a false name: put right a few times, then read-only, never more."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.false_names import (
    HOUR,
    RUN,
    FalseName,
    is_read_only,
    next_step,
    noticed,
    righted,
)
from appservice.domain.house import NameMode, Names
from appservice.domain.ids import UserId

NOW = datetime(2026, 9, 7, tzinfo=UTC)
WHO = UserId("@li:school.test")
ENFORCE = Names(mode=NameMode.ENFORCE)
REMIND = Names(mode=NameMode.REMIND)
OFF = Names()


def step(row: FalseName, names: Names = ENFORCE, *, at=NOW, resembles_staff=False):
    return next_step(row, names, at=at, resembles_staff=resembles_staff)


def flip(before: FalseName | None, names: Names, *, at: datetime):
    """A name becomes false, and is put right where that is decided."""
    decided = step(noticed(before, WHO, at=at), names, at=at)
    row = decided.row
    if decided.put_right:
        after = righted(row, at=at)
        assert after is not None
        row = after
    return decided, row


def test_a_false_name_is_put_right_at_once():
    decided = step(noticed(None, WHO, at=NOW))

    assert decided.put_right
    assert not decided.remind
    assert not decided.read_only


def test_no_ping_pong_arises():
    """The fourth time within an hour it is left, and the bearer reminded."""
    row, put_right = None, []
    for second in range(6):
        decided, row = flip(row, ENFORCE, at=NOW + timedelta(seconds=second))
        put_right.append(decided.put_right)

    assert put_right == [True, True, True, False, False, False]
    assert decided.look_again is not None
    assert decided.look_again <= NOW + HOUR + timedelta(seconds=6)


def test_after_an_hour_it_is_put_right_again():
    row = None
    for second in range(4):
        decided, row = flip(row, ENFORCE, at=NOW + timedelta(seconds=second))
    assert row is not None
    decided = step(row, at=NOW + HOUR + timedelta(seconds=1))

    assert decided.put_right


def test_whoever_keeps_a_false_name_only_reads_after_the_grace():
    row = noticed(None, WHO, at=NOW)

    assert not is_read_only(row, ENFORCE, at=NOW + ENFORCE.grace - HOUR)
    assert is_read_only(row, ENFORCE, at=NOW + ENFORCE.grace)


def test_and_writes_again_as_soon_as_the_name_is_right():
    row = righted(noticed(None, WHO, at=NOW), at=NOW + ENFORCE.grace)

    assert row is not None
    assert not is_read_only(row, ENFORCE, at=NOW + ENFORCE.grace)


def test_a_day_with_the_right_name_ends_a_run():
    """Who tried it once in September is not read-only in December."""
    row = righted(noticed(None, WHO, at=NOW), at=NOW)
    later = NOW + RUN + timedelta(minutes=1)
    assert row is not None

    assert noticed(row, WHO, at=later).since == later
    assert noticed(row, WHO, at=NOW + HOUR).since == NOW
    assert righted(row, at=later) is None


def test_where_names_are_only_reminded_of_nothing_else_happens():
    row = noticed(None, WHO, at=NOW)
    first = step(row, REMIND)
    second = step(first.row, REMIND, at=NOW + HOUR)
    third = step(first.row, REMIND, at=NOW + REMIND.remind_every)

    assert (first.remind, second.remind, third.remind) == (True, False, True)
    assert not first.put_right
    assert not is_read_only(row, REMIND, at=NOW + REMIND.grace)


def test_a_teachers_name_is_put_right_in_every_mode_and_however_often():
    for names in (ENFORCE, REMIND, OFF):
        row = noticed(None, WHO, at=NOW)
        for _ in range(10):
            decided = step(row, names, resembles_staff=True)
            row = decided.row
            assert decided.put_right
    assert not step(noticed(None, WHO, at=NOW), OFF).put_right


@given(st.lists(st.integers(0, 7200), min_size=1, max_size=60))
def test_never_more_often_within_an_hour_than_the_policy_says(gaps):
    row, at, when = None, NOW, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        decided, row = flip(row, ENFORCE, at=at)
        if decided.put_right:
            when.append(at)

    for start in when:
        within = [each for each in when if start <= each < start + HOUR]
        assert len(within) <= ENFORCE.put_right_at_most


def test_what_nobody_can_write_for_the_bearer_is_only_reminded_of():
    row = noticed(None, WHO, at=NOW)
    decided = next_step(
        row, ENFORCE, at=NOW, resembles_staff=False, can_put_right=False
    )

    assert decided.remind
    assert not decided.put_right
    assert not decided.row.put_right
