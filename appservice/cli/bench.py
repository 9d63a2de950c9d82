"""``homeroom bench``: how fast we are."""

import asyncio
import dataclasses
import json
import pkgutil
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import click
import uvloop

Bench = Callable[[Any], Awaitable[list[Any]]]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--full", is_flag=True, help="The sizes of docs/benchmarks.md.")
def bench(names: tuple[str, ...], *, as_json: bool, full: bool) -> None:
    """
    Measure, each beside its reference in the same run.

    NAME is a benchmark, or the word its name begins with: road, road-intake. Without
    one, all run. Figures that miss their bar are reported, and are no error.
    """
    package, benches = _find()
    chosen = [n for n in sorted(benches) if not names or n.startswith(names)]
    unknown = [name for name in names if not any(n.startswith(name) for n in benches)]
    if unknown:
        known = ", ".join(sorted(benches))
        raise click.UsageError(f'"{unknown[0]}" is not a benchmark; there are: {known}')
    for name in chosen:
        click.echo(f"measuring {name} …", err=True)
        for figure in uvloop.run(_run(benches[name], package.Options(full=full))):
            fields = dataclasses.asdict(figure)
            click.echo(json.dumps(fields) if as_json else _line(fields))


async def _run(measure: Bench, options: Any) -> list[Any]:
    async with asyncio.timeout(1800):
        return await measure(options)


def _find() -> tuple[Any, dict[str, Bench]]:
    try:
        package = import_module("bench")
    except ImportError:
        raise click.UsageError(
            "the benchmarks come with the source tree; run `make bench` there"
        ) from None
    benches: dict[str, Bench] = {}
    for module in pkgutil.iter_modules(package.__path__):
        found = import_module(f"bench.{module.name}")
        benches |= getattr(found, "BENCHES", {})
    return package, benches


def _line(figure: dict[str, Any]) -> str:
    beside = ""
    if figure["reference"] is not None:
        beside = f"reference {figure['reference']:,.1f}  ratio {figure['ratio']:.2f}  "
    sign = "ok  " if figure["ok"] else "MISS"
    return (
        f"{sign} {figure['name']:24} {figure['value']:>10,.1f} {figure['unit']:9} "
        f"{beside}bar {figure['bar']}"
    )
