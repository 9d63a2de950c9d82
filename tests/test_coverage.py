"""Coverage: no rule of the regulations is forgotten, and the table cannot lie."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from appservice import coverage, policies
from appservice.coverage import How, Row
from appservice.documents import ConfigError
from appservice.domain.policy import Mode, Policy

DOCUMENT = coverage.PROJECT / "docs" / "regulations.md"
ROWS = coverage.read()
BY_ID: dict[str, Row] = {row.id: row for row in ROWS}
KEPT = How(
    setting=("rules.ranking.outcome",),
    code=("domain/rules/ranking.py",),
    test=("domain/rules/test_ranking.py::test_teachers_are_bound_too",),
)
"""A row in which nothing is wrong; B1-43 has one like it."""
SHOWN = How(text_only="A preamble.")


def wrong(how: How | None, *, rule: str = "B1-43") -> list[str]:
    """Say what is wrong with a rule that is said to be kept like this."""
    return coverage.missing((replace(BY_ID[rule], how=how),))


def cites(policy_file: str, rule: str) -> bool:
    text = (policies.SHIPPED / policy_file).read_text(encoding="utf-8")
    return re.search(rf"(?<![A-Za-z0-9]){rule}(?![0-9a-z])", text) is not None


def test_no_rule_is_without_an_answer():
    """All 189: kept, planned by name, or only shown; and what is named exists."""
    assert len(ROWS) == 189
    assert coverage.missing(ROWS) == []


def test_the_document_is_what_the_table_says():
    """`homeroom policy coverage --markdown > docs/regulations.md` after a change."""
    assert DOCUMENT.read_text(encoding="utf-8") == coverage.markdown(ROWS)


def test_only_what_the_catalogue_marks_as_text_is_only_shown():
    """18 rules are TEXT; nothing else may be left to a reader's good will."""
    text = {row.id for row in ROWS if row.clause.mode == {Mode.TEXT}}
    shown = {row.id for row in ROWS if row.how and row.how.text_only is not None}

    assert len(text) == 18
    assert shown
    assert shown <= text


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.how and row.how.setting], ids=lambda row: row.id
)
def test_a_setting_cites_the_rule_that_it_keeps(row: Row):
    """In a policy of a kind of room that the rule is for."""
    kinds = [kind for kind in policies.load_all() if row.clause.is_for([kind])]

    assert any(cites(f"{kind}.yaml", row.id) for kind in kinds)


@pytest.mark.parametrize("policy", policies.load_all().values(), ids=lambda p: p.kind)
def test_a_rule_that_is_cited_is_said_to_be_kept_by_it(policy: Policy):
    """What a policy holds against somebody stands in the table as well."""
    silent = []
    for active in policy.rules:
        section = active.rule.name
        prefixes = (f"{section}.", f"rules.{section}.")
        for clause in active.settings.clauses:
            how = BY_ID[clause].how
            if how is None or not any(s.startswith(prefixes) for s in how.setting):
                silent.append(f"{clause} does not name {section}")

    assert silent == []


def test_what_is_right_is_not_complained_of():
    """Else the tests below would prove nothing."""
    assert wrong(KEPT) == []
    assert wrong(replace(KEPT, planned="roster")) == []
    assert wrong(How(planned="gate")) == []
    assert wrong(SHOWN, rule="B2-01") == []


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (None, "has no row in coverage.yaml"),
        (How(), "names neither code and test, nor what will keep it"),
        (replace(KEPT, test=()), "must name the code and a test"),
        (replace(KEPT, code=()), "must name the code and a test"),
        (replace(KEPT, test=(), planned="roster"), "must name the code and a test"),
        (
            How(setting=KEPT.setting, planned="roster"),
            "must name the code and a test of that",
        ),
        (How(planned="later"), 'is planned with "later", which is no capability'),
        (
            replace(KEPT, setting=("rules.ranking.outcom",)),
            'names the setting "rules.ranking.outcom", which no shipped policy has',
        ),
        (
            replace(KEPT, setting=("config.policies.nothing",)),
            'names the setting "config.policies.nothing"',
        ),
        (
            replace(KEPT, code=("domain/rules/rank.py",)),
            'names "appservice/domain/rules/rank.py", which is not there',
        ),
        (
            replace(KEPT, code=("domain/rules",)),
            'names "appservice/domain/rules", which is not there',
        ),
        (
            replace(KEPT, test=("domain/rules/test_rank.py::test_it",)),
            'names "tests/domain/rules/test_rank.py", which is not there',
        ),
        (
            replace(KEPT, test=("domain/rules/test_ranking.py::test_teachers_are",)),
            'names the test "test_teachers_are", which is not in tests/domain/rules/',
        ),
        (SHOWN, "is not a rule that the catalogue marks TEXT alone"),
    ],
)
def test_a_row_that_is_wrong_is_reported(how: How | None, expected: str):
    """With the rule it is about."""
    (said,) = wrong(how)

    assert said.startswith("B1-43: ")
    assert expected in said


