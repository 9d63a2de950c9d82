"""``homeroom check``: one line in, one line out, as the rules would judge a room."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from appservice.cli import main
from appservice.cli.check import check
from tests.corpus import EVASIVE, SILENT, Shape


def run(lines: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(check, options, input=lines)


def judged(lines: str | bytes, *options: str) -> list[dict[str, Any]]:
    result = run(lines, *options)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def outcomes(lines: str | bytes, *options: str) -> list[str]:
    return [line["outcome"] for line in judged(lines, *options)]


def test_each_line_has_its_verdict_with_clauses_and_evidence():
    """The form of a line is a promise to other programs."""
    assert judged("老师好\n你 傻*逼\n") == [
        {"line": 1, "outcome": "allow", "violations": []},
        {
            "line": 2,
            "outcome": "hold",
            "violations": [
                {
                    "rule": "abuse",
                    "category": "abuse",
                    "clauses": ["B3-14", "A06", "A41"],
                    "severity": "serious",
                    "step": "warning",
                    "evidence": {
                        "found": "傻*逼",
                        "place": "body",
                        "count": None,
                        "window": None,
                    },
                }
            ],
        },
    ]


def test_the_lines_are_one_rooms_history():
    """The third copy is a flood, and confirmations of notices are none."""
    notice = '{"body": "明天带跳绳", "sender_role": "teacher"}\n'

    assert outcomes("哈哈\n哈哈\n哈哈\n") == ["allow", "allow", "refuse"]
    assert set(outcomes(f"收到\n{notice}" * 4)) == {"allow"}


def test_the_evidence_of_a_flood_is_counted():
    """How many copies in how many seconds."""
    (violation,) = judged("哈哈\n" * 3)[2]["violations"]

    assert violation["evidence"]["count"] == 3
    assert violation["evidence"]["window"] == 600.0


def test_lines_are_judged_by_their_own_time():
    """Copies a day apart are no flood; an untimed line comes a second later."""
    apart = "".join(
        json.dumps({"body": "哈哈", "origin_server_ts": day * 86_400_000}) + "\n"
        for day in range(5)
    )

    assert set(outcomes(apart)) == {"allow"}
    assert outcomes(apart + "哈哈\n哈哈\n")[-2:] == ["allow", "refuse"]


@pytest.mark.parametrize("line", ["[1]", "7", '"x"', "null", '{"body": ', "{,}", "{"])
def test_what_is_no_json_object_is_plain_text(line: str):
    """Pupils write brackets, too."""
    assert outcomes(f"{line}\n{line[:1]}傻逼{line}\n") == ["allow", "hold"]


@pytest.mark.parametrize(
    "line",
    [
        {"body": "傻逼"},
        {"content": {"msgtype": "m.text", "body": "傻逼"}},
        {"type": "m.room.topic", "state_key": "", "content": {"topic": "傻逼"}},
        {"type": "m.room.message", "content": {"body": "傻逼"}, "sender": 7},
        {"body": "傻逼", "sender": "@a:b", "origin_server_ts": "x", "kind": 5},
        {"text": "傻逼"},
    ],
)
def test_every_form_of_object_is_judged(line: dict[str, Any]):
    """Short, whole, or odd."""
    assert outcomes(json.dumps(line)) == ["hold"]


@pytest.mark.parametrize("shape", EVASIVE, ids=lambda shape: shape.name)
def test_no_shape_hides_a_word(shape: Shape):
    """The shapes of the corpus are hidden here as in a room; a location anyhow."""
    [outcome] = outcomes(json.dumps(shape.event()))

    assert outcome in ("hold", "refuse")


def test_silent_shapes_are_allowed():
    """Nobody stumbles over them."""
    lines = "\n".join(json.dumps(shape.event()) for shape in SILENT)

    assert outcomes(lines) == ["allow"] * len(SILENT)


def test_empty_lines_count():
    """Line numbers are those of the input."""
    assert outcomes("\n\n\n\n傻逼") == ["allow"] * 4 + ["hold"]
    assert judged("") == []


def test_windows_line_ends_and_a_byte_order_mark_are_no_text():
    """A file from another program is judged like any other."""
    lines = '\ufeff{"body": "傻逼"}\r\n老师好\r\n'.encode()

    assert outcomes(lines) == ["hold", "allow"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=30).filter(lambda raw: b"\n" not in raw)))
def test_any_bytes_are_judged(lines: list[bytes]):
    """Exactly one line for each, whatever it holds."""
    raw = b"".join(line + b"\n" for line in lines)

    assert [line["line"] for line in judged(raw)] == list(range(1, len(lines) + 1))


def test_kind_and_role_choose_what_is_allowed():
    """Staff are never hidden, and each kind has its policy."""
    assert outcomes("傻逼", "--role", "teacher") == ["flag"]
    assert outcomes("水滴筹", "--kind", "class_parents_primary") == ["hold"]
    assert outcomes('{"body": "请大家捐款", "kind": "staff_work"}') == ["allow"]
    assert outcomes('{"body": "傻逼", "sender_role": "staff"}') == ["flag"]


@pytest.mark.parametrize(
    ("options", "line", "hint"),
    [
        (["--kind", "class_student"], "x", 'did you mean "class_students"?'),
        (["--role", "pupil"], "x", "write one of"),
        ([], '{"body": "x", "kind": "staf_work"}', 'line 1, kind: there is no "staf_w'),
        ([], '{"body": "x", "sender_role": "techer"}', 'did you mean "teacher"?'),
        (["--polices", "."], "x", "--policies"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(options, line, hint):
    """A mistyped kind must not be judged by another one's policy."""
    result = run(line, *options)

    assert result.exit_code == 2
    assert hint in result.stderr


