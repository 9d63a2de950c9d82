"""The command as a whole: what it finds, and how it ends."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from appservice import cli
from appservice.cli import EXIT_CODES, INTERRUPTED, main
from appservice.documents import ConfigError, Mistake
from appservice.embedded.child import EmbeddedError
from appservice.store.schema import WrongSchema

MISTAKE = ConfigError([Mistake(file="c.yaml", line=3, key="a.b", text="is wrong")])


def ended_by(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> click.testing.Result:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: failing)
    return CliRunner().invoke(main, ["failing"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MISTAKE, 3, "c.yaml:3: a.b: is wrong\n"),
        (WrongSchema("run `homeroom db upgrade`"), 4, "run `homeroom db upgrade`\n"),
        (EmbeddedError("no space left"), 4, "no space left\n"),
        (ConnectionRefusedError("no database"), 4, "no database\n"),
        (KeyboardInterrupt(), INTERRUPTED, ""),
        (click.Abort(), INTERRUPTED, ""),
        (click.UsageError("what?"), 2, "Error: what?\n"),
    ],
)
def test_an_error_with_a_remedy_is_a_sentence_and_a_code(
    error: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch
):
    """No traceback: the reader is a teacher."""
    result = ended_by(error, monkeypatch)

    assert result.exit_code == code
    assert result.output.endswith(said)
    assert "Traceback" not in result.output


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch):
    """Hiding it would help nobody."""
    result = ended_by(ZeroDivisionError(), monkeypatch)

    assert isinstance(result.exception, ZeroDivisionError)


def test_the_help_lists_commands_and_exit_codes():
    """A file that is no command is not listed."""
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    assert "\n  init " in result.output
    assert "\n  progress " not in result.output
    for code in {*EXIT_CODES.values(), 0, 1, 2, INTERRUPTED}:
        assert f"\n    {code} " in result.output


@pytest.mark.parametrize("name", ["progress", "nothing"])
def test_an_unknown_command_is_wrong_usage(name: str):
    """Even if there is a file of that name."""
    assert CliRunner().invoke(main, [name]).exit_code == 2


def test_nothing_heavy_is_imported_until_it_is_needed():
    """``homeroom check`` starts at once."""
    program = (
        "import sys; from appservice.cli import main;"
        "print([name for name in ('asyncpg', 'aiohttp', 'mautrix') "
        "if name in sys.modules])"
    )

    said = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert said.stdout == "[]\n"
