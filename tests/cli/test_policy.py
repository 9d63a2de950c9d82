"""policy: shown, checked, compared, covered and tried, as somebody would type it."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from appservice import coverage
from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.domain.ids import KindName, RoomId
from appservice.domain.rooms import Mode, Room, RoomClass
from tests.road import PUPIL, ROOM, TEACHER, build, raw

WORD = "阿卜卡秋"
"""On no list."""
PARENTS = RoomId("!parents")
TABLES = (
    "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM judgements), "
    "(SELECT count(*) FROM actions), (SELECT count(*) FROM outbox), "
    "(SELECT count(*) FROM policy_versions), (SELECT count(*) FROM timers)"
)


def policy(*arguments: str | Path):
    return CliRunner().invoke(main, ["policy", *map(str, arguments)])


def write(directory: Path, **files: str) -> Path:
    """Put policies of a school into its directory."""
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")
    return directory


# show ---------------------------------------------------------------------------------


def test_a_policy_is_shown_as_it_is_in_force(tmp_path):
    """All that it extends included, as JSON; the clauses by their numbers."""
    write(tmp_path, 社团="extends: class_students\nrules: {flooding: {copies: 5}}\n")

    shown = policy("show", "社团", "--policies", tmp_path)

    assert shown.exit_code == 0, shown.output
    said = json.loads(shown.stdout)
    assert said["kind"] == "社团"
    assert said["rules"]["flooding"]["copies"] == 5
    assert said["rules"]["ranking"]["outcome"] == "refuse"
    assert "B3-16" in said["clauses"]


def test_a_policy_says_whose_rules_it_is_made_of():
    """B2-23, B2-24: who made it, whom to ask, and since when."""
    said = json.loads(policy("show", "staff_work").stdout)

    assert said["source"] == {
        "document": "微信群管理制度",
        "issuer": "人资中心",
        "interpreter": "人资中心",
        "effective_from": "2026-09-01",
    }
    assert said["version"] == "1"


def test_clauses_are_shown_word_by_word():
    said = json.loads(policy("show", "class_students", "--clauses").stdout)

    assert "相同的文字连续出现3次" in said["clauses"]["B3-16"]["text"]
    assert said["clauses"]["B3-16"]["summary"].isascii()


def test_a_kind_that_is_not_there_is_answered_with_the_nearest():
    shown = policy("show", "class_student")

    assert shown.exit_code == 2
    assert 'did you mean "class_students"?' in shown.output


# check --------------------------------------------------------------------------------


def test_a_sound_policy_is_ok_and_what_it_waits_for_is_said(tmp_path):
    """A54: how long records are kept is for the school to say."""
    write(
        tmp_path,
        社团="extends: class_students\nretention_min: 3y\n",
        年级组="extends: teacher_work\n",
    )

    checked = policy("check", tmp_path)

    assert checked.exit_code == 0, checked.output
    lines = checked.stdout.splitlines()
    assert lines[:1] == ["年级组: ok"]
    assert "nobody has said how long its records are kept (A54" in lines[1]
    assert lines[2:] == ["社团: ok"]


def test_a_policy_that_is_not_yet_in_force_says_so(tmp_path):
    """B3-35: «自发布之日起实施»."""
    write(
        tmp_path,
        社团="extends: class_students\nretention_min: 3y\neffective_from: 9000-01-01\n",
    )

    checked = policy("check", tmp_path)

    assert checked.exit_code == 0, checked.output
    assert "its policy comes into force on 9000-01-01" in checked.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "extends: class_students\nrules:\n  floding: {}\n",
            '社团.yaml:3: rules.floding: is not a rule; did you mean "flooding"?',
        ),
        (
            "extends: class_students\nsettings:\n  tpoic: own\n",
            '社团.yaml:3: settings.tpoic: is not a key here; did you mean "topic"?',
        ),
        (
            "extends: class_students\nreviews:\n  due: 1 day\n",
            '社团.yaml:3: reviews.due: "1 day" is not a duration; write e.g. "10s"',
        ),
        (
            "extends: class_students\nretention_min: 3\n",
            '社团.yaml:2: retention_min: "3" is not a duration',
        ),
        (
            "extends: 社团\n",
            '社团.yaml:1: extends: extends "社团", which cannot be extended',
        ),
        (
            "extends: class_students\nrules:\n  ranking:\n    outcome: hint\n",
            '社团.yaml:4: rules.ranking.outcome: must be "hold" or "refuse": marks and',
        ),
        (
            "extends: class_students\nsettings:\n  join_rule: knock\n",
            "社团.yaml:3: settings.join_rule: may only be tightened",
        ),
        (
            "extends: class_students\nacceptance:\n  must_accept: always\n",
            '社团.yaml:3: acceptance.must_accept: "always" is not one of no, remind',
        ),
        ("extends: [class_students\n", "社团.yaml:2: is not YAML: expected"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path, text, expected):
    """And nothing is said to be ok."""
    write(tmp_path, 社团=text)

    checked = policy("check", tmp_path)

    assert checked.exit_code == 3
    assert expected in checked.stderr
    assert checked.stdout == ""


def test_policies_that_extend_one_another_are_a_mistake(tmp_path):
    """Told once, and in no time."""
    write(tmp_path, 甲="extends: 乙\n", 乙="extends: 丙\n", 丙="extends: 甲\n")

    checked = policy("check", tmp_path)

    assert checked.exit_code == 3
    lines = checked.stderr.splitlines()
    assert len(lines) == len(set(lines)) == 3
    assert all("which cannot be extended" in line for line in lines)


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path):
    write(
        tmp_path,
        甲="extends: class_students\nrules: {floding: {}, abuse: {outcome: hide}}\n",
        乙="extends: nothing\n",
    )

    checked = policy("check", tmp_path)

    places = [line.split("/")[-1].split(": ") for line in checked.stderr.splitlines()]
    assert sorted(place[:2] for place in places) == [
        ["乙.yaml:1", "extends"],
        ["甲.yaml:2", "rules.abuse.outcome"],
        ["甲.yaml:2", "rules.floding"],
    ]


def test_word_lists_are_checked_with_the_policies(tmp_path):
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "abuse.txt").write_text("大笨蛋\n的\n", "utf-8")
    write(tmp_path, 社团="extends: class_students\n")

    checked = policy("check", tmp_path, "--lexicons", lists)

    assert checked.exit_code == 3
    assert "abuse.txt:2: " in checked.stderr


# diff ---------------------------------------------------------------------------------


def test_what_a_school_has_changed_is_told_by_key(tmp_path):
    """Each difference a line: key, ours, theirs; what is alike is not named."""
    write(
        tmp_path,
        class_students="extends: class_students\nretention_min: 1y\n"
        "rules: {flooding: {copies: 4}, showing_off: off}\n",
    )

    told = policy("diff", "class_students", "shipped", "--policies", tmp_path)

    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert lines[:2] == [
        "retention_min: null → 31536000.0",
        "rules.flooding.copies: 3 → 4",
    ]
    assert lines[2].startswith('rules.showing_off: {"outcome": "hint"')
    assert lines[2].endswith(" → null")
    # Nothing cites it any more.
    assert lines[3].startswith('clauses.B1-12: {"id": "B1-12"')
    assert len(lines) == 4


def test_two_kinds_are_compared():
    told = policy("diff", "class_students", "class_parents_primary")

    assert 'rules.homework.posting: "guardian_information" → "forbid"' in told.stdout
    assert "acceptance.guardian_consent: false → true" in told.stdout
    assert policy("diff", "staff_work", "shipped").stdout == ""


# coverage -----------------------------------------------------------------------------


def test_of_every_rule_is_said_how_it_is_kept():
    """A line each, in the order of the documents."""
    covered = policy("coverage")

    assert (covered.exit_code, covered.stderr) == (0, "")
    lines = covered.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [row.id for row in coverage.read()]
    shape = re.compile(r"\S+  (text only: .+|planned: \w+|\S.* → \S+.*)")
    assert [line for line in lines if not shape.fullmatch(line)] == []


def test_coverage_writes_the_document():
    covered = policy("coverage", "--markdown")

    assert covered.exit_code == 0
    assert covered.stdout == coverage.markdown(coverage.read())


def test_a_rule_without_a_row_makes_coverage_fail(tmp_path, monkeypatch):
    """The build stops, and says which."""
    table = tmp_path / "coverage.yaml"
    whole = coverage.FILE.read_text(encoding="utf-8")
    table.write_text(whole.replace("A05: {planned: announcements}\n", ""), "utf-8")
    monkeypatch.setattr(coverage.read, "__defaults__", (table,))

    covered = policy("coverage")

    assert covered.exit_code == 1
    assert covered.stderr == "A05: has no row in coverage.yaml\n"
    assert "A05  missing\n" in covered.stdout


# try ----------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, database: str) -> Path:
    """Write a configuration for a fresh database."""
    write_files(
        Homeserver(url="http://127.0.0.1:1", domain="school.test"), tmp_path / "data"
    )
    path = tmp_path / "data" / "config.yaml"
    yaml = YAML()
    document = yaml.load(path.read_text())
    document["database"]["url"] = database
    document["policies"]["retention_min"] = "3y"
    with path.open("w") as file:
        yaml.dump(document, file)
    return path


@pytest.fixture
async def road(pool):
    """Keep a class room and a room of parents, with something on record in both."""
    parents = Room(
        room_id=PARENTS,
        room_class=RoomClass.MANAGED,
        kind=KindName("class_parents_primary"),
        name="二班家长",
        scope="三年级2班",
        mode=Mode.ENFORCE,
    )
    road = await build(pool, more_rooms=[parents])
    await road.take(
        raw("你个傻逼", event_id="$bad"),
        raw("老师好", event_id="$good"),
        raw(f"真{WORD}", event_id="$word"),
        raw("他是傻逼", event_id="$teacher", sender=TEACHER),
        raw(f"{WORD}啊", event_id="$elsewhere", room_id=PARENTS),
    )
    await road.judge()
    yield road
    await road.tower.close()


async def tried(config: Path, *arguments: str | Path):
    """Run it as the shell would; in a thread, for it has a loop of its own."""
    line = ["policy", "try", "--config", str(config), *map(str, arguments)]
    return await asyncio.to_thread(CliRunner().invoke, main, line)


@pytest.mark.usefixtures("road")
async def test_a_changed_policy_is_tried_on_what_is_on_record(config, tmp_path):
    """By room and rule, with examples; rooms of other kinds are passed over."""
    file = tmp_path / "class_students.yaml"
    file.write_text("extends: class_students\nrules: {abuse: {outcome: refuse}}\n")

    result = await tried(config, file)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "三年级2班 (class_students): 4 events",
        "  abuse: hold → refuse: 1",
        "    $bad 你个傻逼",
        "4 events judged again, 1 differences",
    ]


@pytest.mark.usefixtures("road")
async def test_what_would_no_longer_be_found_is_a_difference(config, tmp_path):
    """Of staff and pupils alike; who is exempt is told by what changes."""
    file = tmp_path / "class_students.yaml"
    file.write_text("extends: class_students\nrules: {abuse: off}\n")

    result = await tried(config, file, "--json")

    (change,) = map(json.loads, result.stdout.splitlines())
    assert change["differences"] == [
        {
            "rule": "abuse",
            "before": before,
            "after": "allow",
            "count": 1,
            "examples": [event_id],
        }
        for before, event_id in (("flag", "$teacher"), ("hold", "$bad"))
    ]


@pytest.mark.usefixtures("road")
async def test_a_changed_word_list_is_tried_in_every_room(config, tmp_path):
    """It adds to ours: what ours find is found as before."""
    file = tmp_path / "abuse.txt"
    file.write_text(f"{WORD}\n", "utf-8")

    result = await tried(config, file)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "三年级2班 (class_students): 4 events",
        "  abuse: allow → hold: 1",
        f"    $word 真{WORD}",
        "二班家长 (class_parents_primary): 1 events",
        "  abuse: allow → hold: 1",
        f"    $elsewhere {WORD}啊",
        "5 events judged again, 2 differences",
    ]


async def test_at_most_three_examples_are_shown(road, config, tmp_path):
    await road.take(*(raw(f"{WORD}{n}", event_id=f"$w{n}") for n in range(5)))
    await road.judge()
    file = tmp_path / "abuse.txt"
    file.write_text(f"{WORD}\n", "utf-8")

    result = await tried(config, file, "--json")

    change = json.loads(result.stdout.splitlines()[0])
    (found,) = change["differences"]
    assert (found["count"], found["examples"]) == (6, ["$word", "$w0", "$w1"])


@pytest.mark.usefixtures("road")
async def test_as_json_nothing_that_was_written_is_told(config, tmp_path):
    """A line a room; ids only, so that it may be kept."""
    file = tmp_path / "abuse.txt"
    file.write_text(f"{WORD}\n", "utf-8")

    result = await tried(config, file, "--json")

    rooms = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(r["room_id"], r["kind"], r["judged"]) for r in rooms] == [
        (ROOM, "class_students", 4),
        (PARENTS, "class_parents_primary", 1),
    ]
    assert WORD not in result.stdout
    assert PUPIL not in result.stdout


@pytest.mark.usefixtures("road")
async def test_only_what_came_since_is_judged_again(config, tmp_path):
    file = tmp_path / "abuse.txt"
    file.write_text(f"{WORD}\n", "utf-8")

    result = await tried(config, file, "--since", "1ms")

    assert result.stdout.splitlines()[-1] == "0 events judged again, 0 differences"


@pytest.mark.usefixtures("road")
async def test_a_file_that_changes_nothing_says_so(config, tmp_path):
    file = tmp_path / "class_students.yaml"
    file.write_text("extends: class_students\n")

    result = await tried(config, file)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "This file changes nothing for any room that we keep.",
        "0 events judged again, 0 differences",
    ]


@pytest.mark.usefixtures("road")
async def test_a_schools_own_files_stay_in_force_beside_it(config, tmp_path):
    """What is tried is one file more, or one in the place of another."""
    own = tmp_path / "own"
    own.mkdir()
    write(own, class_students="extends: class_students\nrules: {abuse: off}\n")
    yaml = YAML()
    document = yaml.load(config.read_text())
    document["policies"]["directory"] = str(own)
    with config.open("w") as file:
        yaml.dump(document, file)
    changed = tmp_path / "class_students.yaml"
    changed.write_text("extends: class_students\nrules: {abuse: {outcome: flag}}\n")

    result = await tried(config, changed)

    assert result.stdout.splitlines()[1:3] == [
        "  abuse: allow → flag: 2",
        "    $bad 你个傻逼",
    ]
    assert own.joinpath("class_students.yaml").read_text().endswith("{abuse: off}\n")


async def test_trying_changes_nothing(road, config, tmp_path):
    """No judgement, no action, no version on record."""
    before = await road.fetch(TABLES)
    file = tmp_path / "abuse.txt"
    file.write_text(f"{WORD}\n老师好\n", "utf-8")

    result = await tried(config, file)

    assert "3 differences" in result.stdout
    assert await road.fetch(TABLES) == before


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "class_students.yaml",
            "extends: class_students\nrules:\n  abuse: {outcome: hide}\n",
            ':3: rules.abuse.outcome: "hide" is not one of',
        ),
        (
            "class_students.yaml",
            "extends: class_students\nrules:\n  ranking: off\n",
            ":3: rules.ranking: must not be off",
        ),
        ("abuse.txt", "大笨蛋\n的\n", ":2: "),
        ("abus.txt", "大笨蛋\n", ': is not the name of a word list; did you mean "ab'),
    ],
)
async def test_a_broken_file_is_refused(
    road, config, tmp_path, *, name, text, expected
):
    """With the file as it was named, and its line; and nothing is judged."""
    before = await road.fetch(TABLES)
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")

    result = await tried(config, file)

    assert result.exit_code == 3
    assert f"{file}{expected}" in result.stderr
    assert result.stdout == ""
    assert await road.fetch(TABLES) == before


@pytest.mark.parametrize(
    ("name", "since", "expected"),
    [
        ("abuse.csv", "30d", "is neither a policy (KIND.yaml) nor a word list"),
        ("abuse.txt", "gestern", '"gestern" is not a duration; write e.g. "10s"'),
        ("abuse.txt", "999999y", '"999999y" is too long ago'),
    ],
)
async def test_wrong_usage_is_told(config, tmp_path, name, since, expected):
    """A list that nobody would read must not seem to change nothing."""
    file = tmp_path / name
    file.write_text(f"{WORD}\n", "utf-8")

    result = await tried(config, file, "--since", since)

    assert result.exit_code == 2
    assert expected in result.stderr
