"""Building and starting the service as a whole."""

import socket
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from appservice import app
from appservice.app import PortTaken
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.store.partitions import MONTHS_AHEAD


async def test_a_port_that_is_taken_is_named(database: str, tmp_path: Path):
    """Else a second Homeroom ends in a traceback, and its port stays a riddle."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = _config(tmp_path, {"url": database}, {"port": port})

        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port} cannot be used"):
            await app.run(config)


async def test_this_month_is_prepared_before_the_port_opens(pool, database, tmp_path):
    """After a long silence nothing may land in the default partition."""
    names = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = $1"
    months = f"{names}::regclass AND inhrelid::regclass::text ~ '[0-9]{{6}}$'"
    for (name,) in await pool.fetch(months, "events_managed"):
        await pool.execute(f"DROP TABLE {name}")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken):
            await app.run(_config(tmp_path, {"url": database}, {"port": port}))

    assert len(await pool.fetch(months, "events_managed")) == MONTHS_AHEAD + 1


def _config(directory: Path, database: dict[str, str], listen: dict[str, int]) -> Path:
    write_files(Homeserver(url="http://127.0.0.1:1", domain="school.test"), directory)
    path, yaml = directory / "config.yaml", YAML()
    document = yaml.load(path.read_text())
    document["database"] |= database
    document["listen"] |= listen
    with path.open("w") as file:
        yaml.dump(document, file)
    road = directory / "registration-road.yaml"
    leads_here = road.read_text().replace(":29331", f":{document['listen']['port']}")
    road.write_text(leads_here)
    return path
