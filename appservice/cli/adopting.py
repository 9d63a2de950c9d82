"""``homeroom rooms adopt`` and ``report``: a room that exists, taken on with care."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from appservice import config as configuration
from appservice.cli.database import ago, with_database
from appservice.cli.kept import ROOMS_CHANGED, kept_room, say_unknown
from appservice.cli.options import CONFIG
from appservice.cli.progress import counting
from appservice.cli.seeing import told
from appservice.config import Config
from appservice.configured import school_of
from appservice.domain.ids import KindName, RoomId
from appservice.domain.rooms import Mode, RoomClass
from appservice.domain.spelling import nearest
from appservice.homeserver import homeserver
from appservice.in_force import load_policies, require_ready
from appservice.matrix.client import Client
from appservice.matrix.errors import Refused, Unavailable
from appservice.services import adoption
from appservice.services.bell import Tower
from appservice.services.intake import Intake
from appservice.services.past import PastReader, PastTaken
from appservice.store import trials
from appservice.store.adoptions import Progress
from appservice.store.trials import Trial

ROOM_ID: Final = click.argument("room_id", metavar="ROOM")


@click.command()
@ROOM_ID
@CONFIG
@click.option("--kind", required=True, help="A room kind, e.g. class_students.")
@click.option("--name", default=None, help="What people call it; else its own name.")
@click.option("--scope", default=None, help="Its class; else the one in its name.")
@click.option("--history", is_flag=True, help="Bring its past into the record, too.")
@click.option("--enforce", is_flag=True, help="Act at once; else it is observed.")
@click.option("--yes", is_flag=True, help="Do not ask after the preview.")
@click.pass_context
def adopt(
    ctx: click.Context, /, config_path: Path, room_id: str, **options: Any
) -> None:
    """
    Look at a room that exists, say what would change, and keep it.

    ROOM is a room id (!…) or an address (#…). What was written before is not judged;
    with --history it is recorded, and calling this again goes on where it broke off.
    """
    if room_id[:1] not in ("!", "#"):
        raise click.BadParameter(
            f'"{room_id}" is neither a room id (!…) nor an address (#…); in Element: '
            "Room settings, Advanced"
        )

    async def work(config: Config, pool: Any) -> int:
        async with homeserver(config) as client:
            return await _Adopting(config, pool, client, options).run(room_id)

    ctx.exit(with_database(config_path, work))


class _Adopting:
    """One call of the command."""

    def __init__(
        self, config: Config, pool: Any, client: Client, options: dict[str, Any]
    ) -> None:
        self._pool = pool
        self._client = client
        self._options = options
        self._may_administer = False
        hand = configuration.registrations(config).hand
        self._school = school_of(config, load_policies(config), hand=hand)

    async def run(self, name: str) -> int:
        """Do all of it; return the exit code."""
        kind = self._options["kind"]
        kinds = self._school.policies
        if kind not in kinds:
            text = f'"{kind}" is not a room kind; {nearest(kind, kinds)}'
            raise click.BadParameter(text)
        require_ready(kinds, [KindName(kind)])
        async with self._pool.acquire() as connection:
            await self._school.load_rooms(connection)
            await self._school.load_people(connection)
        self._may_administer = await self._client.is_admin(self._school.bot)
        room_id = await self._find(name)
        known = self._school.rooms.get(room_id)
        if known is not None and known.room_class is not RoomClass.MANAGED:
            text = f"{room_id}: is a room of the service itself, and no record"
            click.echo(text, err=True)
            return 1
        if known is None:
            code = await self._take_on(room_id, KindName(kind))
            if code is not None:
                return code
        else:
            click.echo(f"{room_id}: is kept already, as {known.kind}; left as it is")
        if self._options["history"]:
            await self._read_past(room_id)
        return 0

    async def _find(self, name: str) -> RoomId:
        if name.startswith("!"):
            return RoomId(name)
        try:
            return await self._client.resolve(name)
        except Refused:
            text = f'"{name}": the homeserver knows no such address'
            raise click.BadParameter(text) from None

    async def _take_on(self, room_id: RoomId, kind: KindName) -> int | None:
        """Look, ask, keep; return an exit code where it ends before it is kept."""
        try:
            candidate = await adoption.look(
                self._client,
                self._school,
                room_id,
                kind=kind,
                name=self._options["name"],
                scope=self._options["scope"],
                may_administer=self._may_administer,
            )
        except adoption.NotThere as error:
            click.echo(str(error), err=True)
            return 1
        for line in told(candidate, self._school, able=self._may_administer):
            click.echo(line)
        if candidate.seen.is_impossible:
            return 1
        if not self._is_wanted():
            return 0
        return await self._keep(candidate)

    def _is_wanted(self) -> bool:
        if self._options["yes"]:
            return True
        if not sys.stdin.isatty():
            click.echo("Nothing is changed; with --yes it is adopted.")
            return False
        return click.confirm("Adopt it?")

    async def _keep(self, candidate: adoption.Candidate) -> int | None:
        mode = Mode.ENFORCE if self._options["enforce"] else Mode.OBSERVE
        room_id = candidate.room.room_id
        try:
            because = await adoption.enter(
                self._client,
                self._school,
                candidate,
                may_administer=self._may_administer,
            )
        except adoption.NotThere as error:
            click.echo(str(error), err=True)
            return 1
        if because is not None:
            click.echo(
                f"{room_id}: our level could not be raised ({because})", err=True
            )
        async with self._pool.acquire() as connection:
            is_new = await adoption.keep(connection, self._client, candidate, mode=mode)
            await connection.execute(ROOMS_CHANGED)
            await self._school.load_rooms(connection)
        if not is_new:
            click.echo(f"{room_id}: was kept meanwhile by somebody else", err=True)
            return 1
        click.echo(f"{room_id}: adopted, {mode.value}")
        if mode is Mode.OBSERVE:
            click.echo("Nothing is done in it. In a while: `homeroom rooms report`")
        return None

    async def _read_past(self, room_id: RoomId) -> None:
        tower = Tower(self._pool)
        intake = Intake(self._pool, self._school, tower)
        reader = PastReader(
            self._pool, self._client, intake, as_admin=self._may_administer
        )
        progress = None
        try:
            with counting("events") as count:
                async for progress in reader.read(room_id):
                    count(progress.events, _back_to(progress))
        except (Unavailable, Refused, PastTaken) as error:
            remedy = "call this again to go on"
            raise click.ClickException(f"{room_id}: {error}; {remedy}") from None
        finally:
            await tower.close()
        if progress is None:
            click.echo(f"{room_id}: its past is on record already")
        else:
            click.echo(f"{room_id}: {progress.events} events of its past on record")


def _back_to(progress: Progress) -> str:
    return f"back to {progress.oldest:%Y-%m-%d}" if progress.oldest else ""


@click.command()
@ROOM_ID
@CONFIG
@click.option("--since", default=None, help="How far back, such as 14d; else all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def report(
    ctx: click.Context,
    config_path: Path,
    room_id: str,
    *,
    since: str | None,
    as_json: bool,
) -> None:
    """Say what was found in a room and what would have been done, by rule."""
    at = None if since is None else ago(since)

    async def work(_config: Config, pool: Any) -> tuple[Any, Trial] | None:
        async with pool.acquire() as connection:
            room = await kept_room(connection, room_id)
            if room is None:
                return None
            return room, await trials.trial(connection, room.room_id, since=at)

    found = with_database(config_path, work)
    if found is None:
        say_unknown(room_id)
        ctx.exit(1)
    room, trial = found
    if as_json:
        click.echo(json.dumps(_as_json(room, trial), ensure_ascii=False))
    else:
        click.echo("\n".join(_for_people(room, trial)))


def _for_people(room: Any, trial: Trial) -> list[str]:
    name = f"{room.name} ({room.kind}, {room.mode.value})"
    if trial.since is None or trial.until is None:
        return [f"{name}: nothing has come in yet"]
    days = f"{trial.since:%Y-%m-%d} to {trial.until:%Y-%m-%d}"
    lines = [f"{name}: {trial.events} events, {days}"]
    for (rule, outcome), tally in trial.rules.items():
        who = f"by {len(tally.senders)} people"
        lines.append(f"  {outcome:<8} {rule:<24} {tally.times:>5}  {who}")
        lines.append(f"           {' '.join(tally.examples)}")
    if not trial.rules:
        lines.append("  no rule was broken")
    would = _observed(trial)
    if would:
        lines.append("What would have been done:")
        lines += [f"  {kind:<12} {rule:<24} {n:>5}" for (kind, rule), n in would]
    return lines


def _observed(trial: Trial) -> list[tuple[tuple[str, str], int]]:
    return [
        ((kind, rule), times)
        for (kind, rule, status), times in sorted(trial.actions.items())
        if status == "observed"
    ]


def _as_json(room: Any, trial: Trial) -> dict[str, Any]:
    return {
        "room_id": room.room_id,
        "kind": room.kind,
        "mode": room.mode.value,
        "events": trial.events,
        "since": trial.since.isoformat() if trial.since else None,
        "until": trial.until.isoformat() if trial.until else None,
        "rules": [
            {
                "rule": rule,
                "outcome": outcome,
                "times": tally.times,
                "people": len(tally.senders),
                "examples": tally.examples,
            }
            for (rule, outcome), tally in trial.rules.items()
        ],
        "actions": [
            {"kind": kind, "rule": rule, "status": status, "times": times}
            for (kind, rule, status), times in sorted(trial.actions.items())
        ],
    }
