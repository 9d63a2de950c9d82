"""
The reference: a bare mautrix bot that redacts and renames at once, no database at all.

Run as ``python -m bench.bare_bot URL DOMAIN PORT AS_TOKEN HS_TOKEN HAND_TOKEN WORD
NAME``: a message with WORD is redacted, and who is not called NAME is.
"""

import asyncio
import sys
from typing import Any

import uvloop
from mautrix.api import HTTPAPI, Method, Path
from mautrix.appservice import AppService, ASStateStore
from mautrix.client.state_store.memory import MemoryStateStore


class _Memory(MemoryStateStore, ASStateStore):
    """mautrix wants one; nothing is kept."""

    def __init__(self) -> None:
        ASStateStore.__init__(self)
        MemoryStateStore.__init__(self)


async def main(  # noqa: PLR0917 - from the command line
    url: str,
    domain: str,
    port: str,
    as_token: str,
    hs_token: str,
    hand_token: str,
    word: str,
    right: str,
) -> None:
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

    async def put_right(event: Any) -> None:
        body = getattr(event.content, "body", None) or ""
        if word in body:
            await service.intent.redact(event.room_id, event.event_id, reason="rule")
        name = getattr(event.content, "displayname", None) or ""
        if name.startswith("大王"):
            await _rename(event)

    async def _rename(event: Any) -> None:
        hand = HTTPAPI(
            url,
            hand_token,
            client_session=service.intent.api.session,
            as_user_id=event.state_key,
        )
        path = Path.v3.rooms[event.room_id].state["m.room.member"][event.state_key]
        content = {**event.content.serialize(), "displayname": right}
        await hand.request(Method.PUT, path, content)

    service.matrix_event_handler(put_right)
    await service.start("127.0.0.1", int(port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:9]))
