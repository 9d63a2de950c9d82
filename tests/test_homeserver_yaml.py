"""Synapse's configuration is read as Synapse reads it, in one file or in many."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appservice.embedded.child import NOBODY
from appservice.homeserver_yaml import NotSynapses, files_of, read

THEIRS = """
import json, sys
from synapse.config._base import find_config_files, read_config_files
files = find_config_files(sys.argv[1:])
print(json.dumps([files, read_config_files(files)]))
"""
MAIN = "server_name: a.test\nreport_stats: no\ndatabase: {name: sqlite3, args: {}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay files as Debian's package does, with some that are none of it."""
    (tmp_path / "homeserver.yaml").write_text(MAIN, encoding="utf-8")
    parts = tmp_path / "conf.d"
    parts.mkdir()
    (parts / "b.yaml").write_text("database: {name: psycopg2}\n", encoding="utf-8")
    (parts / "a.yaml").write_text(
        "server_name: school.test\ndatabase: null\n", encoding="utf-8"
    )
    (parts / "empty.yaml").write_text("# nothing\n", encoding="utf-8")
    (parts / "c.yaml.dpkg-old").write_text("server_name: old.test\n", encoding="utf-8")
    (parts / "d.yaml").mkdir()
    return tmp_path


def theirs(paths: list[Path]) -> tuple[list[str], dict[str, Any]]:
    """
    Ask Synapse for the files and the settings.

    In a process of its own: importing Synapse changes how Pillow reads pictures.
    """
    command = [sys.executable, "-c", THEIRS, *map(str, paths)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    files, settings = json.loads(said.stdout.splitlines()[-1])
    return files, settings


@pytest.mark.parametrize("names", [["homeserver.yaml"], ["homeserver.yaml", "conf.d"]])
def test_parts_are_laid_over_each_other_as_synapse_does(folder: Path, names: list[str]):
    paths = [folder / name for name in names]
    files, settings = theirs(paths)

    assert [str(path) for path in files_of(paths)] == files
    assert read(paths) == settings


def test_the_later_part_holds(folder: Path):
    """Its whole value, whatever the earlier ones have below it."""
    settings = read([folder / "homeserver.yaml", folder / "conf.d"])

    assert settings["server_name"] == "school.test"
    assert settings["database"] == {"name": "psycopg2"}
    assert settings["report_stats"] is False


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"- a\n", "is not a configuration of Synapse"),
        (b"server_name: [\n", "is not YAML"),
        (b"\xff\xfe", "is not YAML"),
        (b"\0", "is not YAML"),
        (b"", "no configuration of Synapse is there"),
    ],
)
def test_what_is_none_is_named(tmp_path: Path, content: bytes, why: str):
    path = tmp_path / "homeserver.yaml"
    path.write_bytes(content)

    with pytest.raises(NotSynapses, match=rf"homeserver\.yaml: {why}"):
        read([path])


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(NotSynapses, match=r"none\.yaml: cannot be read"):
        read([tmp_path / "none.yaml"])


def test_a_folder_that_may_not_be_entered_is_named(tmp_path: Path):
    """The service's account reads less than who looks after Synapse."""
    closed = tmp_path / "closed"
    (closed / "conf.d").mkdir(parents=True)
    closed.chmod(0)
    who = os.geteuid()
    os.seteuid(who or NOBODY)
    try:
        with pytest.raises(NotSynapses, match=r"conf\.d: cannot be read"):
            read([closed / "conf.d"])
    finally:
        os.seteuid(who)
        closed.chmod(0o700)
