"""Reaching the database: what a command says when it is away."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.database import DatabaseAway, pool_on

NOBODY = "postgresql://homeroom:secret@127.0.0.1:1/homeroom"
NO_SOCKET = "postgresql://postgres@/homeroom?host=%2Fnowhere"


@pytest.mark.parametrize("url", [NOBODY, NO_SOCKET])
async def test_who_gives_up_says_what_to_do(url: str):
    """And never the password."""
    with pytest.raises(DatabaseAway, match=r"correct database\.url") as caught:
        async with pool_on(url, patience=0):
            pass

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("command", [["db", "status"], ["db", "upgrade"]])
def test_commands_on_the_schema_say_the_same(command: list[str], tmp_path: Path):
    """Not what the driver says, which names no remedy; exit code 4."""
    write_files(Homeserver(url="http://127.0.0.1:8008", domain="a.example"), tmp_path)
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("  url: null", f"  url: {NOBODY}"))

    result = CliRunner().invoke(main, [*command, "--config", str(config)])

    assert result.exit_code == 4
    assert result.output.startswith("the database cannot be reached")
