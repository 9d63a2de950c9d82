"""The homeserver, for commands of one request; the service builds its own."""

import contextlib
from collections.abc import AsyncIterator

import aiohttp

from appservice import config as configuration
from appservice.config import Config
from appservice.matrix.api import PATIENCE
from appservice.matrix.client import Client


@contextlib.asynccontextmanager
async def homeserver(config: Config) -> AsyncIterator[Client]:
    """Yield the homeserver as the bot."""
    registrations = configuration.registrations(config)
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        yield Client(
            config.homeserver.url,
            token=registrations.road.as_token,
            admin_token=configuration.admin_token(config),
            session=session,
        )
