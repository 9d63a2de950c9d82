"""The demo from beginning to end: open the school, play the day, stay, stop."""

import asyncio
import contextlib
import signal
import socket
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from appservice.demo import (
    invitation,
    keeping,
    moving,
    orders,
    place,
    reviewing,
    scenes,
    school,
    talk,
    troubles,
)
from appservice.demo.day import play_day
from appservice.demo.opening import School, opened
from appservice.demo.stage import Stage, free_port

USUAL_PORT: Final = 8008
"""Where clients look for a homeserver on the machine they run on."""
FINE, WRONG, INTERRUPTED = 0, 1, 130

SETTINGS: Final = {
    # The demo is for trying things out, and that comes in bursts: with the defaults
    # (30 and 100) the breaker would soon stop everything.
    "breaker.room": 1000,
    "breaker.school": 5000,
}

# In the order of the day.
PARTS: Final = (keeping, scenes, reviewing, orders, moving, troubles)


async def play(directory: Path, *, once: bool) -> int:
    """
    Play the demo until it is over or stopped; return the exit code.

    Raises:
        Occupied: The folder is not for us.
        EmbeddedError: A server cannot start.
    """
    begin = time.monotonic()
    with place.occupy(directory), _stopping() as stop:
        try:
            async with _stage(directory) as stage, opened(stage) as open_school:
                fine = await _day(open_school, begin)
                if once:
                    return FINE if fine else WRONG
                await open_school.rest()
                invitation.tell(open_school)
                stop.is_fine = True
                await asyncio.Event().wait()
        except BaseException:
            # Once asked to stop, whatever breaks breaks because of that.
            if not stop.was_asked:
                raise
        talk.say("已全部停止 · everything is stopped")
        return FINE if stop.is_fine else INTERRUPTED


class _Stop:
    """Whether somebody asked us to stop, and whether that is how it should end."""

    was_asked = False
    is_fine = False


@contextlib.contextmanager
def _stopping() -> Iterator[_Stop]:
    """Let Ctrl-C and SIGTERM end the block in order; asking twice changes nothing."""
    task, loop, stop = asyncio.current_task(), asyncio.get_running_loop(), _Stop()
    assert task is not None

    def ask() -> None:
        if not stop.was_asked:
            stop.was_asked = True
            talk.say()
            talk.progress("正在停止 · stopping")
            task.cancel()

    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, ask)
    try:
        yield stop
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(signum)


@contextlib.asynccontextmanager
async def _stage(directory: Path) -> AsyncIterator[Stage]:
    """Set the stage anew: what an earlier demo left would only confuse."""
    if await place.clear(directory):
        talk.progress(f"{directory}: 清除上一次演示 · cleared of an earlier demo")
    talk.progress("正在启动服务器，约十秒 · starting the servers, some ten seconds")
    stage = Stage(
        directory=directory,
        settings=SETTINGS,
        durable=False,
        synapse_port=_port(),
        database="homeroom_demo",
    )
    async with stage:
        yield stage


def _port() -> int:
    """Choose the usual port of a homeserver, or a free one where that is taken."""
    with socket.socket() as probe:
        # As Synapse does: a port that was just given up is not taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", USUAL_PORT))
        except OSError:
            return free_port()
    return USUAL_PORT


async def _day(open_school: School, begin: float) -> bool:
    talk.say()
    talk.say(f"{school.NAME} · {school.NAME_EN} · {open_school.stage.synapse.url}")
    talk.say()
    fine = await play_day(open_school, PARTS)
    shown = sorted(open_school.exposures)
    talk.say()
    if shown:
        usual, longest = f"{statistics.median(shown):.0f} ms", f"{shown[-1]:.0f} ms"
        talk.say(
            f"  收起 {len(shown)} 条；别人看到多久：中位数 {usual}，最长 {longest}"
        )
        talk.say(
            f"  {len(shown)} put away; others saw them for {usual} (median), {longest} "
            "at most"
        )
    talk.say(f"  {time.monotonic() - begin:.1f} s")
    return fine
