"""clamd's word: asked as it wants to be, and no silence is a clean bill."""

import asyncio
import contextlib
import struct
from pathlib import Path

import pytest

from appservice.services.virus import NoScanner, scan

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextlib.asynccontextmanager
async def clamd(path: Path, *, answer: bytes | None = None):
    """Listen as clamd does (clamd(8), INSTREAM); it knows one virus."""

    async def serve(reader, writer):
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            data += await reader.readexactly(size)
        found = b"stream: Eicar-Test-Signature FOUND\0"
        said = found if EICAR in data else b"stream: OK\0"
        writer.write(said if answer is None else answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    async with server:
        yield


async def test_a_known_virus_is_named(tmp_path):
    async with clamd(tmp_path / "s"):
        assert await scan(tmp_path / "s", EICAR) == "Eicar-Test-Signature"


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3_000_000])
async def test_what_is_clean_is_clean_however_large(tmp_path, size):
    async with clamd(tmp_path / "s"):
        assert await scan(tmp_path / "s", b"x" * size) is None


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"?"]
)
async def test_no_answer_is_no_clean_bill(tmp_path, answer):
    async with clamd(tmp_path / "s", answer=answer):
        with pytest.raises(NoScanner):
            await scan(tmp_path / "s", b"x")


async def test_nobody_there_is_no_clean_bill(tmp_path):
    with pytest.raises(NoScanner):
        await scan(tmp_path / "nobody", b"x")
