"""A virus scanner's word on a file: clamd's INSTREAM command over its local socket."""

import asyncio
import struct
from pathlib import Path
from typing import Final

PATIENCE: Final = 60.0
"""Seconds for one file."""

CHUNK: Final = 65536
ANSWER_AT_MOST: Final = 4096


class NoScanner(Exception):
    """The scanner cannot be reached, or did not answer as it should."""


async def scan(socket: Path, data: bytes) -> str | None:
    """
    Ask clamd about a file (clamd(8), zINSTREAM: length-prefixed chunks, a zero ends).

    Returns:
        What it calls the virus; None: it knows none in there.

    Raises:
        NoScanner: Nobody listens there, or the answer is none.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await _ask(socket, data)
    except (OSError, TimeoutError, EOFError) as error:
        raise NoScanner(type(error).__name__) from error
    # «stream: OK», «stream: Eicar-Test-Signature FOUND», «… ERROR»
    verdict = answer.rstrip(b"\0").decode("utf-8", "replace").strip()
    if verdict.endswith(" FOUND"):
        return verdict.removeprefix("stream: ").removesuffix(" FOUND")
    if verdict.endswith("OK"):
        return None
    raise NoScanner(verdict[:200])


async def _ask(socket: Path, data: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(str(socket))
    try:
        writer.write(b"zINSTREAM\0")
        for at in range(0, len(data), CHUNK):
            chunk = data[at : at + CHUNK]
            writer.write(struct.pack(">I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
        return await reader.read(ANSWER_AT_MOST)
    finally:
        writer.close()
