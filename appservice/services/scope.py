"""Scope: what of a room is looked at, and on what occasion."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from appservice.domain.ids import EventId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What of a room is to be looked at."""

    types: Collection[str] | None = None
    """Of state events; None: all."""
    names: Collection[UserId] | None = None
    """Members whose names to look at; None: all."""
    fresh: Collection[EventId] = ()
    """Events that have just happened: their senders are told what became of them."""
    is_commanded: bool = False
    """Whether a person has just asked for it: no quarrel of others puts that off."""


EVERYTHING: Final = Scope()
COMMANDED: Final = Scope(is_commanded=True)
