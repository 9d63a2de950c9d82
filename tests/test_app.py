"""Building and starting the service as a whole."""

import socket
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from appservice import app
from appservice.app import PortTaken
from appservice.cli.init import write_files
from appservice.config import Homeserver


async def test_a_port_that_is_taken_is_named(database: str, tmp_path: Path):
    """Else a second Homeroom ends in a traceback, and its port stays a riddle."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = _config(tmp_path, {"url": database}, {"port": port})

        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port} cannot be used"):
            await app.run(config)


def _config(directory: Path, database: dict[str, str], listen: dict[str, int]) -> Path:
    write_files(Homeserver(url="http://127.0.0.1:1", domain="school.test"), directory)
    path, yaml = directory / "config.yaml", YAML()
    document = yaml.load(path.read_text())
    document["database"] |= database
    document["listen"] |= listen
    with path.open("w") as file:
        yaml.dump(document, file)
    return path
