"""``homeroom run``: the service."""

import asyncio
import contextlib
import signal
from pathlib import Path

import click
import uvloop

from appservice import app, logs
from appservice import config as configuration
from appservice.cli.options import CONFIG


@click.command()
@CONFIG
def run(config_path: Path) -> None:
    """
    Run the service until it is stopped (Ctrl-C, SIGTERM).

    Where no database is configured, an embedded one runs along with it.
    """
    config = configuration.load(config_path)
    logs.set_up(level=config.log.level, as_json=config.log.json)
    uvloop.run(_until_stopped(config_path))


async def _until_stopped(config_path: Path) -> None:
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await app.run(config_path)
