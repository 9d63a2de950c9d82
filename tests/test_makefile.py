"""What people call: the first `make run` writes a configuration."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_the_first_run_writes_a_configuration(tmp_path: Path):
    """In a place without data/; nothing is made or installed for this."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    shutil.copytree(PROJECT / "requirements", tmp_path / "requirements")

    said = subprocess.run(
        ["make", "-n", "run", "DOMAIN=a.example", "RETENTION=3y"],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout

    assert "init --domain a.example" in said
    assert "--retention-min 3y" in said
    assert said.rindex("appservice run") > said.index("init --domain")


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("is_there", [True, False])
def test_images_are_stood_in_for_where_somebody_can(tmp_path: Path, *, is_there: bool):
    """A script that is not there is not asked; the images are then fetched."""
    script = tmp_path / "images.sh"
    if is_there:
        script.touch()

    said = subprocess.run(  # noqa: S603 - our own words
        ["make", "-n", "compose-check", f"STAND_INS={script}"],  # noqa: S607
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout

    assert ("docker compose build" in said) is not is_there
    assert (f"bash {script} --stop" in said) is is_there
    assert "pytest tests/compose" in said
