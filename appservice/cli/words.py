"""``homeroom words``: the word lists of a school."""

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from appservice.cli.database import ago, with_database
from appservice.config import Config
from appservice.domain.lexicon import LISTS, hits_of
from appservice.domain.rooms import Room, RoomClass
from appservice.lexicons.entries import Entry, read_lines
from appservice.lexicons.imports import Imported, compiled, lines_of, read_file
from appservice.lexicons.ordinary import messages
from appservice.matrix import parse
from appservice.store import records, rooms


@click.group()
def words() -> None:
    """
    Look after the school's own word lists.

    \b
    A line of a list is
      word       what nobody wants
      ?word      what may be meant otherwise: a person looks
      +word      a longer word around one, that is fine
      ~ pattern  a construction (RE2), such as: ~ 请.{0,8}投.{0,4}号
      ?~ pattern, +~ pattern
      # remark
    """


@words.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--list",
    "name",
    type=click.Choice(sorted(LISTS)),
    help="The list of words without a category.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The school's directory of lists.",
)
@click.option("--preview", is_flag=True, help="Say what would be found; write nothing.")
@click.option(
    "--config",
    "config_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Count what would be found in the messages on record, too.",
)
@click.option("--since", default="30d", show_default=True, help="How far back.")
def import_(
    file: Path,
    *,
    name: str | None,
    into: Path | None,
    preview: bool,
    config_path: Path | None,
    since: str,
) -> None:
    """
    Add the words of FILE to the school's lists.

    Text with a word a line, CSV with the columns word,category,severity, or YAML with
    words under their category; UTF-8 or GB18030. All of it is taken, or nothing.
    """
    if into is None and not preview:
        raise click.UsageError("say where the lists lie: --into DIR, or --preview")
    imported = read_file(file, name=name)
    for warning in imported.warnings:
        click.echo(f"warning: {warning}", err=True)
    _say_what_comes(imported)
    if config_path is not None:
        _say_what_is_kept(imported, config_path, since=ago(since))
    if preview or into is None:
        return
    into.mkdir(parents=True, exist_ok=True)
    for list_name, taken in imported.lists.items():
        path = into / f"{list_name}.txt"
        _replace(path, _joined(path, taken))
        click.echo(f"{path}: written")


def _say_what_comes(imported: Imported) -> None:
    for name, taken in imported.lists.items():
        click.echo(f"{name}: {len(taken)} entries")
    found = sum(map(bool, hits_of(compiled(imported), messages())))
    click.echo(f"found in {found} of {len(messages())} ordinary messages")


def _say_what_is_kept(
    imported: Imported, config_path: Path, *, since: datetime
) -> None:
    """Say of how many messages on record something would be found, room by room."""
    lexicon = compiled(imported)

    async def work(_config: Config, pool: Any) -> list[tuple[str, int, int]]:
        async with pool.acquire() as connection:
            return [
                (room.name or room.room_id, *await _count(connection, room, since))
                for room in await rooms.all_rooms(connection)
                if room.room_class is RoomClass.MANAGED
            ]

    async def _count(connection: Any, room: Room, since: datetime) -> tuple[int, int]:
        found = total = 0
        async for row, _, _ in records.events(
            connection, room.room_id, since=since, until=None
        ):
            event = parse.parse(parse.decode(row["original"] or row["raw"]))
            total += 1
            found += any(hits_of(lexicon, (text.value for text in event.texts)))
        return found, total

    for name, found, total in with_database(config_path, work):
        click.echo(f"{name}: found in {found} of {total} events on record")


def _joined(path: Path, taken: tuple[Entry, ...]) -> str:
    """Put new entries after those a list has already."""
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    known = {(each.kind, each.text) for each in read_lines(before.splitlines())}
    new = [each for each in taken if (each.kind, each.text) not in known]
    if before and not before.endswith("\n"):
        before += "\n"
    return before + lines_of(new)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all: whoever reads it meanwhile sees the old one."""
    descriptor, written = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(written).chmod(0o644)
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise
