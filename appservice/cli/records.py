"""``homeroom records``: what is on record."""

import base64
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from appservice.cli.database import with_database
from appservice.cli.kept import say_unknown
from appservice.cli.options import CONFIG
from appservice.cli.progress import track
from appservice.config import Config
from appservice.domain.ids import RoomId
from appservice.store import records as store
from appservice.store import rooms


@click.group()
def records() -> None:
    """Take records out."""


@records.command()
@CONFIG
@click.option("--room", "room_id", required=True, help="A managed room.")
@click.option("--since", type=str, default=None, help="2026-11-01 or 2026-11-01T08:00")
@click.option("--until", type=str, default=None, help="Up to and not including.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Where to write; standard output if not given. Readable by you alone.",
)
@click.pass_context
def export(
    ctx: click.Context,
    config_path: Path,
    *,
    room_id: str,
    since: str | None,
    until: str | None,
    output: Path | None,
) -> None:
    """
    Write the record of a room as JSON lines.

    Lines of kind "event" hold each event as first seen, with its judgements, and for a
    redaction who, why and what it took away; lines of kind "action" what we did, and
    "command" what people asked for. A room that took the place of others begins with
    their records.
    """
    span = (_moment("--since", since), _moment("--until", until))

    async def work(_config: Config, pool: Any) -> int | None:
        async with pool.acquire() as connection:
            known = {r.room_id for r in await rooms.all_rooms(connection)}
            if room_id not in known:
                return None
            earlier = await rooms.predecessors(connection, RoomId(room_id))
            lines = _lines_of_all(connection, [*earlier, RoomId(room_id)], *span)
            if output is None:
                return await _write(lines, sys.stdout)
            descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                return await _write(lines, file)

    try:
        count = with_database(config_path, work)
    except FileExistsError:
        raise click.UsageError(
            f"{output}: is there already; nothing is replaced"
        ) from None
    if count is None:
        say_unknown(room_id)
        ctx.exit(1)
    click.echo(f"{count} lines", err=True)


async def _write(lines: AsyncIterator[dict[str, Any]], file: TextIO) -> int:
    count = 0
    async for line in lines:
        # ASCII: whatever a pupil typed, every tool can read it.
        file.write(json.dumps(line) + "\n")
        count += 1
    return count


async def _lines_of_all(
    connection: Any,
    room_ids: list[RoomId],
    since: datetime | None,
    until: datetime | None,
) -> AsyncIterator[dict[str, Any]]:
    for room_id in room_ids:
        async for line in _lines(connection, room_id, since, until):
            yield line


async def _lines(
    connection: Any, room_id: RoomId, since: datetime | None, until: datetime | None
) -> AsyncIterator[dict[str, Any]]:
    total = await store.count(connection, room_id, since=since, until=until)
    progress = track(range(total), label="events", total=total)
    async for row, judged, taken in store.events(
        connection, room_id, since=since, until=until
    ):
        next(progress, None)
        yield _event(row, judged, taken)
    async for row in store.actions(connection, room_id, since=since, until=until):
        yield _action(row)
    async for row in store.commands(connection, room_id, since=since, until=until):
        yield _command(row)


def _event(row: Any, judged: list[Any], taken: bytes | None) -> dict[str, Any]:
    line: dict[str, Any] = {
        "kind": "event",
        "event_id": row["event_id"],
        "room_id": row["room_id"],
        "sender": row["sender"],
        "type": row["type"],
        "state_key": row["state_key"],
        "sent_at": row["sent_at"].isoformat(),
        "received_at": row["received_at"].isoformat(),
        "source": row["source"],
        "event": _json(row["raw"]),
    }
    if row["original_because"]:
        line["original"] = _json(row["original"]) if row["original"] else None
        line["original_because"] = row["original_because"]
    if row["redacted_by"]:
        line["redacts"] = row["target"]
        line["redacted_by"] = row["redacted_by"]
        line["reason"] = row["reason"]
        line["original"] = _json(taken) if taken else None
    if judged:
        line["judgements"] = [_judgement(judgement) for judgement in judged]
    return line


def _judgement(row: Any) -> dict[str, Any]:
    return {
        "role": row["role"],
        "policy": row["policy"],
        "outcome": row["outcome"],
        "violations": json.loads(row["violations"]),
        "judged_at": row["judged_at"].isoformat(),
    }


def _action(row: Any) -> dict[str, Any]:
    return {
        "kind": "action",
        "action": row["kind"],
        "id": str(row["id"]),
        "subject": row["subject"],
        "because_of": row["because_of"],
        "rule": row["rule"],
        "clauses": list(row["clauses"]),
        "status": row["status"],
        "decided_at": row["decided_at"].isoformat(),
        "ended_at": row["ended_at"].isoformat() if row["ended_at"] else None,
        "result": row["result"],
    }


def _command(row: Any) -> dict[str, Any]:
    return {
        "kind": "command",
        "command": row["name"],
        "event_id": row["event_id"],
        "written_in": row["written_in"],
        "sender": row["sender"],
        "subject": row["subject"],
        "result": row["result"],
        "answer": row["answer"],
        "commanded_at": row["commanded_at"].isoformat(),
    }


def _json(raw: bytes) -> Any:
    """Show an event as JSON; as its bytes in base64 where no parser can read it."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return {"unreadable": base64.b64encode(raw).decode()}


def _moment(option: str, written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(
            f'{option}: "{written}" is not a date; write e.g. 2026-11-01 or '
            f"2026-11-01T08:00+08:00"
        ) from None
    return moment if moment.tzinfo else moment.astimezone(UTC)
