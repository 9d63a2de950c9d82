"""Exposure: how long others see what is then redacted, beside a bare bot's."""

import asyncio
import shutil
import time

from bench import Figure, Options, compared, percentile, school
from bench.town import Town, town

PACE = 0.15
"""Seconds between messages."""

BLOCK = 50


async def exposure(options: Options) -> list[Figure]:
    """Paced messages in alternating blocks, a real Synapse on Postgres."""
    count = 400 if options.full else 100
    path = school.directory()
    try:
        async with town(path) as place:
            ours, bare = await _alternate(place, count)
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return [
        compared(
            f"road-exposure-{name}",
            percentile(ours, share),
            percentile(bare, share),
            unit="ms",
            at_most=at_most,
        )
        for name, share, at_most in (("median", 0.5, 1.2), ("p95", 0.95, 1.3))
    ]


async def _alternate(place: Town, count: int) -> tuple[list[float], list[float]]:
    block = min(BLOCK, count // 2)
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(2 * count // block):
        name = ("ours", "bare")[number % 2]
        times[name] += await exposures(place, name, block, prefix=str(number))
    return times["ours"], times["bare"]


async def exposures(place: Town, name: str, count: int, *, prefix: str) -> list[float]:
    """Write paced messages that are redacted; say how long each was seen, in ms."""
    sent = []
    for n in range(count):
        begin = time.perf_counter()
        sent.append(await place.talk(name, f"{school.BANNED}{prefix}-{n}"))
        await asyncio.sleep(max(0, PACE - (time.perf_counter() - begin)))
    await place.gone(*sent)
    return [place.exposure(event_id) for event_id in sent]


BENCHES = {"road-exposure": exposure}
