"""The demo's folder: one demo at a time, and nothing of anybody else's is removed."""

from pathlib import Path

import pytest

from appservice.demo import place
from appservice.demo.place import LOCK, Occupied, occupy


def _names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_only_what_a_demo_left_is_cleared(tmp_path: Path):
    """A note that somebody put there stays."""
    with occupy(tmp_path):
        for name in ("demo.json", "notes.txt"):
            (tmp_path / name).touch()
        (tmp_path / "synapse").mkdir()

        assert await place.clear(tmp_path)

    assert _names(tmp_path) == {LOCK, "notes.txt"}


async def test_an_empty_folder_has_nothing_to_clear(tmp_path: Path):
    with occupy(tmp_path / "new"):
        assert not await place.clear(tmp_path / "new")


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path):
    """`--directory ~` must not cost anybody their files."""
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(Occupied, match="not a demo's"), occupy(tmp_path):
        pass

    assert _names(tmp_path) == {"thesis.txt"}


def test_a_file_is_no_folder(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(Occupied, match="is a file"), occupy(tmp_path / "file"):
        pass


def test_two_demos_do_not_share_a_folder(tmp_path: Path):
    """The second would clear what the first one uses."""
    with (
        occupy(tmp_path),
        pytest.raises(Occupied, match="another demo runs here"),
        occupy(tmp_path),
    ):
        pass
