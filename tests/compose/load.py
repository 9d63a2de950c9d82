"""People who write while containers come and go, and what became of it."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from urllib.parse import quote

import aiohttp

FINE: Final = "第{}题怎么做"
BAD: Final = "发红包{}"
"""Put away among pupils (B3-31), and nobody is muted for it."""

_numbers = count(1)


@dataclass(kw_only=True)
class Load:
    """Pupils in one room, and one who only looks."""

    url: str
    room_id: str
    tokens: list[str]
    """Of those who write."""
    watcher: str
    """The token of the one who looks."""
    bad: set[str] = field(default_factory=set)
    fine: set[str] = field(default_factory=set)
    seen: dict[str, float] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)
    redactions: Counter[str] = field(default_factory=Counter)
    longest_wait: float = 0
    """Seconds between two answers to somebody who writes."""

    @contextlib.asynccontextmanager
    async def flowing(self, *, pause: float = 0.5) -> AsyncIterator[None]:
        """Let them write until the block ends, and look until all of it is seen."""
        async with aiohttp.ClientSession() as session:
            looking = asyncio.create_task(self._look(session))
            stop = asyncio.Event()
            writers = [
                asyncio.create_task(self._write(session, token, stop, pause))
                for token in self.tokens
            ]
            try:
                await asyncio.sleep(2)
                yield
                stop.set()
                await asyncio.gather(*writers)
                async with asyncio.timeout(120):
                    while not self.bad <= self.gone.keys():
                        assert not looking.done(), looking
                        await asyncio.sleep(0.1)
            finally:
                for task in (looking, *writers):
                    task.cancel()
                await asyncio.gather(looking, *writers, return_exceptions=True)

    def exposures(self) -> list[float]:
        """Return the seconds between seeing each and seeing it gone, shortest first."""
        return sorted(self.gone[each] - self.seen[each] for each in self.bad)

    async def _write(
        self,
        session: aiohttp.ClientSession,
        token: str,
        stop: asyncio.Event,
        pause: float,
    ) -> None:
        while not stop.is_set():
            number = next(_numbers)
            is_bad = number % 2 == 0
            body = (BAD if is_bad else FINE).format(number)
            began = time.monotonic()
            event_id = await self._say(session, token, body, number)
            self.longest_wait = max(self.longest_wait, time.monotonic() - began)
            (self.bad if is_bad else self.fine).add(event_id)
            await asyncio.sleep(pause)

    async def _say(
        self, session: aiohttp.ClientSession, token: str, body: str, number: int
    ) -> str:
        """Try until the homeserver has it, as every client does."""
        room = quote(self.room_id)
        path = f"/rooms/{room}/send/m.room.message/check{number}"
        content = {"msgtype": "m.text", "body": body}
        while True:
            answer = await self._ask(session, "PUT", path, token, content)
            if answer is not None:
                return str(answer["event_id"])
            await asyncio.sleep(0.2)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        since = ""
        while True:
            path = f"/sync?timeout=20000{since}"
            answer = await self._ask(session, "GET", path, self.watcher, None)
            if answer is None:
                await asyncio.sleep(0.1)
                continue
            since = f"&since={answer['next_batch']}"
            room = answer.get("rooms", {}).get("join", {}).get(self.room_id, {})
            timeline = room.get("timeline", {})
            assert not timeline.get("limited") or not self.seen, "look more often"
            for event in timeline.get("events", []):
                self._take(event, time.monotonic())

    def _take(self, event: dict[str, Any], now: float) -> None:
        if event["type"] == "m.room.message":
            self.seen.setdefault(event["event_id"], now)
            if "redacted_because" in event.get("unsigned", {}):
                self.gone.setdefault(event["event_id"], now)
        elif event["type"] == "m.room.redaction":
            target = event["content"]["redacts"]
            self.gone.setdefault(target, now)
            self.redactions[target] += 1

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        token: str,
        content: Any,
    ) -> dict[str, Any] | None:
        """Ask the homeserver; None: it is away, ask again."""
        headers = {"Authorization": f"Bearer {token}"}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with session.request(
                method,
                f"{self.url}/_matrix/client/v3{path}",
                json=content,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=30),
            ) as response:
                answer: dict[str, Any] = await response.json(content_type=None)
                if response.status == 200:
                    return answer
                assert response.status >= 500, answer
        return None
