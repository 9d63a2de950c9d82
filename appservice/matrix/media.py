"""Files of messages: what a message says of its file, and fetching it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from appservice.matrix.decode import clean
from appservice.matrix.errors import Refused, Unavailable

PATIENCE: Final = aiohttp.ClientTimeout(total=60, connect=5)

NAME_AT_MOST: Final = 500
"""Characters of a file's name that are kept."""


_MXC: Final = re.compile(r"mxc://[\w.:\[\]-]{1,255}/[\w-]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What a message says of the file it carries; none of it need be true."""

    media: str
    """Its ``mxc://`` address."""
    name: str = ""
    declared: str = ""
    """The media type."""
    is_locked: bool = False
    """Whether it is encrypted for those who have the message's key."""


def attachment_of(content: object) -> Attachment | None:
    """Find the file a message, or an edit's new content, carries; None: it has none."""
    if not isinstance(content, dict):
        return None
    shown = _shown(content)
    file = shown.get("file")
    locked = _address(file.get("url")) if isinstance(file, dict) else None
    media = _address(shown.get("url")) or locked or _inline(shown)
    if media is None:
        return None
    info = shown.get("info")
    declared = info.get("mimetype") if isinstance(info, dict) else None
    names = (shown.get("filename"), shown.get("body"))
    name = next((each for each in names if isinstance(each, str)), "")
    return Attachment(
        media=media,
        name=clean(name)[:NAME_AT_MOST],
        declared=clean(declared)[:100] if isinstance(declared, str) else "",
        is_locked=locked is not None and media == locked,
    )


def picture_of(content: object) -> dict[str, str]:
    """
    Take the picture out of a message, to be sent again; empty: it carries none.

    Only pictures, which clients draw and nobody opens. Where ``filename`` is given, the
    body is the caption (spec v1.10, m.image).
    """
    found = attachment_of(content)
    shown = _shown(content) if isinstance(content, dict) else {}
    if found is None or found.is_locked or shown.get("msgtype") != "m.image":
        return {}
    return {"msgtype": "m.image", "url": found.media, "filename": "picture"}


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """Choose what clients show: of an edit its new content, and of nothing else."""
    relation, new = content.get("m.relates_to"), content.get("m.new_content")
    is_edit = isinstance(relation, dict) and relation.get("rel_type") == "m.replace"
    return new if is_edit and isinstance(new, dict) else content


def _inline(shown: dict[str, Any]) -> str | None:
    """Find the first picture in a formatted body."""
    body = shown.get("formatted_body")
    found = _MXC.search(body) if isinstance(body, str) else None
    return _address(found[0]) if found else None


def _address(value: object) -> str | None:
    """Read an ``mxc://`` address (Matrix spec, content repository)."""
    if not isinstance(value, str) or not value.startswith("mxc://") or len(value) > 512:
        return None
    server, _, id_ = value.removeprefix("mxc://").partition("/")
    is_plain = server and id_ and "/" not in id_ and value.isascii()
    return value if is_plain and value.isprintable() else None


async def download(
    session: aiohttp.ClientSession, url: str, media: str, *, token: str, at_most: int
) -> tuple[bytes, bool]:
    """
    Fetch a file (spec: GET /_matrix/client/v1/media/download).

    Returns:
        Its first ``at_most`` bytes, and whether that is all of it.

    Raises:
        Unavailable: Try again later.
        Refused: The homeserver has it not, or does not give it to us.
    """
    server, _, id_ = media.removeprefix("mxc://").partition("/")
    address = f"{url}/_matrix/client/v1/media/download/{server}/{id_}"
    headers: Mapping[str, str] = {"Authorization": f"Bearer {token}"}
    try:
        async with session.get(address, headers=headers, timeout=PATIENCE) as response:
            if response.status >= 500 or response.status == 429:
                raise Unavailable(f"{response.status} for a file")
            if response.status != 200:
                errcode = await _errcode(response)
                text = f"{response.status} {errcode} for a file"
                raise Refused(text, status=response.status, errcode=errcode)
            return await _first(response, at_most)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unavailable(f"no file: {type(error).__name__}") from error


async def _errcode(response: aiohttp.ClientResponse) -> str:
    try:
        answer: Any = await response.json(content_type=None)
    except ValueError:
        return ""
    return str(answer.get("errcode", "")) if isinstance(answer, dict) else ""


async def _first(response: aiohttp.ClientResponse, at_most: int) -> tuple[bytes, bool]:
    data = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        data += chunk
        if len(data) > at_most:
            return bytes(data[:at_most]), False
    return bytes(data), True
