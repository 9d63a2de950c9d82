"""``homeroom check-config``: all that is wrong, at once."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a good configuration with policies and word lists of the school's own."""
    home = Homeserver(url="http://127.0.0.1:8008", domain="school.test")
    write_files(home, tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "words").mkdir()
    path = tmp_path / "config.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("  directory: null", "  directory: rules", 1)
    text = text.replace("  directory: null", "  directory: words", 1)
    path.write_text(text, encoding="utf-8")
    return path


def check(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check-config", "--config", str(path), *options])


def change(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_one_line_says_that_all_is_well(path: Path):
    """And which file it was, and what was read."""
    (path.parent / "rules" / "社团.yaml").write_text(
        "extends: class_students\ntitle: 社团\ntitle_en: Clubs\nversion: '1'\n", "utf-8"
    )
    result = check(path)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{path}: ok, 7 kinds of room, 21 word lists\n"


def test_nothing_is_printed_in_json_where_all_is_well(path: Path):
    """Each line is a mistake."""
    result = check(path, "--json")

    assert (result.exit_code, result.output) == (0, "")


def test_three_mistakes_of_three_sorts_are_three_lines(path: Path):
    """An unknown key and a wrong type do not keep the values from being looked at."""
    change(
        path,
        ("language: zh_Hans", "languages: zh_Hans"),
        ("  room: 30", "  room: thirty"),
        ("  port: 29331", "  port: 70000"),
    )

    result = check(path)

    assert result.exit_code == 3
    port, room, language = result.stderr.splitlines()
    assert 'listen.port: "70000" is not a port; write one from 1' in port
    assert 'breaker.room: "thirty" is not a whole number' in room
    assert 'languages: is not a key here; did you mean "language"?' in language


def test_mistakes_of_all_files_are_told_together(path: Path):
    """Configuration, registrations, policies, clauses and word lists."""
    change(path, ("  port: 29331", "  port: 0"))
    road = path.with_name("registration-road.yaml")
    change(road, ("rate_limited: false", "rate_limited: perhaps"))
    change(road, ("sender_localpart: homeroom", "sender_localpart: somebody"))
    path.with_name("registration-hand.yaml").unlink()
    (path.parent / "rules" / "clubs.yaml").write_text("extends: nothing\n")
    (path.parent / "rules" / "b.yaml").write_text("ttle: x\n")
    (path.parent / "words" / "cats.txt").write_text("cat\n")

    result = check(path)

    assert result.exit_code == 3
    for what in (
        "config.yaml:",
        "registration-road.yaml:",
        "rate_limited",
        "sender_localpart",
        "registration-hand.yaml: there is no such file",
        "clubs.yaml:1: extends",
        "b.yaml",
        "cats.txt: is not the name of a word list",
    ):
        assert result.stderr.count(what) >= 1, what
    lines = result.stderr.splitlines()
    assert len(lines) == len(set(lines))


def test_each_mistake_is_an_object(path: Path):
    """For a program that shows them beside the file."""
    change(path, ("  port: 29331", "  port: 0"), ("  room: 30", "  room: 0"))

    result = check(path, "--json")

    assert result.exit_code == 3
    port, room = map(json.loads, result.stdout.splitlines())
    assert set(port) == {"file", "line", "key", "text"}
    assert (port["file"], port["key"]) == (str(path), "listen.port")
    assert path.read_text("utf-8").splitlines()[room["line"] - 1] == "  room: 0"


def test_what_is_no_yaml_is_one_mistake(path: Path):
    """Nothing can be said of the rest."""
    path.write_text("homeserver: [\n", encoding="utf-8")

    result = check(path, "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout)["text"].startswith("is not YAML")


def test_what_follows_from_a_broken_value_is_not_told(path: Path):
    """Whoever corrects the one mistake finds no other."""
    change(path, ("  domain: school.test", "  domain: [school]"))

    result = check(path)

    assert len(result.stderr.splitlines()) == 1


def test_a_missing_section_is_one_mistake(path: Path):
    """Its keys, and the registrations it would name, are not complained about."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split("registrations:\n")
    path.write_text(before + rest[rest.index("# Where records") :], encoding="utf-8")

    result = check(path)

    (line,) = result.stderr.splitlines()
    assert line.endswith("registrations: is missing")


def test_it_is_written_with_a_hyphen(path: Path):
    """The file of the command cannot be."""
    result = CliRunner().invoke(main, ["check_config", "--config", str(path)])

    assert result.exit_code == 2


def test_it_answers_while_somebody_waits(path: Path):
    """Within a second and a half on a core of its own; here the core is shared."""
    command = [sys.executable, "-m", "appservice", "check-config", "--config"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=30)  # noqa: S603 - our own

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
