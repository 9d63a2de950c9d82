"""Asking a homeserver how it is set up, whatever it is that answers there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from mautrix.api import Path, PathBuilder, SynapseAdminPath
from yarl import URL

from appservice.matrix.errors import Unavailable

__all__ = ["Answer", "Inquiry", "Path", "PathBuilder", "SynapseAdminPath"]

WITHIN: Final = aiohttp.ClientTimeout(total=5, connect=2)
"""Long for a healthy homeserver; whoever asks is waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. A refusal is an answer too."""

    status: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object; empty where it was something else."""
    is_json: bool = True
    server: str = ""
    """The header of that name, such as ``Synapse/1.163.2``."""
    body: bytes = field(default=b"", repr=False)

    @property
    def is_good(self) -> bool:
        """Whether what was asked was done."""
        return 200 <= self.status < 300

    @property
    def errcode(self) -> str:
        """Matrix' word for why not; empty where there is none."""
        return str(self.fields.get("errcode") or "")

    def __str__(self) -> str:
        said = str(self.fields.get("error") or "")[:200]
        return f"{self.status} {self.errcode} {said}".strip()


class Inquiry:
    """Asks, with one token or another, and judges nothing."""

    def __init__(self, url: str, *, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def ask(
        self,
        method: str,
        path: PathBuilder | str,
        *,
        token: str | None = None,
        content: Any = None,
        at: str | None = None,
        **query: str,
    ) -> Answer:
        """
        Ask once.

        Args:
            token: None: as somebody who is not logged in.
            content: A JSON value, or bytes that are sent as they are.
            at: Another server's address; None: the homeserver's.

        Raises:
            Unavailable: There was no answer at all.
        """
        base = at or self.url
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        body: dict[str, Any] = {"json": content}
        if isinstance(content, bytes):
            body = {"data": content}
            headers["Content-Type"] = "application/octet-stream"
        try:
            # Quoted already: a room id may hold what yarl would leave as it is.
            url = URL(f"{base}/{str(path).lstrip('/')}", encoded=True)
            async with self._session.request(
                method,
                url.with_query(query or None),
                headers=headers,
                timeout=WITHIN,
                **body,
            ) as response:
                return await _read(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable(
                f"no answer from {base} ({type(error).__name__})", is_away=True
            ) from error


async def _read(response: aiohttp.ClientResponse) -> Answer:
    raw = await response.read()
    try:
        fields = await response.json(content_type=None)
    except (ValueError, RecursionError):
        fields = None
    return Answer(
        status=response.status,
        fields=fields if isinstance(fields, dict) else {},
        is_json=isinstance(fields, dict),
        server=response.headers.get("Server", ""),
        body=raw,
    )
