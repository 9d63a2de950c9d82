"""The homeserver.yaml of a school: what the demo promises, and no secret in it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from appservice.setup import synapse
from appservice.synapse_settings import ALONE, AS_A_SCHOOL_SHOULD


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return a folder that was just filled."""
    registration = tmp_path / "registration-road.yaml"
    registration.write_text("id: homeroom-road\n", "utf-8")
    synapse.write(
        tmp_path / "synapse",
        domain="school.test",
        public_url="https://matrix.school.test",
        registrations=[registration],
    )
    return tmp_path / "synapse"


def settings(directory: Path) -> dict[str, Any]:
    read = YAML(typ="safe", pure=True).load(directory / "homeserver.yaml")
    assert isinstance(read, dict)
    return read


def test_a_school_gets_what_the_demo_shows(directory: Path):
    """Both files say the same, though one is read by people."""
    told = settings(directory)

    assert {**told, **ALONE, **AS_A_SCHOOL_SHOULD} == told
    well_known = told["extra_well_known_client_content"]
    assert well_known == {"io.element.e2ee": {"default": False}}
    assert told["listeners"][0]["resources"] == [{"names": ["client"]}]
    assert told["public_baseurl"] == "https://matrix.school.test/"


def test_no_secret_stands_in_it(directory: Path):
    """Each has its file, so that this one can be shown to whoever helps."""
    text = (directory / "homeserver.yaml").read_text("utf-8")

    for path in directory.iterdir():
        if path.suffix in {".secret", ".password"}:
            assert len(path.read_text("utf-8")) > 40
            assert path.read_text("utf-8") not in text


def test_every_file_it_names_is_there(directory: Path):
    """But those the homeserver makes itself."""
    told = settings(directory)
    paths = [told["log_config"], told["database"]["args"]["passfile"]]
    paths += [value for key, value in told.items() if key.endswith("_path")]

    missing = {Path(path).name for path in paths if not Path(path).exists()}
    assert missing == {"media"}


def test_synapse_itself_reads_it(directory: Path):
    """A wrong value would end the homeserver at its first start."""
    said = subprocess.run(  # noqa: S603 - our own words
        [
            *(sys.executable, "-m", "synapse.config", "read", "server.server_name"),
            *("-c", str(directory / "homeserver.yaml")),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert said.returncode == 0, said.stderr
    assert said.stdout.strip().endswith("school.test")
