"""Reloading: changed files take effect at once and whole, broken ones never."""

from dataclasses import replace
from pathlib import Path

import pytest

from appservice import config as configuration
from appservice.app import load_policies
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.domain.ids import KindName
from appservice.domain.rule import Outcome
from appservice.reloading import Reloading
from tests.road import ROOM, build, raw

WORD = "阿卜卡秋"
KIND = KindName("class_students")


@pytest.fixture
def config(tmp_path: Path):
    write_files(
        Homeserver(url="http://127.0.0.1:1", domain="school.test"),
        tmp_path,
        retention_min="3y",
    )
    for name in ("policies", "lexicons"):
        (tmp_path / name).mkdir()
    loaded = configuration.load(tmp_path / "config.yaml")
    return replace(
        loaded,
        policies=replace(loaded.policies, directory=tmp_path / "policies"),
        lexicons=replace(loaded.lexicons, directory=tmp_path / "lexicons"),
    )


@pytest.fixture
async def road(pool, config):
    road = await build(pool)
    road.school.policies = load_policies(config)
    return road


async def outcome(road) -> list[str]:
    await road.take(raw(f"这是{WORD}吗"))
    await road.judge()
    rows = await road.fetch("SELECT outcome FROM judgements ORDER BY id")
    return [row["outcome"] for row in rows]


async def test_a_word_that_is_added_is_found_without_a_restart(road, config, pool):
    reloading = Reloading(config, pool, road.school)
    assert await outcome(road) == []
    (config.lexicons.directory / "abuse.txt").write_text(f"{WORD}\n", encoding="utf-8")

    assert await reloading.look()
    assert await outcome(road) == ["hold"]
    assert not await reloading.look()


async def test_a_broken_file_leaves_what_was_in_force(road, config, pool, caplog):
    """And the log says file, line and remedy, and nothing else happens."""
    reloading = Reloading(config, pool, road.school)
    before = road.school.policies
    path = config.policies.directory / "班会.yaml"
    path.write_text("extends: class_students\nrules: {abuse: {outcome: hide}}\n")
    (config.lexicons.directory / "abuse.txt").write_text(f"{WORD}\n", encoding="utf-8")

    assert not await reloading.look()
    assert road.school.policies is before
    [record] = [r for r in caplog.records if r.levelname == "ERROR"]
    assert "班会.yaml:2: rules.abuse.outcome" in record.mistakes
    path.unlink()
    assert await reloading.look()
    assert await outcome(road) == ["hold"]


async def test_a_changed_policy_is_another_version_on_record(road, config, pool):
    """A case is told by the rules of its time."""
    reloading = Reloading(config, pool, road.school)
    (config.policies.directory / "class_students.yaml").write_text(
        "extends: class_students\nrules: {abuse: {outcome: refuse}}\n",
        encoding="utf-8",
    )
    await reloading.look()
    await road.take(raw("你个傻逼", room_id=ROOM))
    await road.judge()

    [judged] = await road.fetch("SELECT policy, outcome FROM judgements")
    assert judged["outcome"] == Outcome.REFUSE.value
    kind, version, digest = judged["policy"].split()
    assert (kind, version) == (KIND, "1")
    [kept] = await road.fetch(
        "SELECT content FROM policy_versions WHERE encode(digest, 'hex') LIKE $1",
        f"{digest}%",
    )
    assert '"outcome": "refuse"' in kept["content"]
