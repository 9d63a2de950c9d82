"""``homeroom policy``: the written rules as they are set, and what would change."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from appservice import coverage, policies
from appservice.cli.database import ago, with_database
from appservice.cli.options import CONFIG
from appservice.config import Config
from appservice.configured import school_of
from appservice.documents import ConfigError
from appservice.domain.ids import KindName
from appservice.domain.policy import Policy
from appservice.domain.spelling import nearest
from appservice.in_force import load_policies
from appservice.services.replay import Change, replay

OWN: Final = click.option(
    "--policies",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of the school's own policies.",
)


@click.group()
def policy() -> None:
    """See, check, compare and try policies."""


@policy.command()
@click.argument("kind")
@OWN
@click.option("--clauses", is_flag=True, help="With the text of every clause.")
def show(kind: str, *, directory: Path | None, clauses: bool) -> None:
    """Write a kind's policy as it is in force, all that it extends included: JSON."""
    described = policies.describe(_choose(kind, policies.load_all(directory)))
    if not clauses:
        described["clauses"] = sorted(described["clauses"])
    click.echo(json.dumps(described, ensure_ascii=False, indent=2))


@policy.command()
@click.argument(
    "directory", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--lexicons",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of the school's own word lists.",
)
def check(directory: Path, *, lexicons: Path | None) -> None:
    """Read a directory of policies and say every mistake with file, line and remedy."""
    loaded = policies.load_all(directory, lexicons=lexicons)
    today = datetime.now(tz=UTC).date()
    own = {path.stem for path in directory.glob("*.yaml")}
    for kind in sorted(own & set(loaded)):
        waiting = list(policies.not_ready(loaded[KindName(kind)], today=today))
        click.echo(f"{kind}: ok" + "".join(f"\n  {each}" for each in waiting))


@policy.command()
@click.argument("kind")
@click.argument("other")
@OWN
def diff(kind: str, other: str, *, directory: Path | None) -> None:
    """
    Say what differs between two kinds, or between ours and the school's.

    OTHER may be "shipped": then KIND is compared with ours of the same name.
    """
    loaded = policies.load_all(directory)
    after = _choose(kind, loaded)
    before = (
        _choose(kind, policies.load_all())
        if other == "shipped"
        else _choose(other, loaded)
    )
    for key, then, now in policies.differences(
        policies.describe(before), policies.describe(after)
    ):
        click.echo(f"{key}: {_short(then)} → {_short(now)}")


@policy.command()
@click.option("--markdown", is_flag=True, help="Write docs/regulations.md.")
@click.pass_context
def cover(ctx: click.Context, *, markdown: bool) -> None:
    """Say of every rule how it is kept: setting, code, test; or why not yet."""
    table = coverage.read()
    missing = coverage.missing(table)
    if markdown:
        click.echo(coverage.markdown(table), nl=False)
    else:
        for row in table:
            click.echo(coverage.line(row))
    for name in missing:
        click.echo(f"{name}", err=True)
    if missing:
        ctx.exit(1)


# The word people look for; `cover` is the verb that Python lets a function have here.
policy.add_command(cover, "coverage")


@policy.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@CONFIG
@click.option("--since", default="30d", show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per room.")
def try_(file: Path, config_path: Path, *, since: str, as_json: bool) -> None:
    """
    Say what a changed policy or word list would have done with what is on record.

    FILE is a policy (class_students.yaml) or a word list (abuse.txt), named as it would
    be in the school's directory. Nothing is done, and nothing is written.
    """
    at = ago(since)

    async def work(config: Config, pool: Any) -> list[Change]:
        school = school_of(config, load_policies(config), hand=None)
        other = _with(file, config, school.policies)
        async with pool.acquire() as connection:
            await school.load_rooms(connection)
            await school.load_people(connection)
            return [each async for each in replay(connection, school, other, since=at)]

    changes = with_database(config_path, work)
    say: Callable[[Change], str] = _as_json if as_json else _for_people
    for change in changes:
        click.echo(say(change))
    if not as_json:
        total = sum(change.ways.total() for change in changes)
        judged = sum(change.judged for change in changes)
        if not changes:
            click.echo("This file changes nothing for any room that we keep.")
        click.echo(f"{judged} events judged again, {total} differences")


def _with(
    file: Path, config: Config, in_force: Mapping[KindName, Policy]
) -> Mapping[KindName, Policy]:
    """Load the policies as if this file lay among the school's: what it changes."""
    if file.suffix not in (".yaml", ".txt"):
        raise click.UsageError(
            f"{file} is neither a policy (KIND.yaml) nor a word list (LIST.txt); "
            "`homeroom words import` makes a list of other files"
        )
    is_list = file.suffix == ".txt"
    loaded = policies.with_retention(
        _load_with(file, config, is_list=is_list), config.policies.retention_min
    )
    return {
        kind: policy
        for kind, policy in loaded.items()
        # Word lists are no part of a described policy, and may change every kind.
        if is_list
        or kind not in in_force
        or policies.describe(policy) != policies.describe(in_force[kind])
    }


def _load_with(
    file: Path, config: Config, *, is_list: bool
) -> Mapping[KindName, Policy]:
    with tempfile.TemporaryDirectory(prefix="homeroom-try-") as name:
        folders = {}
        for sort, own in (
            ("policies", config.policies.directory),
            ("lexicons", config.lexicons.directory),
        ):
            folders[sort] = Path(name) / sort
            folders[sort].mkdir()
            if own is not None:
                shutil.copytree(own, folders[sort], dirs_exist_ok=True)
        target = folders["lexicons" if is_list else "policies"] / file.name
        shutil.copyfile(file, target)
        try:
            return policies.load_all(folders["policies"], lexicons=folders["lexicons"])
        except ConfigError as error:
            # Told by the file that was named, and not by our copy of it.
            raise ConfigError(
                replace(each, file=str(file)) if each.file == str(target) else each
                for each in error.mistakes
            ) from None


def _choose(kind: str, loaded: Mapping[KindName, Policy]) -> Policy:
    found = loaded.get(KindName(kind))
    if found is None:
        raise click.UsageError(f'there is no kind "{kind}"; {nearest(kind, loaded)}')
    return found


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}…"


def _for_people(change: Change) -> str:
    name = change.room.name or change.room.room_id
    lines = [f"{name} ({change.room.kind}): {change.judged} events"]
    for way, count in sorted(change.ways.items()):
        rule, before, after = way
        lines.append(f"  {rule}: {before} → {after}: {count}")
        lines += [f"    {event_id} {text}" for event_id, text in change.examples[way]]
    return "\n".join(lines)


def _as_json(change: Change) -> str:
    return json.dumps(
        {
            "room_id": change.room.room_id,
            "kind": change.room.kind,
            "judged": change.judged,
            "differences": [
                {
                    "rule": rule,
                    "before": before,
                    "after": after,
                    "count": count,
                    "examples": [event_id for event_id, _ in change.examples[way]],
                }
                for way, count in sorted(change.ways.items())
                for rule, before, after in [way]
            ],
        }
    )
