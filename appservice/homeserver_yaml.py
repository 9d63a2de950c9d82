"""
A Synapse's own configuration: one file, or several laid over each other.

Debian's package has ``homeserver.yaml`` and a folder ``conf.d`` beside it, and says in
the latter what the server is called; so does who keeps secrets in a file of their own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class NotSynapses(Exception):
    """A file is no configuration of Synapse; the message names it and says why."""


def files_of(paths: Sequence[Path]) -> list[Path]:
    """
    List the files in the order in which Synapse lays them over each other.

    Args:
        paths: As they are given to Synapse (``--config-path``): files, and folders
            whose ``*.yaml`` are read by their names.

    Raises:
        NotSynapses: A folder may not be looked into.
    """
    return [file for path in paths for file in _files_of(path)]


def _files_of(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        found = (each for each in path.iterdir() if each.suffix == ".yaml")
        return sorted(each for each in found if each.is_file())
    except OSError as error:
        raise NotSynapses(f"{path}: cannot be read ({error.strerror})") from None


def read(paths: Sequence[Path]) -> dict[str, Any]:
    """
    Read the settings: of each at the top, the last file's whole value holds.

    Raises:
        NotSynapses: A file cannot be read, or there are no settings in any.
    """
    settings: dict[str, Any] = {}
    for path in files_of(paths):
        part = _read(path)
        if isinstance(part, dict):
            settings |= part
        elif part is not None:
            raise NotSynapses(f"{path}: is not a configuration of Synapse")
    if not settings:
        named = ", ".join(map(str, paths))
        raise NotSynapses(f"{named}: no configuration of Synapse is there")
    return settings


def _read(path: Path) -> Any:
    # As Synapse reads it: "no" is false there.
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    try:
        return yaml.load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotSynapses(f"{path}: cannot be read ({error.strerror})") from None
    except (YAMLError, ValueError):
        raise NotSynapses(f"{path}: is not YAML") from None
