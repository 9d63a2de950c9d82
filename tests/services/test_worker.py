"""A loop survives whatever its work does."""

import asyncio

import pytest

from appservice.services.bell import Bell
from appservice.services.worker import keep_doing


@pytest.mark.parametrize(
    "failure",
    [ConnectionError(), RuntimeError(), asyncio.CancelledError()],
    ids=["database away", "a mistake of ours", "what it waited for was cancelled"],
)
async def test_a_loop_goes_on_after_a_failure(failure):
    """One that ends silently keeps no rules, and nobody notices."""
    again = asyncio.Event()
    failures = [failure]

    async def do_next() -> bool:
        if failures:
            raise failures.pop()
        again.set()
        return False

    loop = asyncio.create_task(keep_doing("test", do_next, Bell()))
    async with asyncio.timeout(5):
        await again.wait()
    assert not loop.done()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_a_loop_ends_when_it_is_cancelled():
    started = asyncio.Event()

    async def do_next() -> bool:
        started.set()
        await asyncio.Event().wait()
        return True

    loop = asyncio.create_task(keep_doing("test", do_next, Bell()))
    await started.wait()
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop
