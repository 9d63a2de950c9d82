"""
What becomes of a false name: put right, reminded, read-only (B1-29, B1-47, B3-05).

Deviations are counted, never our own renames: a name that is accepted is no deviation.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from appservice.domain.house import NameMode, Names
from appservice.domain.ids import UserId

HOUR: Final = timedelta(hours=1)

RUN: Final = timedelta(days=1)
"""A name that was right for so long ends a run of false ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseName:
    """A member whose name is not, or was lately not, what it should be."""

    user_id: UserId
    is_false: bool
    since: datetime
    """When the run of false names began."""
    last_at: datetime
    """When it last became false, or right again."""
    put_right: tuple[datetime, ...] = ()
    """When we put it right, within the last hour."""
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done about a false name now."""

    row: FalseName
    """To be remembered."""
    put_right: bool = False
    remind: bool = False
    read_only: bool = False
    look_again: datetime | None = None
    """When the next step is due, should nothing happen before."""


def noticed(before: FalseName | None, user_id: UserId, *, at: datetime) -> FalseName:
    """Take note that a name is false."""
    if before is not None and before.is_false:
        return before
    if before is None or at - before.last_at > RUN:
        return FalseName(user_id=user_id, is_false=True, since=at, last_at=at)
    return replace(before, is_false=True, last_at=at)


def righted(before: FalseName, *, at: datetime) -> FalseName | None:
    """Take note that a name is right; None: nothing need be remembered any more."""
    if before.is_false:
        return replace(before, is_false=False, last_at=at)
    return None if at - before.last_at > RUN else before


def next_step(
    row: FalseName,
    names: Names,
    *,
    at: datetime,
    resembles_staff: bool,
    can_put_right: bool = True,
) -> Step:
    """
    Decide what is to be done about a name that is false now.

    Args:
        row: As ``noticed`` returned it.
        names: What the policy wants.
        at: Now.
        resembles_staff: Whether it looks like the name of somebody who works here:
            that is put right in every mode, and however often (a pupil must not speak
            as a teacher for even an hour).
        can_put_right: Whether anything can be done; else the bearer is reminded.
    """
    lately = tuple(each for each in row.put_right if at - each < HOUR)
    enforces = names.mode is NameMode.ENFORCE
    puts_right = can_put_right and (
        resembles_staff or (enforces and len(lately) < names.put_right_at_most)
    )
    reminds = names.mode is not NameMode.OFF and (
        row.reminded_at is None or at - row.reminded_at >= names.remind_every
    )
    row = replace(
        row,
        put_right=(*lately, at) if puts_right else lately,
        reminded_at=at if reminds or puts_right else row.reminded_at,
    )
    return Step(
        row=row,
        put_right=puts_right,
        remind=reminds and not puts_right,
        read_only=is_read_only(row, names, at=at),
        look_again=_look_again(row, names, at=at),
    )


def is_read_only(row: FalseName, names: Names, *, at: datetime) -> bool:
    """Whether somebody may only read until their name is right."""
    enforces = names.mode is NameMode.ENFORCE
    return enforces and row.is_false and at - row.since >= names.grace


def _look_again(row: FalseName, names: Names, *, at: datetime) -> datetime | None:
    """When a budget is full again, a reminder is due, or the grace ends."""
    if names.mode is NameMode.OFF:
        return None
    times = [row.since + names.grace]
    if row.put_right:
        times.append(min(row.put_right) + HOUR)
    if row.reminded_at is not None:
        times.append(row.reminded_at + names.remind_every)
    return min((each for each in times if each > at), default=None)
