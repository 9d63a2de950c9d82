"""``homeroom backup``: a school into one file."""

import asyncio
from pathlib import Path

import click

from appservice.backup.saving import save
from appservice.cli.options import CONFIG, PARTS, synapse_option
from appservice.cli.progress import track_pieces


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@CONFIG
@synapse_option(
    f"Save the homeserver: its configuration, keys, media and database. {PARTS}"
)
@click.option("--replace", is_flag=True, help="Take the place of a file of that name.")
def backup(
    file: Path, *, config_path: Path, synapse: tuple[Path, ...], replace: bool
) -> None:
    """
    Write everything of the school into FILE; the service may run meanwhile.

    That is the database, the configuration, the registrations, the secrets' files,
    and the school's own policies and word lists. FILE holds what pupils wrote, and
    tokens: only its owner may read it, and it is whole or not there at all.
    """
    saved = asyncio.run(
        save(config_path, file, replace=replace, synapse=synapse, progress=track_pieces)
    )
    manifest = saved.manifest
    click.echo(
        f"{file}: {saved.size / 2**20:,.1f} MiB, revision {manifest.revision}, "
        f"{manifest.rooms} rooms, {manifest.events} events, "
        f"{len(manifest.members)} files" + (", with the homeserver" if synapse else "")
    )
