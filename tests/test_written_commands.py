"""What the documents tell people to type exists, and in both languages alike."""

import re
import shlex
from pathlib import Path

import click
import pytest

from appservice.cli import main

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "docs" / "operating.md"
CHINESE = ROOT / "docs" / "operating.zh.md"

COMMAND = re.compile(r"(?<![\w/-])(?:\./)?homeroom ([a-z-]+[^`|<>;&→…)）]*)")
"""Up to where the shell goes on with something else."""
CONTAINER = re.compile(r"docker compose \w+ (-T )?homeroom ")
"""Before what runs in ours."""


def quoted(path: Path) -> set[str]:
    """List what stands in code: indented lines, and spans within a line."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    blocks = {line.strip() for line in lines if line.startswith("    ")}
    return blocks | {span for line in lines for span in re.findall("`([^`]+)`", line)}


def commands(path: Path) -> list[str]:
    """List the calls of our command in a document."""
    codes = {CONTAINER.sub("", code) for code in quoted(path)}
    return sorted({m[1].strip() for code in codes for m in COMMAND.finditer(code)})


def missing(call: str) -> str | None:
    """Name the first word of a call that our command does not know; None: it does."""
    command: click.Command = main
    for word in shlex.split(call, comments=True):
        if word == "--help":
            continue
        if isinstance(command, click.Group):
            below = command.get_command(click.Context(command), word)
            if below is None:
                return word
            command = below
        elif word.startswith("--"):
            known = {name for param in command.params for name in param.opts}
            if word not in known:
                return word
    return None


def cases() -> list[tuple[str, str]]:
    """Pair each document with each call in it."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [(path.name, call) for path in paths for call in commands(path)]


@pytest.mark.parametrize(("document", "call"), cases())
def test_what_is_to_be_typed_is_there(document: str, call: str):
    """Command, subcommand and options."""
    assert missing(call) is None, document


def test_there_is_something_to_type():
    """Or the test before would say nothing."""
    assert len(cases()) > 60
    assert missing("rooms adop '!room'") == "adop"
    assert missing("backup FILE --synaps x") == "--synaps"


def test_the_chinese_commands_are_the_english_ones():
    """Whoever reads either types the same."""
    chinese = {
        line for line in quoted(CHINESE) if re.match(r"(\./)?homeroom |docker ", line)
    }

    assert len(chinese) > 20
    assert chinese <= quoted(ENGLISH)


def test_both_name_the_same_gauges():
    """And what to do about each."""
    rows = [
        re.findall(r"^\| `(homeroom_[^`]+)`", path.read_text("utf-8"), re.MULTILINE)
        for path in (ENGLISH, CHINESE)
    ]

    assert rows[0] == rows[1] != []
