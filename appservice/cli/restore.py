"""``homeroom restore``: a school back from one file."""

import asyncio
from pathlib import Path

import click

from appservice.backup.restoring import Restored, Wish, bring_back
from appservice.cli.options import CONFIG, synapse_option
from appservice.cli.progress import track_pieces


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@CONFIG
@synapse_option(
    "Restore the homeserver too: its configuration here, the rest beside it. "
    "With --database-only: what is here, again for other parts."
)
@click.option(
    "--replace", is_flag=True, help="Lose the files and the database that are here."
)
@click.option(
    "--database-only",
    is_flag=True,
    help="Leave the files here, and fill the database that they name.",
)
@click.option(
    "--embedded",
    is_flag=True,
    help="Use the embedded database, such as to try a backup on another machine.",
)
def restore(
    file: Path,
    *,
    config_path: Path,
    synapse: tuple[Path, ...],
    replace: bool,
    database_only: bool,
    embedded: bool,
) -> None:
    """
    Bring the school in FILE back.

    The configuration goes to --config, other files beside it, and the database to
    where the configuration says. Nothing is touched before all of FILE was found
    whole, and no database or file is replaced without --replace. Stop the service
    before.
    """
    if embedded and database_only:
        raise click.UsageError("--embedded and --database-only: give one of them")
    if not database_only and (len(synapse) > 1 or any(p.is_dir() for p in synapse)):
        raise click.UsageError(
            "--synapse: name one file; the other parts are in FILE and go beside it"
        )
    wish = Wish(
        file=file,
        config=config_path,
        synapse=synapse,
        replace=replace,
        database_only=database_only,
        embedded=embedded,
    )
    _tell(wish, asyncio.run(bring_back(wish, progress=track_pieces)))


def _tell(wish: Wish, restored: Restored) -> None:
    manifest = restored.manifest
    click.echo(
        f"{wish.config}: restored what was saved at {manifest.made_at}: revision "
        f"{manifest.revision}, {manifest.rooms} rooms, {manifest.events} events"
    )
    for path in restored.elsewhere:
        click.echo(f"{path}: lay outside the configuration's folder; put it there")
    for path in restored.left_over:
        click.echo(f"{path}: was not in the backup and is still there")
    if restored.left_out:
        click.echo("There is a homeserver in the backup; --synapse restores it.")
    if restored.needs_upgrade:
        click.echo("The database is of an earlier version: run `homeroom db upgrade`.")
