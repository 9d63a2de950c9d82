"""Remembering the last answer, for rules that ask the same of the same event."""

from collections.abc import Callable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
With = TypeVar("With")
Answer = TypeVar("Answer")


class LastAnswer(Generic[Asked, With, Answer]):
    """
    A pure function of two values that remembers its last answer.

    Some forty rules look at each event; what several of them need is worked out once.
    Compared is by identity: hashing an event would take longer than most rules do.
    """

    __slots__ = ("_function", "_last")

    def __init__(self, function: Callable[[Asked, With], Answer]) -> None:
        self._function = function
        self._last: tuple[Asked, With, Answer] | None = None

    def __call__(self, asked: Asked, with_: With) -> Answer:
        """Answer again, or as before where both values are the very same."""
        last = self._last
        if last is not None and last[0] is asked and last[1] is with_:
            return last[2]
        answer = self._function(asked, with_)
        # One assignment: whoever reads it meanwhile reads a whole answer.
        self._last = (asked, with_, answer)
        return answer
