"""``homeroom words``: the word lists of a school."""

import os
import tempfile
from pathlib import Path

import click

from appservice.domain.lexicon import LISTS, hits_of
from appservice.lexicons.entries import Entry, read_lines
from appservice.lexicons.imports import Imported, compiled, lines_of, read_file
from appservice.lexicons.ordinary import messages


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
def import_(file: Path, name: str | None, into: Path | None, *, preview: bool) -> None:
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
