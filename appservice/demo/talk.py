"""What the demo says to whoever watches it, in Chinese and English."""

import unicodedata
from collections.abc import Iterable, Sequence

import click

QUIETLY = {"dim": True}


def say(text: str = "") -> None:
    """Write a line at once, also into a pipe."""
    click.echo(text)


def progress(text: str) -> None:
    """Say what takes a while now."""
    click.echo(click.style(f"  … {text}", **QUIETLY))


def step(number: str, *, is_fine: bool, zh: str, en: str) -> None:
    """Say how a step of the day went; ``number`` is such as "3/28"."""
    sign = click.style("✓", fg="green") if is_fine else click.style("✗", fg="red")
    say(f"{number} {sign} {zh}")
    say(f"        {en}")


def notes(lines: Iterable[str]) -> None:
    """Add what belongs to the step just told; a quotation stays one."""
    for line in lines:
        for part in line.splitlines():
            say(click.style(f"        │ {part}", **QUIETLY))


def milliseconds(times: Sequence[float]) -> str:
    """Write one or several times."""
    return ", ".join(f"{each:.0f}" for each in times) + " ms"


def table(rows: Sequence[Sequence[str]]) -> None:
    """Write columns, as wide as their widest cell; Chinese characters take two."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - _width(cell))
            for cell, width in zip(row, widths, strict=True)
        )
        say(("  " + "  ".join(cells)).rstrip())


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
