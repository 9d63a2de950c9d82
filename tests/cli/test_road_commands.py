"""rooms, roster, records, db: on a real Postgres, as somebody would type them."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver
from tests.road import BAD, PUPIL, ROOM, TEACHER, body_of, build, raw

ROSTER = """id,name,role,classes,subjects,pupils,relation,user_id,posts
s1,李明,student,三年级2班,,,,@xiaoming:school.test,
g1,李华,guardian,三年级2班,,s1,爸爸,@lihua:school.test,
t1,王芳,teacher,三年级2班,语文,,,@wang:school.test,class_teacher:三年级2班
"""


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


async def homeroom(config: Path, *arguments: str):
    """Run a command as the shell would; in a thread, for it has a loop of its own."""
    group, *rest = arguments
    count = 1 if group in ("rooms", "roster", "records", "db") else 0
    line = [group, *rest[:count], "--config", str(config), *rest[count:]]
    return await asyncio.to_thread(CliRunner().invoke, main, line)


async def test_a_room_is_added_observed_and_then_enforced(config):
    added = await homeroom(
        config, "rooms", "add", "!r", "--kind", "class_students", "--name", "二班"
    )
    assert added.exit_code == 0, added.output

    listed = await homeroom(config, "rooms", "list", "--json")
    assert json.loads(listed.stdout) == {
        "room_id": "!r",
        "class": "managed",
        "kind": "class_students",
        "name": "二班",
        "scope": None,
        "mode": "observe",
        "successor": None,
    }
    enforced = await homeroom(config, "rooms", "enforce", "!r")
    assert (enforced.exit_code, enforced.stdout) == (0, "!r: enforce\n")


async def test_no_room_is_kept_before_the_school_says_for_how_long(config):
    """A54: «至少保存[X]年» is blank in the regulation."""
    config.write_text(config.read_text().replace("retention_min: 3y", "retention_min:"))

    added = await homeroom(config, "rooms", "add", "!r", "--kind", "class_students")

    assert added.exit_code == 3
    assert "nobody has said how long its records are kept (A54" in added.stderr
    assert "retention_min: 3y" in added.stderr


async def _only_room(config: Path):
    listed = await homeroom(config, "rooms", "list", "--json")
    return json.loads(listed.stdout)


async def test_a_room_is_not_changed_by_adding_it_again(config):
    """Who tries it is told how it is done."""
    await homeroom(config, "rooms", "add", "!r", "--kind", "class_students")
    again = await homeroom(
        config,
        "rooms",
        "add",
        "!r",
        "--kind",
        "class_parents_primary",
        "--name",
        "二班",
    )

    assert "nothing is changed" in again.stdout
    assert "homeroom rooms set" in again.stdout
    assert (await _only_room(config))["kind"] == "class_students"


async def test_a_room_that_was_added_wrongly_is_put_right(config):
    """What is not named stays."""
    await homeroom(
        config, "rooms", "add", "!r", "--kind", "class_students", "--name", "二班"
    )
    changed = await homeroom(
        config,
        "rooms",
        "set",
        "!r",
        "--kind",
        "class_parents_primary",
        "--scope",
        "二班",
    )
    room = await _only_room(config)
    await homeroom(config, "rooms", "set", "!r", "--scope", "")

    assert (changed.exit_code, changed.stdout) == (0, "!r: changed\n")
    assert (room["kind"], room["name"], room["scope"]) == (
        "class_parents_primary",
        "二班",
        "二班",
    )
    assert (await _only_room(config))["scope"] is None


@pytest.mark.parametrize("command", ["add", "set"])
async def test_a_scope_that_nobody_has_is_warned_of(config, tmp_path, command):
    """Else a slip of the pen makes the class teacher a nobody in the room."""
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    await homeroom(config, "roster", "import", str(file))
    await homeroom(config, "rooms", "add", "!r", "--kind", "class_students")
    line = ["rooms", command, "!r", "--kind", "class_students", "--scope"]
    wrong = await homeroom(config, *line, "三年2班")
    right = await homeroom(config, *line, "三年级2班")

    assert 'belongs to "三年2班"; did you mean "三年级2班"?' in wrong.stderr
    assert (wrong.exit_code, right.stderr) == (0, "")


async def test_enforcing_without_a_roster_is_warned_of(config, tmp_path):
    await homeroom(config, "rooms", "add", "!r", "--kind", "class_students")
    without = await homeroom(config, "rooms", "enforce", "!r")
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    await homeroom(config, "roster", "import", str(file))
    with_one = await homeroom(config, "rooms", "enforce", "!r")

    assert "everybody counts as a guest" in without.stderr
    assert (without.exit_code, with_one.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rooms", "set", "!r"], "name what to change"),
        (["rooms", "set", "!r", "--kind", "class_student"], "class_students"),
        (["rooms", "add", "#alias", "--kind", "class_students"], "is not a room id"),
        (["rooms", "add", "!r", "--kind", "class_student"], "class_students"),
        (["rooms", "enforce"], "name one room, or --school"),
        (["records", "export", "--room", "!r", "--since", "gestern"], "not a date"),
    ],
)
async def test_wrong_usage_is_told_with_a_remedy(config, arguments, words):
    result = await homeroom(config, *arguments)

    assert result.exit_code == 2
    assert words in result.output


async def test_a_room_we_do_not_keep_is_an_error(config):
    for command in (
        ["rooms", "enforce", "!no"],
        ["rooms", "set", "!no", "--name", "x"],
        ["records", "export", "--room", "!no"],
    ):
        result = await homeroom(config, *command)

        assert result.exit_code == 1
        assert "not a room we keep" in result.output


async def test_a_roster_is_imported_and_the_second_time_changes_nothing(
    config, tmp_path
):
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    first = await homeroom(config, "roster", "import", str(file))
    again = await homeroom(config, "roster", "import", str(file))

    assert first.output.strip() == "3 people: 3 added, 0 changed, 0 removed"
    assert again.output.strip() == "3 people: 0 added, 0 changed, 0 removed"


async def test_a_partial_file_does_not_sweep_people_out(config, tmp_path, database):
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    await homeroom(config, "roster", "import", str(file))
    file.write_text("\n".join(ROSTER.splitlines()[:2]))
    result = await homeroom(config, "roster", "import", str(file))

    assert result.exit_code == 1
    assert "more than a tenth" in result.output
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT count(*) FROM people") == 3
    await connection.close()


async def test_a_broken_roster_changes_nothing_and_names_the_row(
    config, tmp_path, database
):
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER.replace("student", "pupil"))
    result = await homeroom(config, "roster", "import", str(file))

    assert result.exit_code == 3
    assert 'row 2, column role: "pupil"' in result.output
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT count(*) FROM people") == 0
    await connection.close()


async def test_the_record_holds_what_was_said_judged_taken_and_done(
    config, pool, tmp_path
):
    """Who, why, and the original."""
    road = await build(pool)
    redaction = {"redacts": "$mine", "reason": "打错字"}
    await road.intake.take(
        body_of(
            [
                raw("我说错了", event_id="$mine"),
                raw(type_="m.room.redaction", content=redaction, event_id="$r"),
                raw(BAD, event_id="$bad"),
                raw(BAD, event_id="$staff", sender=TEACHER),
            ]
        )
    )
    await road.judge()
    output = tmp_path / "record.jsonl"
    result = await homeroom(
        config, "records", "export", "--room", ROOM, "--output", str(output)
    )
    await road.tower.close()

    assert result.exit_code == 0, result.output
    assert output.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    events = {line["event_id"]: line for line in lines if line["kind"] == "event"}
    assert list(events) == ["$mine", "$r", "$bad", "$staff"]
    assert events["$r"]["redacted_by"] == PUPIL
    assert events["$r"]["reason"] == "打错字"
    assert events["$r"]["original"]["content"]["body"] == "我说错了"
    assert events["$bad"]["event"]["content"]["body"] == BAD
    assert events["$bad"]["judgements"][0]["outcome"] == "hold"
    actions = [line for line in lines if line["kind"] == "action"]
    assert [(a["action"], a["rule"], a["clauses"]) for a in actions][:2] == [
        ("redact", "abuse", ["B3-14"]),
        ("tell", "abuse", ["B3-14"]),
    ]


async def test_an_export_never_replaces_a_file(config, pool, tmp_path):
    road = await build(pool)
    output = tmp_path / "record.jsonl"
    output.write_text("precious")
    result = await homeroom(
        config, "records", "export", "--room", ROOM, "--output", str(output)
    )
    await road.tower.close()

    assert result.exit_code == 2
    assert output.read_text() == "precious"


async def test_a_database_of_another_revision_is_refused_with_the_command_to_run(
    config, database
):
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE alembic_version SET version_num = '0000'")
    await connection.close()
    status = await homeroom(config, "db", "status")
    listed = await homeroom(config, "rooms", "list")

    assert (status.exit_code, listed.exit_code) == (1, 4)
    assert "homeroom db upgrade" in status.output
    assert "homeroom db upgrade" in listed.output


async def test_the_newest_revision_is_said_to_be_that(config):
    status = await homeroom(config, "db", "status")

    assert status.exit_code == 0
    assert "the newest" in status.output
