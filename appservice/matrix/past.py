"""The past of a room, page by page, as the very bytes the homeserver gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
import msgspec
from mautrix.api import PathBuilder
from yarl import URL

from appservice.matrix.errors import Refused, Unavailable

WITHIN: Final = aiohttp.ClientTimeout(total=120, connect=5)
"""A page of a thousand events may take a homeserver a while."""


class _Page(msgspec.Struct):
    chunk: list[msgspec.Raw] = []
    start: str = ""
    end: str | None = None


class _Trouble(msgspec.Struct):
    errcode: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A page of a room's past."""

    events: list[bytes]
    """Newest first."""
    start: str
    """Where it begins."""
    end: str | None
    """Where the next, older page begins; None at the room's start."""


_page = msgspec.json.Decoder(_Page)
_trouble = msgspec.json.Decoder(_Trouble)


async def read_past(
    session: aiohttp.ClientSession,
    base: str,
    path: PathBuilder,
    *,
    token: str,
    query: Mapping[str, str],
) -> Past:
    """
    Read a page.

    Raises:
        Unavailable: Try again later.
        Refused: The homeserver does not give it to us.
    """
    url = URL(f"{base}/{str(path).lstrip('/')}", encoded=True).with_query(dict(query))
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with session.get(url, headers=headers, timeout=WITHIN) as response:
            raw = await response.read()
            status = response.status
    except (aiohttp.ClientError, TimeoutError) as error:
        text = f"no answer from the homeserver: {type(error).__name__}"
        raise Unavailable(text) from error
    if status >= 500 or status == 429:
        raise Unavailable(f"{status} for a page of the past")
    if status != 200:
        raise _refused(status, raw)
    try:
        page = _page.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unavailable("a page of the past that is no JSON object") from error
    is_last = page.end is None or page.end == page.start
    return Past(
        events=[bytes(event) for event in page.chunk],
        start=page.start,
        end=None if is_last else page.end,
    )


def _refused(status: int, raw: bytes) -> Refused:
    try:
        trouble = _trouble.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        trouble = _Trouble()
    text = f"{status} {trouble.errcode}: {trouble.error[:200]}"
    return Refused(text, status=status, errcode=trouble.errcode)
