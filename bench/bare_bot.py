"""
The reference for exposure: a bare mautrix bot that redacts at once, no database at all.

Run as ``python -m bench.bare_bot URL DOMAIN PORT AS_TOKEN HS_TOKEN WORD``.
"""

import asyncio
import sys
from typing import Any

import uvloop
from mautrix.appservice import AppService, ASStateStore
from mautrix.client.state_store.memory import MemoryStateStore


class _Memory(MemoryStateStore, ASStateStore):
    """mautrix wants one; nothing is kept."""

    def __init__(self) -> None:
        ASStateStore.__init__(self)
        MemoryStateStore.__init__(self)


async def main(url: str, domain: str, port: str, as_token: str, hs_token: str) -> None:
    """Serve until killed."""
    service = AppService(
        server=url,
        domain=domain,
        as_token=as_token,
        hs_token=hs_token,
        bot_localpart="bare",
        id="bare",
        state_store=_Memory(),
    )

    async def redact(event: Any) -> None:
        body = getattr(event.content, "body", None) or ""
        if sys.argv[6] in body:
            await service.intent.redact(event.room_id, event.event_id, reason="rule")

    service.matrix_event_handler(redact)
    await service.start("127.0.0.1", int(port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:6]))
