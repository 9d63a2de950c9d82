"""Files: how long looking into one takes, and whether the room's messages wait."""

import asyncio
import io
import os
import random
import time
from collections.abc import Mapping
from typing import Any, Final

import openpyxl
from PIL import Image

from appservice.services.inspection import inspect
from bench import Figure, Options, absolute

SIZE: Final = 5 * 2**20
"""Bytes of a file as the issue names it."""

AT_MOST: Final = 1.5
"""Seconds."""


async def content_inspect(options: Options) -> list[Figure]:
    """Look into a photograph and a workbook of five megabytes, process and all."""
    times = 5 if options.full else 2
    figures = []
    for name, data in (("picture", _picture()), ("xlsx", _workbook())):
        seconds = []
        for _ in range(times):
            begin = time.perf_counter()
            facts = await inspect(data, name=f"a.{name}", declared="")
            seconds.append(time.perf_counter() - begin)
            assert not facts.problems, facts.problems
        slowest = max(seconds)
        figures.append(
            absolute(f"content-inspect-{name}", slowest, unit="s", at_most=AT_MOST)
        )
    figures.append(await _lag())
    return figures


async def _lag() -> Figure:
    """Measure how long the loop that judges is held up while a file is looked into."""
    data, longest = _picture(), 0.0
    task = asyncio.create_task(inspect(data, name="a.jpg", declared="image/jpeg"))
    while not task.done():
        begin = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - begin)
    await task
    return absolute("content-inspect-lag", 1000 * longest, unit="ms", at_most=50)


def _picture() -> bytes:
    """Make a photograph of about five megabytes, twelve million pixels."""
    noise = Image.frombytes("RGB", (500, 375), os.urandom(500 * 375 * 3))
    photo = noise.resize((4000, 3000), Image.Resampling.BICUBIC)
    held = io.BytesIO()
    for quality in (70, 85, 92, 95, 98):
        held = io.BytesIO()
        photo.save(held, "JPEG", quality=quality)
        if held.tell() >= SIZE:
            break
    return held.getvalue()


def _workbook() -> bytes:
    """Make a workbook of about five megabytes."""
    chance = random.Random(1)  # noqa: S311 (the same every time)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in range(60_000):
        sheet.append([f"学生{row}", *(chance.random() for _ in range(8))])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


BENCHES: Final[Mapping[str, Any]] = {"content-inspect": content_inspect}
