"""One stage for all tests on a real Synapse: they share it, and keep to own rooms."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.synapse.school import School, people_join


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a real Synapse, and the loop its service runs in."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.synapse)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def school(servers_directory: Path) -> AsyncIterator[School]:
    """Homeroom in this process, on its stage, with people who can log in."""
    async with School(directory=servers_directory / "stage") as playing:
        await people_join(playing)
        await playing.start()
        yield playing
