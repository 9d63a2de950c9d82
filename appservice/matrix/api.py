"""Requests to the homeserver, and what kind of failure an answer is."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from mautrix.api import HTTPAPI, Method
from yarl import URL

from appservice.matrix.errors import Refused, Unavailable

PATIENCE = aiohttp.ClientTimeout(total=30, connect=5)

# mautrix logs whole requests at debug level, and with them what pupils wrote.
SILENT = logging.getLogger("appservice.matrix.silent")
SILENT.disabled = True


class Api(HTTPAPI):
    """mautrix' requests, with the wait that a 429 asks for kept (it drops it)."""

    async def _send(
        self,
        method: Method,
        url: URL,
        content: Any,
        query_params: dict[str, str],
        headers: dict[str, str],
    ) -> tuple[Any, aiohttp.ClientResponse]:
        try:
            async with self.session.request(
                str(method), url, data=content, params=query_params, headers=headers
            ) as response:
                answer = await _json(response)
                if 200 <= response.status < 300:
                    return answer, response
                raise _failure(response, answer)
        except aiohttp.ClientConnectorError as error:
            # Perhaps done all the same: where a connection breaks off aiohttp asks once
            # more by itself, and of both attempts we see the last.
            raise Unavailable(
                f"the homeserver at {self.base_url} cannot be reached", is_away=True
            ) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(
                f"no answer from the homeserver: {type(error).__name__}"
            ) from error


async def _json(response: aiohttp.ClientResponse) -> Any:
    try:
        return await response.json(content_type=None)
    except ValueError:
        if 200 <= response.status < 300:
            raise Unavailable(
                f"{response.url.origin()} answered {response.status} with something "
                f"that is not JSON: is it a Matrix homeserver?"
            ) from None
        return {}


def _failure(response: aiohttp.ClientResponse, answer: Any) -> Unavailable | Refused:
    fields = answer if isinstance(answer, dict) else {}
    errcode, said = str(fields.get("errcode", "")), str(fields.get("error", ""))
    message = f"{response.status} {errcode}: {said[:200]}"
    if response.status == 429:
        return Unavailable(
            message,
            retry_after=_wait(fields, response.headers),
            is_limited=True,
            maybe_done=False,
        )
    if response.status >= 500:
        return Unavailable(message)
    return Refused(message, status=response.status, errcode=errcode)


def _wait(fields: Mapping[str, Any], headers: Mapping[str, str]) -> timedelta | None:
    """Read the wait; the header is the newer way (spec v1.10), the body the older."""
    header, body = headers.get("Retry-After", ""), fields.get("retry_after_ms")
    if header.isdecimal():
        return timedelta(seconds=min(int(header), 3600))
    if isinstance(body, int | float) and body >= 0:
        return timedelta(milliseconds=min(body, 3_600_000))
    return None
