"""``homeroom words``: a school's list is taken whole or not at all."""

import asyncio
from pathlib import Path

from click.testing import CliRunner, Result

from appservice import lexicons
from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver
from tests.road import build, raw


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


async def test_a_list_says_what_it_would_find_on_record(pool, database, tmp_path):
    """Before it is taken over: how many retained messages it would hit, by room."""
    road = await build(pool)
    await road.take(raw("明天带彩纸"), raw("好的"), raw("彩纸带了吗"))
    await road.judge()
    write_files(
        Homeserver(url="http://127.0.0.1:1", domain="school.test"), tmp_path / "data"
    )
    config = tmp_path / "data" / "config.yaml"
    text = config.read_text("utf-8").replace("  url: null", f"  url: {database}")
    config.write_text(text, "utf-8")
    words = tmp_path / "new.txt"
    words.write_text("彩纸\n", "utf-8")

    line = ["import", words, "--list", "abuse", "--preview", "--config", config]
    result = await asyncio.to_thread(run, *line)
    await road.tower.close()

    assert result.exit_code == 0, result.output
    assert "found in 2 of 3 events on record" in result.stdout
