"""The example of a systemd unit."""

import shlex
from configparser import ConfigParser
from pathlib import Path

from click.testing import CliRunner

from appservice.cli import EXIT_CODES, main

UNIT = Path(__file__).parents[2] / "docs" / "homeroom.service"


def service() -> dict[str, str]:
    """Return the section; its keys in small letters, as the parser gives them."""
    parser = ConfigParser(interpolation=None, delimiters=["="])
    parser.read(UNIT, encoding="utf-8")
    return dict(parser["Service"])


def test_a_mistake_is_not_tried_again():
    """And what may pass, such as a port in use, is."""
    never_again = set(map(int, service()["restartpreventexitstatus"].split()))

    assert EXIT_CODES["ConfigError"] in never_again
    assert EXIT_CODES["DatabaseAway"] not in never_again
    assert EXIT_CODES["PortTaken"] not in never_again
    assert service()["restart"] == "on-failure"


def test_the_command_it_runs_is_there():
    """An option that was renamed would be found by the first school to use this."""
    words = shlex.split(service()["execstart"])
    after = words[words.index("appservice") + 1 :]

    said = CliRunner().invoke(main, [*after, "--help"])

    assert said.exit_code == 0
    assert after[0] in said.output


def test_it_runs_as_nobody_in_particular():
    """Whoever got into it stays in there."""
    told = service()

    assert told["user"] not in ("root", "0")
    assert told["protectsystem"] == "strict"
    assert told["capabilityboundingset"] == ""
    for key in ("nonewprivileges", "protecthome", "privatetmp", "privatedevices"):
        assert told[key] == "yes"
