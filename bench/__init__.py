"""
Benchmarks: what ``homeroom bench`` runs. They report; they do not fail tests.

Each is an async function of ``Options`` that returns ``Figure`` values; a module lists
them in ``BENCHES``. A reference is measured in the same run, in turn with ours, so that
whatever else the machine does hits both.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much to measure."""

    full: bool = False
    """The sizes of docs/benchmarks.md; else smaller ones that show the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    """The same number of the reference; None: there is none."""
    ratio: float | None = None
    """``value / reference``."""
    bar: str
    """What the number should be, such as ``ratio <= 1.2``."""
    ok: bool


def compared(
    name: str,
    value: float,
    reference: float,
    *,
    unit: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Make a figure whose bar is about its ratio to the reference."""
    ratio = value / reference
    bar = f"ratio >= {at_least}" if at_least is not None else f"ratio <= {at_most}"
    ok = ratio >= at_least if at_least is not None else ratio <= (at_most or 0)
    return Figure(
        name=name,
        value=value,
        unit=unit,
        reference=reference,
        ratio=ratio,
        bar=bar,
        ok=ok,
    )


def absolute(
    name: str,
    value: float,
    *,
    unit: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Make a figure whose bar is about the number itself."""
    bar = f">= {at_least:g}" if at_least is not None else f"<= {at_most:g}"
    ok = value >= at_least if at_least is not None else value <= (at_most or 0)
    return Figure(name=name, value=value, unit=unit, bar=bar, ok=ok)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of them lie; of at least one."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
