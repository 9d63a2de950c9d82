"""
Inspection: files are fetched and looked into, outside of every transaction.

What was found comes back through the inbox like any other event, so that rules judge it
in the room's order; the room's other messages have not waited for it.
"""

import asyncio
import logging
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from appservice import metrics
from appservice.domain.files import FileFacts, FileSort, Problem
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused, Unavailable
from appservice.matrix.found import TYPE
from appservice.services.intake import Intake
from appservice.services.sources import INSPECTION
from appservice.services.virus import NoScanner, scan
from appservice.store import inspections
from appservice.store.inspections import Claimed
from appservice.store.pool import is_away

log = logging.getLogger(__name__)

TRIES: Final = 12
"""About three hours; then the file counts as one nobody could fetch."""

FIRST_WAIT: Final = timedelta(seconds=5)

PATIENCE: Final = 30.0
"""Seconds the inspector may take, reading included; it has limits of its own."""

FACTS_AT_MOST: Final = 64 * 2**20
"""Bytes of what the inspector may say."""

ROOT: Final = Path(__file__).parents[2]


class Inspection:
    """Looks into files, one after the other."""

    def __init__(
        self,
        pool: Any,
        client: Client,
        intake: Intake,
        *,
        at_most: int,
        scanner: Path | None = None,
    ) -> None:
        """
        Args:
            at_most: Bytes of a file; of a larger one only its sort is found out.
            scanner: The socket of clamd; None: no file is scanned for viruses.
        """
        self._pool = pool
        self._client = client
        self._intake = intake
        self._at_most = at_most
        self._scanner = scanner

    async def look_next(self) -> bool:
        """Look into the file that has waited longest; False: none waits."""
        async with self._pool.acquire() as connection:
            claimed = await inspections.claim(connection)
        if claimed is None:
            return False
        try:
            facts = await self._facts(claimed)
        except Exception as failure:
            if is_away(failure):
                raise
            if not isinstance(failure, (Unavailable, NoScanner)):
                log.exception("file not looked into", extra=_fields(claimed, "?"))
            if claimed.attempts < TRIES:
                await self._postpone(claimed, failure)
                return True
            log.error("file not looked into", extra=_fields(claimed, str(failure)))  # noqa: TRY400
            facts = _unfetched(claimed)
        await self._report(claimed, facts)
        return True

    async def seconds_to_next(self) -> float | None:
        """Say in how many seconds a file is due; None: none waits."""
        async with self._pool.acquire() as connection:
            return await inspections.next_due(connection)

    async def _facts(self, claimed: Claimed) -> FileFacts:
        try:
            data, is_whole = await self._client.download(
                claimed.media, at_most=self._at_most
            )
        except Refused as refused:
            log.warning("file not fetched", extra=_fields(claimed, str(refused)))
            return _unfetched(claimed)
        facts = await inspect(
            data, name=claimed.declared.name, declared=claimed.declared.media_type
        )
        if claimed.declared.is_locked:
            return replace(facts, problems=facts.problems | {Problem.ENCRYPTED})
        if not is_whole:
            problems = (facts.problems - {Problem.BROKEN}) | {Problem.TOO_LARGE}
            return replace(facts, problems=problems, sha256="")
        virus = None
        if self._scanner is not None and data:
            virus = await scan(self._scanner, data)
        if virus is None:
            return facts
        return replace(facts, virus=virus, problems=facts.problems | {Problem.INFECTED})

    async def _postpone(self, claimed: Claimed, failure: Exception) -> None:
        wait = FIRST_WAIT * (1 << (claimed.attempts - 1))
        log.warning("file is looked into later", extra=_fields(claimed, str(failure)))
        async with self._pool.acquire() as connection:
            await inspections.postpone(connection, claimed.event_id, wait=wait)

    async def _report(self, claimed: Claimed, facts: FileFacts) -> None:
        """Put it into the inbox; twice is once, for the event's id is made of its."""
        event = {
            "event_id": f"$inspected:{claimed.event_id}",
            "room_id": claimed.room_id,
            "sender": claimed.sender,
            "type": TYPE,
            "origin_server_ts": int(datetime.now(tz=UTC).timestamp() * 1000),
            "content": {
                "target": claimed.event_id,
                "name": claimed.declared.name,
                "facts": facts,
            },
        }
        await self._intake.take_events([msgspec.json.encode(event)], source=INSPECTION)
        async with self._pool.acquire() as connection:
            await inspections.end(connection, claimed.event_id)
        metrics.INSPECTED.labels(facts.sort.value).inc()


async def inspect(data: bytes, *, name: str, declared: str) -> FileFacts:
    """
    Let the inspector look into a file, in a process that ends with it.

    Whatever it dies of, there is an answer: ``Problem.TOO_SLOW``.
    """
    with tempfile.NamedTemporaryFile(prefix="homeroom-") as file:
        await asyncio.to_thread(_write, file, data)
        asked = {"path": file.name, "name": name, "declared": declared}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "appservice.inspector",
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                said, _ = await process.communicate(msgspec.json.encode(asked))
        except TimeoutError:
            process.kill()
            await process.wait()
            said = b""
    try:
        return msgspec.json.decode(said[:FACTS_AT_MOST], type=FileFacts)
    except msgspec.MsgspecError:
        log.warning("inspector gave up", extra={"code": process.returncode})
        return FileFacts(
            sort=FileSort.UNKNOWN,
            media_type="application/octet-stream",
            size=len(data),
            problems=frozenset({Problem.TOO_SLOW}),
        )


def _write(file: Any, data: bytes) -> None:
    file.write(data)
    file.flush()


def _unfetched(claimed: Claimed) -> FileFacts:
    return FileFacts(
        sort=FileSort.UNKNOWN,
        media_type=claimed.declared.media_type or "application/octet-stream",
        size=0,
        problems=frozenset({Problem.UNFETCHED}),
    )


def _fields(claimed: Claimed, because: str) -> dict[str, str]:
    return {
        "event_id": claimed.event_id,
        "room_id": claimed.room_id,
        "because": because,
    }