def test_what_is_shown_in_part_is_not_shown_only():
    """B3-17 TEXT is one thing, B1-01 RECORD and TEXT another."""
    assert BY_ID["B1-01"].clause.mode == {Mode.RECORD, Mode.TEXT}
    assert wrong(SHOWN, rule="B1-01") == [
        "B1-01: is not a rule that the catalogue marks TEXT alone"
    ]
    assert wrong(How(text_only=""), rule="B3-17") == [
        "B3-17: does not say why it is only shown"
    ]
    assert wrong(replace(KEPT, text_only="Praise."), rule="B3-17") == [
        "B3-17: is said to be only shown, and to be kept as well"
    ]


def test_every_mistake_of_a_row_is_reported():
    how = replace(KEPT, setting=("a", "b"), code=("c.py",), test=("d.py",))

    assert len(wrong(how)) == 4


def test_a_row_for_no_rule_is_a_mistake(tmp_path: Path):
    """A slip in an id would else leave its rule without a row, and nobody knew why."""
    file = tmp_path / "coverage.yaml"
    file.write_text("A01: {planned: records}\nA99: {planned: gate}\n", "utf-8")

    with pytest.raises(ConfigError) as caught:
        coverage.read(file)

    assert str(caught.value).endswith(
        "coverage.yaml:2: A99: is not a rule of the catalogue"
    )


def test_a_misspelt_column_is_a_mistake(tmp_path: Path):
    file = tmp_path / "coverage.yaml"
    file.write_text("A01:\n  settings: [version]\n  planned: records\n", "utf-8")

    with pytest.raises(ConfigError, match=r"coverage\.yaml:2: A01\.settings: is not a"):
        coverage.read(file)


def test_a_rule_without_a_row_is_still_listed(tmp_path: Path):
    """As missing, in its place."""
    file = tmp_path / "coverage.yaml"
    file.write_text("A02: {planned: records}\n", "utf-8")
    rows = coverage.read(file)

    assert [row.id for row in rows] == [row.id for row in ROWS]
    assert coverage.line(rows[0]) == "A01  missing"
    assert len(coverage.missing(rows)) == 188


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (
            replace(KEPT, planned="gate"),
            (
                "B1-43  rules.ranking.outcome → domain/rules/ranking.py → domain/rules/"
                "test_ranking.py::test_teachers_are_bound_too → planned: gate"
            ),
        ),
        (How(planned="gate"), "B1-43  planned: gate"),
        (SHOWN, "B1-43  text only: A preamble."),
    ],
)
def test_a_line_says_setting_code_test_and_what_is_planned(how: How, expected: str):
    assert coverage.line(replace(BY_ID["B1-43"], how=how)) == expected


def test_the_document_counts_each_rule_once():
    """Kept, in part, planned, shown: together all of them."""
    head = coverage.markdown(ROWS).split("| Rule |")[0]
    total, *parts = map(int, re.findall(r"\b(\d+)\b", head))

    assert (total, sum(parts)) == (189, 189)
    assert coverage.markdown(ROWS).count("\n| ") == 2 + 189
