"""The options that commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

CONFIG: Final = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("data/config.yaml"),
    show_default=True,
    help="The configuration file.",
)

PARTS: Final = "Again for other parts, as for Synapse: --synapse conf.d"


def synapse_option(text: str) -> Callable[[Any], Any]:
    """Name the homeserver's configuration, and again each other part of it."""
    return click.option(
        "--synapse",
        type=click.Path(path_type=Path),
        metavar="HOMESERVER.YAML",
        multiple=True,
        help=text,
    )
