"""The two kinds of failure that matter to a caller: try later, and never."""

from datetime import timedelta


class MatrixFailure(Exception):
    """A request to the homeserver did not do what was asked."""


class Unavailable(MatrixFailure):
    """
    Try later: the network, a 5xx, a 429.

    Attributes:
        retry_after: How long the homeserver asked us to wait; None: it did not say.
        is_limited: Whether it was a 429; it then did nothing, and holds for the room.
        is_away: Whether there was nobody to ask: no fault of what was asked.
        maybe_done: Whether the request may have had its effect all the same.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        is_limited: bool = False,
        is_away: bool = False,
        maybe_done: bool = True,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_limited = is_limited
        self.is_away = is_away
        self.maybe_done = maybe_done


class Refused(MatrixFailure):
    """Never: the homeserver understood and says no (403, 404, other 4xx)."""

    def __init__(self, message: str, *, status: int, errcode: str) -> None:
        super().__init__(message)
        self.status = status
        self.errcode = errcode


class Outdated(MatrixFailure):
    """
    What was to be put right has changed meanwhile; it must be looked at anew.

    Attributes:
        event: The state event that is there now, as the homeserver gave it; None: none.
    """

    def __init__(self, event: dict[str, object] | None) -> None:
        super().__init__("the state has changed meanwhile")
        self.event = event
