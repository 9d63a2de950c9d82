"""Say how far a long piece of work has come; short work stays silent."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

import click
from tqdm import tqdm

T = TypeVar("T")

SILENT: Final = 2.0
"""Seconds of work that need no telling."""
LINE_EVERY: Final = 10.0
"""Seconds between lines where there is no terminal."""


def track(
    items: Iterable[T],
    *,
    label: str,
    total: int,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """
    Pass items on; after two seconds tell on stderr how many are done.

    In a terminal that is a bar, elsewhere (a log, a pipe) a line now and then.

    Args:
        items: What is worked on.
        label: What they are, e.g. ``events``.
        total: How many there are.
        clock: Seconds, for the lines.
    """
    if sys.stderr.isatty():
        yield from tqdm(items, desc=label, total=total, delay=SILENT, leave=False)
        return
    next_line = clock() + SILENT
    for done, item in enumerate(items):
        if clock() >= next_line:
            click.echo(f"{label}: {done} of {max(done, total)}", err=True)
            next_line = clock() + LINE_EVERY
        yield item


@contextlib.contextmanager
def counting(
    label: str, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int, str], None]]:
    """
    Yield what is to be called with how many are done, where nobody knows how many of.

    Its second argument is told behind the number, e.g. where the work is.
    """
    if sys.stderr.isatty():
        with tqdm(desc=label, unit="", file=sys.stderr, mininterval=1) as bar:

            def show(done: int, where: str) -> None:
                bar.set_postfix_str(where, refresh=False)
                bar.update(done - bar.n)

            yield show
        return
    next_line = clock() + SILENT

    def say(done: int, where: str) -> None:
        nonlocal next_line
        if clock() >= next_line:
            click.echo(f"{label}: {done} {where}".rstrip(), err=True)
            next_line = clock() + LINE_EVERY

    yield say


def track_pieces(pieces: Iterable[bytes], label: str, total: int) -> Iterator[bytes]:
    """Pass pieces of a MiB on, telling how many; there may be fewer than ``total``."""
    return track(pieces, label=label, total=total)
