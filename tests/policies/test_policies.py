"""The policies: ours are sound, and a school's own are read or explained."""

from pathlib import Path

import pytest

from appservice import policies
from appservice.documents import ConfigError
from appservice.domain.decide import decide
from appservice.domain.ids import KindName
from appservice.domain.people import Right, Role
from appservice.domain.policy import Policy
from appservice.domain.rule import Outcome
from tests.builders import context, message, past

KINDS = {
    "teacher_work",
    "class_parents_primary",
    "class_parents_secondary",
    "admin_office",
    "class_students",
    "staff_work",
}


def outcome(kind: str, body: str, role: Role) -> Outcome:
    policy = policies.load_all()[KindName(kind)]
    return decide(message(body), policy, context(role)).outcome


def school(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def mistakes(directory: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        policies.load_all(directory)
    return str(caught.value).replace(f"{directory}/", "")


def test_all_kinds_of_the_regulations_are_shipped():
    """One policy for each kind of room."""
    assert set(policies.load_all()) == KINDS


@pytest.mark.parametrize("policy", policies.load_all().values(), ids=lambda p: p.kind)
def test_a_shipped_policy_is_complete(policy: Policy):
    """Somebody reviews, each clause is quoted, and it has a name in two languages."""
    assert any(Right.REVIEW in held for held in policy.rights.values())
    assert policy.title
    assert policy.title_en.isascii()
    assert policy.rules
    for clause in policy.clauses.values():
        assert clause.document
        assert clause.text
        assert clause.summary.isascii()


@pytest.mark.parametrize(
    ("kind", "body", "role", "expected"),
    [
        ("class_students", "傻逼", Role.STUDENT, Outcome.HOLD),
        ("class_students", "卧槽", Role.STUDENT, Outcome.HINT),
        ("class_students", "台独", Role.STUDENT, Outcome.FLAG),
        ("class_students", "傻逼", Role.TEACHER, Outcome.FLAG),
        ("class_students", "傻逼", Role.GUEST, Outcome.HOLD),
        ("class_students", "老师好", Role.STUDENT, Outcome.ALLOW),
        ("class_parents_primary", "帮忙投票", Role.GUARDIAN, Outcome.HOLD),
        ("class_parents_secondary", "水滴筹", Role.GUARDIAN, Outcome.HOLD),
        ("class_parents_primary", "抢红包", Role.GUARDIAN, Outcome.HOLD),
        ("class_parents_primary", "朋友圈集赞", Role.GUARDIAN, Outcome.HOLD),
        ("class_parents_primary", "加我微信", Role.GUARDIAN, Outcome.HOLD),
        ("class_parents_primary", "布道会", Role.GUARDIAN, Outcome.FLAG),
        ("staff_work", "online casino", Role.GUEST, Outcome.HOLD),
        ("teacher_work", "色情片", Role.TEACHER, Outcome.FLAG),
    ],
)
def test_the_regulations_lead_to_their_outcomes(kind, body, role, expected):
    """What the texts forbid is held, what only people can judge is flagged."""
    assert outcome(kind, body, role) is expected


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("body", ["台独", "布道会"])
def test_politics_and_religion_are_never_hidden(kind: str, body: str):
    """History and festivals are taught in school (B1-07)."""
    assert not outcome(kind, body, Role.GUEST).hides


def test_a_third_copy_of_a_pupil_is_refused():
    """B3-16, with its words quoted to the pupil."""
    policy = policies.load_all()[KindName("class_students")]
    known = context(recent=[past("哈哈"), past("哈哈")])

    verdict = decide(message("哈哈"), policy, known)

    assert verdict.outcome is Outcome.REFUSE
    assert (
        "相同的文字连续出现3次" in policy.clauses[verdict.violations[0].clauses[0]].text
    )


def test_a_school_adds_a_kind_that_extends_ours(tmp_path: Path):
    """Only what is different is written down."""
    directory = school(
        tmp_path,
        "社团",
        """
extends: class_students
title: 社团群
rights: {teacher: [own, review]}
rules:
  flooding: {copies: 5}
  banned_words:
    lists:
      abuse: {outcome: flag, severity: minor, clauses: [S-1]}
clauses:
  S-1: {document: 社团公约, text: 请好好说话。, summary: Be kind.}
""",
    )

    club = policies.load_all(directory)[KindName("社团")]
    ours = policies.load_all()[KindName("class_students")]

    assert (club.title, club.roles) == ("社团群", ours.roles)
    assert club.rights["teacher"] == {Right.OWN, Right.REVIEW}
    assert club.rights["class_teacher"] == ours.rights["class_teacher"]
    assert {rule.rule.name: rule for rule in club.rules}[
        "flooding"
    ].settings.copies == 5
    assert decide(message("傻逼"), club, context()).outcome is Outcome.FLAG
    assert "S-1" in club.clauses


def test_a_school_replaces_a_kind_of_ours(tmp_path: Path):
    """The same name as ours takes its place, and may build on it."""
    directory = school(
        tmp_path,
        "class_students",
        "extends: class_students\nversion: '2'\nrules: {flooding: off}",
    )

    policy = policies.load_all(directory)[KindName("class_students")]

    assert policy.version == "2"
    assert [each.rule.name for each in policy.rules] == ["banned_words"]


def test_a_school_has_words_of_its_own(tmp_path: Path):
    """Word lists are another directory."""
    (tmp_path / "abuse.txt").write_text("大笨蛋", encoding="utf-8")

    policy = policies.load_all(lexicons=tmp_path)[KindName("class_students")]

    assert decide(message("大笨蛋"), policy, context()).outcome is Outcome.HOLD


def test_a_school_quotes_its_own_clauses(tmp_path: Path):
    """``clauses.yaml`` is no kind, and its clauses come before ours."""
    directory = school(
        tmp_path, "clauses", "A31: {document: 新制度, text: 新的。, summary: New.}"
    )

    loaded = policies.load_all(directory)

    assert set(loaded) == KINDS
    clause = next(
        c for c in loaded[KindName("class_students")].clauses.values() if c.id == "A31"
    )
    assert clause.document == "新制度"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: x", "年级组.yaml:1: roles: is missing"),
        (
            "extends: class_student\n",
            (
                '年级组.yaml:1: extends: extends "class_student", which cannot be'
                ' extended; did you mean "class_students"?'
            ),
        ),
        ("extends: 年级组\n", 'extends "年级组", which cannot be extended'),
        (
            "extends: class_students\nrules:\n  floding: {}\n",
            '年级组.yaml:3: rules.floding: is not a rule; did you mean "flooding"?',
        ),
        (
            'extends: class_students\nrules:\n  flooding:\n    window: "10 sek"\n',
            '年级组.yaml:4: rules.flooding.window: "10 sek" is not a duration',
        ),
        (
            "extends: class_students\nrules:\n  flooding:\n    copies: 1\n",
            "rules.flooding: copies must be at least 2",
        ),
        (
            "extends: class_students\nrules:\n  flooding:\n    exempt: [pupil]\n",
            '年级组.yaml:4: rules.flooding.exempt[1]: "pupil" is not one of',
        ),
        (
            "extends: class_students\nrules:\n  flooding:\n    clauses: [B9-99]\n",
            '年级组.yaml:4: rules.flooding: "B9-99" is not a clause we know',
        ),
        (
            "extends: class_students\nrights:\n  headmaster: [own]\n",
            "年级组.yaml:3: rights.headmaster: is neither a role nor a post",
        ),
        (
            "title: x\ntitle_en: x\nversion: '1'\nroles: []\nrights: {}\n",
            '年级组.yaml:5: rights: somebody must have the right "review"',
        ),
        (
            "extends: class_students\nrules: {banned_words: {lexicon: x}}\n",
            "rules.banned_words.lexicon: is not a key here",
        ),
        (
            (
                "extends: class_students\nrules: {banned_words: {lists: {abuze:"
                " {outcome: hold, clauses: []}}}}\n"
            ),
            '"abuze" is not a word list; did you mean "abuse"?',
        ),
        ("rules: [", "年级组.yaml:1: is not YAML"),
    ],
)
def test_a_broken_policy_is_explained(tmp_path: Path, text: str, expected: str):
    """File, line, key and remedy: a school mends it without us."""
    assert expected in mistakes(school(tmp_path, "年级组", text))


def test_all_files_are_checked_before_anything_is_said(tmp_path: Path):
    """Two broken files are two lines, not two tries."""
    school(tmp_path, "clauses", "A31: {}")
    school(tmp_path, "社团", "title: 7")

    lines = mistakes(tmp_path)

    assert "clauses.yaml:1: A31.text: is missing" in lines
    assert "社团.yaml:1: title_en: is missing" in lines


def test_a_directory_that_is_not_there_is_a_mistake(tmp_path: Path):
    """A mistyped path would otherwise leave the school with our policies."""
    assert "is not a directory" in mistakes(tmp_path / "polcies")
