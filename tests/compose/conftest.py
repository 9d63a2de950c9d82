"""What is brought up once for all: the containers, and a school in them."""

from collections.abc import Iterator

import pytest

from tests.compose.containers import Containers
from tests.compose.school import School, found


@pytest.fixture(scope="session")
def containers() -> Iterator[Containers]:
    """Bring everything up as for the first time; take it down with all data."""
    containers = Containers()
    containers.stop_what_is_left()
    try:
        print(f"\nup and ready after {containers.up():.1f} s")  # noqa: T201
        yield containers
    finally:
        containers.down(volumes=True)


@pytest.fixture(scope="session")
def school(containers: Containers) -> School:
    """Return a school with a room that is kept."""
    return found(containers)
