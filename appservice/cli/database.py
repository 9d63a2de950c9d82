"""What commands share: the database, and a place for coroutines to run."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from ruamel.yaml.nodes import ScalarNode

from appservice import config as configuration
from appservice.config import Config
from appservice.database import database, pool_on
from appservice.scalars import convert


def ago(text: str) -> datetime:
    node = ScalarNode("tag:yaml.org,2002:str", text)
    try:
        back: timedelta = convert(node, timedelta)
        return datetime.now(tz=UTC) - back
    except ValueError as error:
        raise click.BadParameter(f'--since: "{text}" {error}') from None
    except OverflowError:
        raise click.BadParameter(f'--since: "{text}" is too long ago') from None


def with_database(
    config_path: Path, work: Callable[[Config, Any], Coroutine[Any, Any, Any]]
) -> Any:
    """
    Run ``work`` with the configuration and a connection pool; return its result.

    Raises:
        ConfigError, WrongSchema: Each says what to do.
    """

    async def run() -> Any:
        config = configuration.load(config_path)
        async with (
            database(config, quietly=True) as url,
            pool_on(url, patience=5) as pool,
        ):
            return await work(config, pool)

    return asyncio.run(run())