def test_the_roster_knows_who_is_who(tmp_path: Path):
    """Roles and posts come from the file; whoever is not in it is a guest."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,role,user_id\nt1,王芳,teacher,@wang:a\n", "utf-8")
    lines = "".join(
        json.dumps({"body": "傻逼", "sender": sender}) + "\n"
        for sender in ("@wang:a", "@nobody:a")
    )

    assert outcomes(lines, "--roster", str(roster)) == ["flag", "hold"]


def test_mistakes_in_files_end_with_code_3(tmp_path: Path):
    """As everywhere in the command."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,role\n1,x,pupil\n", "utf-8")
    (tmp_path / "x.yaml").write_text("title: x", "utf-8")

    for option, hint in (
        (["--roster", str(roster)], '"pupil" is not a role'),
        (["--policies", str(tmp_path)], "x.yaml:1: roles: is missing"),
    ):
        result = CliRunner().invoke(main, ["check", *option], input="x")
        assert result.exit_code == 3
        assert hint in result.stderr


def test_in_a_terminal_a_line_can_be_read(monkeypatch: pytest.MonkeyPatch):
    """Chinese and English, and no control characters."""
    monkeypatch.setattr("appservice.cli.check._is_terminal", lambda: True)

    result = run("你傻\x1b*\x07逼\n老师好\n哈哈\n哈哈\n哈哈\n")

    first, second, *_, last = result.stdout.split("\n")[:-1]
    assert "hold" in first
    assert "\x1b" not in first
    assert second == "2: 通过 allow"
    assert "flood「3×」(B3-16, B3-33)" in last
    assert run("x", "--json").stdout.startswith("{")


def test_a_line_with_an_unknown_kind_costs_the_others_nothing():
    """One line each, whatever stands in it; the exit code tells."""
    lines = ['{"kind": "clas", "body": "傻逼"}', '{"sender_role": "x"}', "你好"]
    result = CliRunner().invoke(check, ["--json"], input="\n".join(lines))

    assert result.exit_code == 2
    judged = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["line"] for line in judged] == [1, 2, 3]
    assert judged[0]["outcome"] == "hold"
    assert 'line 1, kind: there is no "clas"' in result.stderr


def test_everything_beside_the_body_is_looked_at():
    """Also where a line is an object with a body and no more of an event."""
    line = '{"body": "hi", "formatted_body": "<b>傻逼</b>"}'
    result = CliRunner().invoke(check, ["--json"], input=line)

    assert json.loads(result.stdout)["outcome"] == "hold"


def test_a_roster_knows_the_pupils_and_whose_children_they_are(tmp_path: Path):
    """Parents write of their own child; of another it is private."""
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "id,name,role,classes,pupils,user_id\n"
        "s1,平平,student,三1,,@ping:a\n"
        "s2,安安,student,三1,,@an:a\n"
        "g1,平爸,guardian,,s1,@father:a\n",
        encoding="utf-8",
    )
    own = '{"body": "平平打架了", "sender": "@father:a"}\n'
    other = '{"body": "安安打架了", "sender": "@father:a"}\n'

    kind = ("--kind", "class_parents_secondary", "--roster", str(roster))
    assert outcomes(own + other, *kind) == ["allow", "hold"]
    assert outcomes(other) == ["flag"]


def test_a_line_may_be_what_was_found_in_a_file():
    """As an inspector finds it, without a file."""
    sheet = {
        "sort": "spreadsheet",
        "name": "成绩.xlsx",
        "tables": [[["姓名", "数学"], ["张三", "98"], ["李四", "87"]]],
    }
    line = json.dumps({"file": sheet, "sender_role": "teacher"})
    program = json.dumps({"file": {"sort": "program"}})

    assert outcomes(f"{line}\n{program}\n") == ["refuse", "hold"]


def test_a_line_may_say_what_else_is_known():
    """What services gather from other rooms and announcements."""
    body = "请大家帮忙看看这个题目应该怎么做才对呢,谢谢大家"
    lines: list[dict[str, Any]] = [
        {"body": body, "context": {"copies_elsewhere": 3}},
        {"body": "各位家长好,请明天带水壶", "origin_server_ts": 1_772_463_600_000},
    ]
    text = "".join(
        json.dumps({**each, "sender_role": role}) + "\n"
        for each, role in zip(lines, ("guardian", "teacher"), strict=True)
    )

    assert outcomes(text, "--kind", "class_parents_secondary") == ["flag", "hint"]


@pytest.mark.parametrize(
    "line",
    [{"file": {"sort": "cake"}}, {"file": 7}, {"body": "x", "context": {"a": 1}}],
)
def test_what_makes_no_sense_is_told_and_judged_without(line: dict[str, Any]):
    result = run(json.dumps(line))

    assert result.exit_code == 2
    assert json.loads(result.stdout)["outcome"] == "allow"
