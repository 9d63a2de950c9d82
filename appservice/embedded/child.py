"""
Servers as our children: start them, wait for them, end them; they end when we end.

Which server, with which settings, is said by the modules next to this one.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

LOOK_EVERY = timedelta(milliseconds=20)
"""How often a starting or ending server is looked at."""
NOBODY = 65534
"""Uid and gid of the account without rights, on every system we know."""
PR_SET_PDEATHSIG = 1


class EmbeddedError(Exception):
    """A server of our own cannot run; the message says which, why and what to do."""


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    at_our_death: signal.Signals,
    environment: Mapping[str, str] | None = None,
    uid: int | None = None,
) -> subprocess.Popen[bytes]:
    """
    Start a server in a session of its own, so Ctrl-C in the terminal is only for us.

    Call it in the main thread: Linux counts the end of the starting *thread* as our
    death.

    Args:
        command: The program's full path and its arguments.
        log: Where its output goes; begun anew at each start.
        at_our_death: What the server gets when we die without ending it (Linux only).
        environment: Replaces ours.
        uid: The account it runs under; ours if None.
    """
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [os.fspath(part) for part in command],
            # Our own directory may be out of reach for another account.
            cwd=None if uid is None else "/",
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            # Nothing but one system call happens there, so threads cannot hurt it.
            preexec_fn=_tied_to_us(at_our_death),  # noqa: PLW1509
        )


def _tied_to_us(at_our_death: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    us = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(at_our_death))
        if os.getppid() != us:  # we died before the call above
            os._exit(1)

    return tie


async def end(
    process: subprocess.Popen[bytes], by: signal.Signals, *, patience: timedelta
) -> None:
    """Ask a server to end, wait for ``patience``, then kill it; it has ended after."""
    if process.poll() is None:
        process.send_signal(by)
        async for _ in looks(patience):
            if process.poll() is not None:
                return
        process.kill()
    process.wait()


async def looks(patience: timedelta) -> AsyncIterator[None]:
    """Yield now and then until ``patience`` is used up; the caller looks and leaves."""
    until = time.monotonic() + patience.total_seconds()
    while time.monotonic() < until:
        yield
        await asyncio.sleep(LOOK_EVERY.total_seconds())


def last_lines(log: Path, *, count: int = 5) -> str:
    """Quote the end of a server's output, for an error message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        lines = []
    return "\n".join(f"  {line}" for line in lines[-count:]) or "  (it said nothing)"
