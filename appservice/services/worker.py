"""Loops: each does its next thing, waits where there is none, and survives anything."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Final

from appservice.services.bell import Bell
from appservice.store.pool import is_away

log = logging.getLogger(__name__)

POLL: Final = 3.0
"""Seconds after which a loop looks even if nobody rang."""

SOONEST: Final = 0.02


async def keep_doing(
    name: str,
    do_next: Callable[[], Awaitable[object]],
    bell: Bell,
    *,
    seconds_to_next: Callable[[], Awaitable[float | None]] | None = None,
) -> None:
    """
    Call ``do_next`` for as long as it does something, then wait; until cancelled.

    Args:
        name: For the log.
        do_next: Returns something false where there was nothing to do.
        bell: What ends the wait.
        seconds_to_next: Asked before a wait; when something will be due by itself.
    """
    wait = 0.5
    while True:
        try:
            while await do_next():
                pass
            await bell.wait(at_most=await _at_most(seconds_to_next))
            wait = 0.5
        except (Exception, asyncio.CancelledError) as error:
            # The one place that catches everything: a loop that ends keeps no rules.
            if _is_our_end(error):
                raise
            if is_away(error):
                log.warning("database away, waiting", extra={"loop": name})
            else:
                log.exception("loop failed", extra={"loop": name})
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311
            wait = min(wait * 2, 10)


def _is_our_end(error: BaseException) -> bool:
    """Whether we are cancelled, and not only something that we waited for."""
    task = asyncio.current_task()
    is_cancelled = isinstance(error, asyncio.CancelledError)
    return is_cancelled and (task is None or task.cancelling() > 0)


async def _at_most(ask: Callable[[], Awaitable[float | None]] | None) -> float:
    seconds = await ask() if ask else None
    return POLL if seconds is None else min(max(seconds, SOONEST), POLL)
