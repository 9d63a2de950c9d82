"""``homeroom rooms``: which rooms are kept, and whether anything is done in them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from appservice.cli.adopting import adopt, report
from appservice.cli.database import with_database
from appservice.cli.kept import ROOMS_CHANGED, TIMERS_DUE, kept_room, say_unknown
from appservice.cli.options import CONFIG
from appservice.config import Config
from appservice.domain.ids import KindName, RoomId, UserId
from appservice.domain.people import Person
from appservice.domain.policy import Policy
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.domain.spelling import nearest
from appservice.homeserver import homeserver
from appservice.in_force import load_policies, require_ready
from appservice.store import rooms as store
from appservice.store import roster, timers

NO_ROSTER = (
    "warning: there is no roster, so everybody counts as a guest, under the strictest "
    "rules; see `homeroom roster import`"
)


@click.group()
def rooms() -> None:
    """See and change which rooms are kept."""


rooms.add_command(adopt)
rooms.add_command(report)


@rooms.command("list")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(config_path: Path, *, as_json: bool) -> None:
    """List all rooms with their kind and mode."""

    async def work(_config: Config, pool: Any) -> tuple[list[Room], Any]:
        async with pool.acquire() as connection:
            school = await connection.fetchrow(store.SCHOOL_MODE)
            return await store.all_rooms(connection), school

    found, school = with_database(config_path, work)
    for room in found:
        fields = {
            "room_id": room.room_id,
            "class": room.room_class.value,
            "kind": room.kind,
            "name": room.name,
            "scope": room.scope,
            "mode": room.mode.value,
            "successor": room.successor,
        }
        if as_json:
            click.echo(json.dumps(fields, ensure_ascii=False))
        else:
            click.echo("  ".join(str(v) for v in fields.values() if v))
    if school["mode"] == Mode.OBSERVE.value:
        click.echo(
            f"the whole school only observes: {school['mode_because']}", err=True
        )


@rooms.command()
@CONFIG
@click.argument("room_id")
@click.option("--kind", required=True, help="A room kind, e.g. class_students.")
@click.option("--name", default="", help="What people call it.")
@click.option("--scope", default=None, help="Its class or subject in the roster.")
@click.option("--enforce", is_flag=True, help="Act at once; else it is observed.")
def add(
    config_path: Path,
    room_id: str,
    *,
    kind: str,
    name: str,
    scope: str | None,
    enforce: bool,
) -> None:
    """
    Keep a room from now on.

    Invite the service's account to it and give it a level that may redact; what was
    written before is not looked at.
    """
    if not room_id.startswith("!"):
        raise click.BadParameter(
            f'"{room_id}" is not a room id; it begins with "!" (in Element: Room '
            f"settings, Advanced)"
        )

    async def work(config: Config, pool: Any) -> tuple[bool, list[Person]]:
        _require_kind(kind, load_policies(config))
        room = Room(
            room_id=RoomId(room_id),
            room_class=RoomClass.MANAGED,
            kind=KindName(kind),
            name=name,
            scope=scope,
            mode=Mode.ENFORCE if enforce else Mode.OBSERVE,
        )
        async with pool.acquire() as connection:
            is_new = await store.add(connection, room)
            await connection.execute(ROOMS_CHANGED)
            return is_new, await roster.everybody(connection)

    is_new, people = with_database(config_path, work)
    _warn_of_scope(scope, people)
    if is_new:
        click.echo(f"{room_id}: kept from now on")
    else:
        click.echo(
            f"{room_id}: was kept already, nothing is changed; see `homeroom rooms "
            f"list`, and `homeroom rooms set` to change it"
        )


@rooms.command("set")
@CONFIG
@click.argument("room_id")
@click.option("--kind", default=None, help="A room kind, e.g. class_students.")
@click.option("--name", default=None, help="What people call it.")
@click.option(
    "--scope", default=None, help='Its class or subject in the roster; "" for none.'
)
@click.pass_context
def set_(
    ctx: click.Context,
    config_path: Path,
    room_id: str,
    *,
    kind: str | None,
    name: str | None,
    scope: str | None,
) -> None:
    """Change what a room is; what is not named stays as it is."""
    if kind is None and name is None and scope is None:
        raise click.UsageError("name what to change: --kind, --name or --scope")

    async def work(config: Config, pool: Any) -> tuple[bool, list[Person]]:
        if kind is not None:
            _require_kind(kind, load_policies(config))
        async with pool.acquire() as connection:
            is_known = await store.change(
                connection,
                RoomId(room_id),
                kind=None if kind is None else KindName(kind),
                name=name,
                scope=scope,
            )
            await timers.hurry(connection, "desired", room_id)
            await connection.execute(ROOMS_CHANGED)
            return is_known, await roster.everybody(connection)

    is_known, people = with_database(config_path, work)
    if not is_known:
        say_unknown(room_id)
        ctx.exit(1)
    _warn_of_scope(scope, people)
    click.echo(f"{room_id}: changed")


@rooms.command()
@CONFIG
@click.argument("room_id", required=False)
@click.option("--school", is_flag=True, help="All rooms: close the school's breaker.")
@click.pass_context
def enforce(
    ctx: click.Context, config_path: Path, room_id: str | None, *, school: bool
) -> None:
    """Let verdicts be carried out in a room, or again after the breaker opened."""
    _set_mode(ctx, config_path, room_id, Mode.ENFORCE, school=school)


@rooms.command()
@CONFIG
@click.argument("room_id", required=False)
@click.option("--school", is_flag=True, help="All rooms at once.")
@click.pass_context
def observe(
    ctx: click.Context, config_path: Path, room_id: str | None, *, school: bool
) -> None:
    """Only record what would be done in a room, and do nothing."""
    _set_mode(ctx, config_path, room_id, Mode.OBSERVE, school=school)


def _set_mode(
    ctx: click.Context,
    config_path: Path,
    room_id: str | None,
    mode: Mode,
    *,
    school: bool,
) -> None:
    if (room_id is None) != school:
        raise click.UsageError("name one room, or --school for all")

    async def work(_config: Config, pool: Any) -> bool | None:
        async with pool.acquire() as connection:
            if mode is Mode.ENFORCE and not await roster.version(connection):
                click.echo(NO_ROSTER, err=True)
            if room_id is None:
                return await store.set_school_mode(
                    connection, mode, because="by command"
                )
            room = await kept_room(connection, room_id)
            if room is None:
                return None
            changed = await store.set_mode(
                connection, room.room_id, mode, because="by command"
            )
            await timers.hurry(connection, "desired", room.room_id)
            await connection.execute(TIMERS_DUE)
            return changed

    changed = with_database(config_path, work)
    if changed is None:
        say_unknown(str(room_id))
        ctx.exit(1)
    subject = room_id or "the school"
    click.echo(f"{subject}: {mode.value}{'' if changed else ' (as before)'}")


@rooms.command()
@CONFIG
@click.argument("room_id")
@click.option(
    "--version", default="12", show_default=True, help="The new room's version."
)
@click.pass_context
def upgrade(
    ctx: click.Context, config_path: Path, room_id: str, *, version: str
) -> None:
    """
    Replace a room by a new one, where the service goes on.

    Members, names, levels, pinned announcements and what runs (mutes) come along; the
    old room's record stays, and `records export` of the new one includes it.
    """

    async def work(config: Config, pool: Any) -> RoomId | None:
        async with pool.acquire() as connection:
            room = await kept_room(connection, room_id)
        if room is None:
            return None
        if room.successor is not None:
            return room.successor
        async with homeserver(config) as client:
            creators = [UserId(config.keeper)] if _has_creators(version) else []
            new = await client.upgrade(room.room_id, version, creators=creators)
        async with pool.acquire() as connection:
            await timers.hurry(connection, "follow", room.room_id)
            await connection.execute(TIMERS_DUE)
        return new

    new = with_database(config_path, work)
    if new is None:
        say_unknown(room_id)
        ctx.exit(1)
    click.echo(f"{room_id}: replaced by {new}; the running service follows")


def _has_creators(version: str) -> bool:
    """Whether a room of this version has creators above every level."""
    return not version.isdecimal() or int(version) >= 12


def _require_kind(kind: str, kinds: Mapping[KindName, Policy]) -> None:
    if kind not in kinds:
        raise click.BadParameter(f'"{kind}" is not a room kind; {nearest(kind, kinds)}')
    require_ready(kinds, [KindName(kind)])


def _warn_of_scope(scope: str | None, people: Sequence[Person]) -> None:
    """Say where a room is for a class that the roster does not know."""
    known = {name for person in people for name in person.classes}
    known |= {post.scope for person in people for post in person.posts if post.scope}
    if scope and known and scope not in known:
        click.echo(
            f'warning: nobody in the roster belongs to "{scope}"; '
            f"{nearest(scope, known)}",
            err=True,
        )
