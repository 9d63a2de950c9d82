"""``homeroom doctor``: what is wrong with all that Homeroom stands on."""

import asyncio
import json
from pathlib import Path

import click

from appservice.cli.options import CONFIG, PARTS, synapse_option
from appservice.doctor import Finding, Status, examine

_MARKS = {Status.OK: "ok", Status.NOTE: "note", Status.PROBLEM: "PROBLEM"}


@click.command()
@CONFIG
@synapse_option(f"Synapse's homeserver.yaml, to look at what it tells nobody. {PARTS}")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_context
def doctor(
    ctx: click.Context, config_path: Path, *, synapse: tuple[Path, ...], as_json: bool
) -> None:
    """
    Look at configuration, database, homeserver and rooms; say what to put right.

    Asks the running homeserver; a room is made for that and left again, and nothing
    else is changed. Exit code 1: something is wrong.
    """
    found = asyncio.run(examine(config_path, synapse=synapse))
    for finding in found:
        if as_json:
            click.echo(json.dumps(finding.as_json(), ensure_ascii=False))
        else:
            click.echo(_line(finding))
    if any(finding.status is Status.PROBLEM for finding in found):
        ctx.exit(1)


def _line(finding: Finding) -> str:
    line = f"{_MARKS[finding.status]:<8} {finding.check:<13} {finding.text}"
    return f"{line}\n{'':<22} → {finding.remedy}" if finding.remedy else line
