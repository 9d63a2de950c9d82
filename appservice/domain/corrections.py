"""How often something is put right before we stop and a person looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(hours=1)

AT_MOST: Final = 5
"""Times one state key is put right within ``WINDOW``; more is a quarrel."""

SOON: Final = timedelta(minutes=1)
"""When to look again at what is under way, should its echo never come."""

REPORT_EVERY: Final = timedelta(days=1)
"""Nobody is called more often about the same thing that we cannot put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was put right last at one state key."""

    digest: bytes
    """Of the content that was written."""
    status: str
    """Of the action, see ``store/outbox.py``."""
    times: int
    since: datetime
    """When the first of these times was."""
    last_at: datetime

    def is_recorded(self, digest: bytes) -> bool:
        """Whether this very thing was recorded and not done: the room is observed."""
        return self.status == "observed" and self.digest == digest

    def is_quarrel(self, *, at: datetime) -> bool:
        """Whether it was put right too often lately."""
        return self.times >= AT_MOST and at - self.since < WINDOW


def wait(
    before: Correction | None,
    digest: bytes,
    *,
    at: datetime,
    observes: bool = False,
    is_ours: bool = False,
) -> timedelta | None:
    """
    How long to wait before a difference is put right.

    Args:
        before: What was put right there last; None: nothing yet.
        digest: Of the content to be written now.
        at: Now.
        observes: Whether the room is observed: there a difference is recorded once.
        is_ours: Whether what is there is what we wrote, and only our wish has changed
            (a mute, a switch, the roster): that is no quarrel, however often.

    Returns:
        Zero: now. None: nothing is to be done until something changes.
    """
    if before is None:
        return timedelta()
    if before.status == "waiting":
        # What is to be something else meanwhile waits its turn behind it.
        return SOON if before.digest == digest else timedelta()
    if observes and before.is_recorded(digest):
        return None
    if before.digest == digest and before.status == "abandoned":
        # The homeserver said no; perhaps somebody gives us the right meanwhile.
        return max(before.last_at + WINDOW - at, timedelta())
    if before.status == "done" and not is_ours and before.is_quarrel(at=at):
        return max(before.since + WINDOW - at, SOON)
    return timedelta()
