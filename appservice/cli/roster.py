"""``homeroom roster``: who is who."""

from pathlib import Path
from typing import Any

import click

from appservice.cli.database import with_database
from appservice.cli.options import CONFIG
from appservice.config import Config
from appservice.domain import roster as pure
from appservice.domain.people import Person
from appservice.store import roster as store
from appservice.store import timers

NOTIFY = "SELECT pg_notify('homeroom', '0 inbox')"
LOOK = "SELECT pg_notify('homeroom', '0 timers')"

REMOVED_AT_MOST = 0.1
"""A partial file must not sweep people out."""


@click.group()
def roster() -> None:
    """Look after the school's list of people."""


@roster.command("import")
@CONFIG
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--accept-removals",
    is_flag=True,
    help="Needed where more than a tenth of the people would go.",
)
@click.pass_context
def import_(
    ctx: click.Context, config_path: Path, file: Path, *, accept_removals: bool
) -> None:
    """
    Put FILE in the place of the roster in force.

    CSV in UTF-8 with the header id,name,role,classes,subjects,pupils,relation,number,
    language,user_id,posts; lists separated by ";". All of it is taken, or nothing.
    """
    content = file.read_bytes()
    people = pure.read(content, name=file.name)

    async def work(_config: Config, pool: Any) -> tuple[int, int, int, int] | None:
        async with pool.acquire() as connection, connection.transaction():
            before = await store.everybody(connection)
            added, changed, removed = _difference(before, people)
            if removed > REMOVED_AT_MOST * len(before) and not accept_removals:
                return None
            if added or changed or removed or not before:
                await store.replace(
                    connection, people, source=file.name, content=content
                )
                # Names and rights follow from it, in every room.
                await timers.hurry(connection, "desired")
            for notify in (NOTIFY, LOOK):
                await connection.execute(notify)
            return len(people), added, changed, removed

    done = with_database(config_path, work)
    if done is None:
        click.echo(
            "more than a tenth of the people in the roster are not in this file: is it "
            "the whole list? Nothing is changed; with --accept-removals they go.",
            err=True,
        )
        ctx.exit(1)
    total, added, changed, removed = done
    click.echo(f"{total} people: {added} added, {changed} changed, {removed} removed")


def _difference(
    before: list[Person], after: tuple[Person, ...]
) -> tuple[int, int, int]:
    """Count who is added, changed, removed."""
    old, new = {p.id: p for p in before}, {p.id: p for p in after}
    both = old.keys() & new.keys()
    return (
        len(new.keys() - old.keys()),
        sum(old[id_] != new[id_] for id_ in both),
        len(old.keys() - new.keys()),
    )
