"""``homeroom demo``: a sample school to look at and to try things in."""

import asyncio
from importlib import import_module
from pathlib import Path

import click


@click.command()
@click.option(
    "--once", is_flag=True, help="Play the day and stop: 0 if all went well, else 1."
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path),
    default=Path(".demo"),
    show_default=True,
    help="Where the demo lives. Each demo clears it of an earlier one.",
)
@click.pass_context
def demo(ctx: click.Context, *, once: bool, directory: Path) -> None:
    """
    Play a day at a sample school, then stay up for your own client.

    Starts a PostgreSQL, a Synapse and Homeroom, all on this machine only. Ctrl-C stops
    them: exit code 0 once the day is over, 130 before that.
    """
    try:
        # Here, so that `homeroom` works where the demo's requirements are not.
        play = import_module("appservice.demo.play").play
        place = import_module("appservice.demo.place")
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"{missing.name} is not installed, and the demo needs it; run `make demo`, "
            f"or install requirements/demo.txt"
        ) from None
    try:
        code = asyncio.run(play(directory, once=once))
    except place.Occupied as occupied:
        raise click.ClickException(str(occupied)) from None
    ctx.exit(code)
