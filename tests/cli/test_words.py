"""``homeroom words``: a school's list is taken whole or not at all."""

from pathlib import Path

from click.testing import CliRunner, Result

from appservice import lexicons
from appservice.cli import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["words", *map(str, arguments)])


def test_an_imported_list_is_in_force_at_the_next_reading(tmp_path: Path):
    """It adds to what the school has already, and says what it would find."""
    (tmp_path / "new.txt").write_text("甲乙丙\n丁戊己\n", "utf-8")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "abuse.txt").write_text("甲乙丙\n+甲乙丙丁", "utf-8")

    result = run("import", tmp_path / "new.txt", "--list", "abuse", "--into", lists)

    assert result.exit_code == 0
    assert "abuse: 2 entries" in result.output
    assert "found in 0 of" in result.output
    written = (lists / "abuse.txt").read_text("utf-8")
    assert written == "甲乙丙\n+甲乙丙丁\n丁戊己\n"
    assert lexicons.load(lists).hits("丁戊己")
    assert [path.name for path in lists.iterdir()] == ["abuse.txt"]


def test_a_broken_file_leaves_the_old_list_in_force(tmp_path: Path):
    """The mistake is named with its line, and nothing is written."""
    (tmp_path / "new.txt").write_text("甲乙丙\n的\n", "utf-8")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "abuse.txt").write_text("丁戊己\n", "utf-8")

    result = run("import", tmp_path / "new.txt", "--list", "abuse", "--into", lists)

    assert result.exit_code == 3
    assert 'new.txt:2: "的" stands in every second message' in result.output
    assert (lists / "abuse.txt").read_text("utf-8") == "丁戊己\n"


def test_a_preview_writes_nothing(tmp_path: Path):
    """It warns of what stands in ordinary messages."""
    (tmp_path / "new.txt").write_text("作业\n", "utf-8")

    result = run("import", tmp_path / "new.txt", "--list", "abuse", "--preview")

    assert result.exit_code == 0
    assert "warning: " in result.output
    assert "found in 0 of" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["new.txt"]


def test_a_place_is_asked_for(tmp_path: Path):
    """Words that are read and put nowhere were not wanted."""
    (tmp_path / "new.txt").write_text("甲乙丙\n", "utf-8")

    assert run("import", tmp_path / "new.txt", "--list", "abuse").exit_code == 2
