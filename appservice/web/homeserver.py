"""What whoever answers the homeserver needs, the service as well as the doctor."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BASE: Final = "/_matrix/app/v1"


def for_homeserver(hs_token: str, handler: Handler) -> Handler:
    """Let a handler answer those only who know the homeserver's token."""
    expected = f"Bearer {hs_token}".encode()

    async def guarded(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected):
            return refusal(403, "M_FORBIDDEN", "wrong hs_token")
        return await handler(request)

    return guarded


def pong(heard: Callable[[str], None]) -> Handler:
    """Answer pings; ``heard`` is called with the id of each, "None" without one."""

    async def answer(request: web.Request) -> web.Response:
        try:
            fields = await request.json()
        except ValueError:
            fields = None
        known = fields if isinstance(fields, dict) else {}
        heard(str(known.get("transaction_id")))
        return web.json_response({})

    return answer


def refusal(status: int, errcode: str, text: str) -> web.Response:
    """Refuse, as the Matrix spec writes it."""
    return web.json_response({"errcode": errcode, "error": text}, status=status)
