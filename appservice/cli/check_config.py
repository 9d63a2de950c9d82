"""``homeroom check-config``: every mistake in the configuration and what it names."""

import dataclasses
import json
from pathlib import Path

import click

from appservice import config as configuration
from appservice import lexicons, policies
from appservice.cli.options import CONFIG
from appservice.config import is_folder
from appservice.mistakes import ConfigError


@click.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON object per mistake.")
@click.pass_context
def check_config(ctx: click.Context, *, config_path: Path, as_json: bool) -> None:
    """
    Say every mistake in the configuration and in the files it names.

    Those are the registrations, the secrets' files, the policies and the word lists;
    nothing is connected to. Each mistake is one line: file, line, key, what is wrong
    and what to write. With --json each is an object with file, line (null: the whole
    file), key and text, and nothing is printed where all is well.
    """
    try:
        said = _look(config_path)
    except ConfigError as error:
        if not as_json:
            raise
        for mistake in error.mistakes:
            click.echo(json.dumps(dataclasses.asdict(mistake), ensure_ascii=False))
        ctx.exit(3)
    if not as_json:
        click.echo(f"{config_path}: ok, {said}")


def _look(path: Path) -> str:
    """Read everything; return what was found, or raise all that is wrong at once."""
    examined = configuration.examine(path)
    mistakes = list(examined.mistakes)
    own_policies = _found(examined.config.policies.directory)
    own_lists = _found(examined.config.lexicons.directory)
    try:
        kinds = policies.load_all(own_policies, lexicons=own_lists)
    except ConfigError as error:
        mistakes += error.mistakes
    if mistakes:
        raise ConfigError(dict.fromkeys(mistakes))
    folders = [folder for folder in (lexicons.SHIPPED, own_lists) if folder]
    lists = {file.stem for folder in folders for file in folder.glob("*.txt")}
    return f"{len(kinds)} kinds of room, {len(lists)} word lists"


def _found(folder: Path | None) -> Path | None:
    """Leave out a folder that is not there: that has been said with its key."""
    return folder if folder is not None and is_folder(folder) else None
