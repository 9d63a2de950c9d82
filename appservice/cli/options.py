"""The options that commands share."""

from pathlib import Path
from typing import Final

import click

CONFIG: Final = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("data/config.yaml"),
    show_default=True,
    help="The configuration file.",
)
