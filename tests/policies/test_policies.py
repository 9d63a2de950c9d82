"""The policies: ours are sound, and a school's own are read or explained."""

from pathlib import Path

import pytest

from appservice import policies
from appservice.documents import ConfigError
from appservice.domain.decide import decide
from appservice.domain.house import (
    Features,
    Holder,
    NameMode,
    Names,
    RightLevels,
    Settings,
)
from appservice.domain.ids import KindName
from appservice.domain.people import Right, Role
from appservice.domain.policy import Policy
from appservice.domain.rule import Context, Outcome
from tests.builders import author, context, message, past

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
        ("class_students", "砍死你们", Role.STUDENT, Outcome.HOLD),
        ("class_parents_secondary", "法轮功", Role.GUARDIAN, Outcome.HOLD),
        ("class_students", "大家一起罢课", Role.STUDENT, Outcome.HOLD),
        ("class_students", "我不想活了", Role.STUDENT, Outcome.FLAG),
        ("class_parents_primary", "我家刚提了一辆保时捷", Role.GUARDIAN, Outcome.HINT),
        ("class_parents_primary", "这个学校乱收费", Role.GUARDIAN, Outcome.FLAG),
        ("class_parents_primary", "网传附近有人抢孩子", Role.GUARDIAN, Outcome.FLAG),
        ("admin_office", "绝密文件发群里了", Role.STAFF, Outcome.HINT),
        ("staff_work", "内部机密文件", Role.STAFF, Outcome.FLAG),
        ("staff_work", "加我微信", Role.GUEST, Outcome.HOLD),
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


@pytest.mark.parametrize(
    ("kind", "bearer", "first", "others"),
    [
        ("teacher_work", "teacher", "{name}", set()),
        ("admin_office", "staff", "{name}", set()),
        ("staff_work", "staff", "{name}", set()),
        ("class_parents_primary", "teacher", "{name}", {"{name}老师"}),
        ("class_parents_secondary", "guardian", "{student}{relation}", set()),
        (
            "class_parents_primary",
            "guardian",
            "{student}{relation}",
            {"{student}监护人"},
        ),
        ("class_students", "teacher", "{subject}{name}", set()),
        ("class_students", "class_teacher", "{subject}{name}", {"班主任{name}"}),
        ("class_students", "student", "{name}", {"{name}({number})"}),
    ],
)
def test_names_are_those_of_the_regulations(kind, bearer, first, others):
    """B1-30/31, B1-48/49, B2-04, B3-06/07: real names, put right where they differ."""
    names = policies.load_all()[KindName(kind)].names

    assert names.mode is NameMode.ENFORCE
    assert names.templates[bearer][0] == first
    assert others <= set(names.templates[bearer])


@pytest.mark.parametrize("policy", policies.load_all().values(), ids=lambda p: p.kind)
def test_a_shipped_room_is_the_school_s(policy: Policy):
    """Members do not invite (A19), read what was before (A68) or rename the room."""
    settings = policy.settings

    assert settings.official == "学校官方群"
    assert settings.invite is Holder.OWN
    assert settings.name is Holder.NOBODY
    assert settings.mention_room is Holder.ANNOUNCE
    assert (settings.join_rule, settings.guest_access) == ("invite", "forbidden")
    assert settings.history_visibility == "joined"
    for role in (Role.STUDENT, Role.GUARDIAN, Role.GUEST):
        assert not settings.mention_room.includes(policy.rights.get(role.value, ()))


@pytest.mark.parametrize("policy", policies.load_all().values(), ids=lambda p: p.kind)
def test_every_role_of_a_shipped_kind_has_a_name(policy: Policy):
    assert {role.value for role in policy.roles} <= policy.names.templates.keys()


@pytest.mark.parametrize(
    ("kind", "role", "rights", "expected"),
    [
        ("class_students", Role.STUDENT, [], Outcome.REFUSE),
        ("class_students", Role.TEACHER, [Right.STOP], Outcome.ALLOW),
        ("class_parents_primary", Role.GUARDIAN, [], Outcome.REFUSE),
        ("teacher_work", Role.TEACHER, [], Outcome.ALLOW),
    ],
)
def test_a_location_is_for_those_the_policy_names(kind, role, rights, expected):
    """The rule comes with the section of features; nobody lists it among the rules."""
    policy = policies.load_all()[KindName(kind)]
    known = Context(author=author(role, rights=rights))

    verdict = decide(message("这里", msgtype="m.location"), policy, known)

    assert verdict.outcome is expected
    assert all(
        quote in policy.clauses for v in verdict.violations for quote in v.clauses
    )


def test_a_policy_from_before_names_and_settings_still_does(tmp_path: Path):
    """What it does not say is as the software has it."""
    directory = school(
        tmp_path,
        "年级组",
        "title: x\ntitle_en: x\nversion: '1'\nroles: [teacher]\n"
        "rights: {teacher: [review]}\n"
        "rules: {pornography: {}, violence: {}, cult: {}}\n",
    )

    policy = policies.load_all(directory)[KindName("年级组")]

    assert (policy.names, policy.levels) == (Names(), RightLevels())
    assert (policy.features, policy.settings) == (Features(), Settings())


def test_a_school_changes_one_setting_and_keeps_the_others(tmp_path: Path):
    directory = school(
        tmp_path,
        "社团",
        """
extends: class_students
names: {mode: remind, templates: {student: ["{class}{name}"]}}
features: {voice: stop}
settings: {official: , pins_at_most: 3, topic: moderate}
""",
    )

    club = policies.load_all(directory)[KindName("社团")]
    ours = policies.load_all()[KindName("class_students")]

    assert club.names.mode is NameMode.REMIND
    assert club.names.templates["student"] == ("{class}{name}",)
    assert club.names.templates["teacher"] == ours.names.templates["teacher"]
    assert (club.features.voice, club.features.location) == (Holder.STOP, Holder.STOP)
    assert (club.settings.official, club.settings.pins_at_most) == (None, 3)
    assert club.settings.invite is ours.settings.invite


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
    names = {each.rule.name for each in policy.rules}
    assert "flooding" not in names
    assert {"abuse", "features"} <= names


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
            '年级组.yaml:4: rules.flooding.exempt: "pupil" is neither a role nor',
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
            "extends: class_students\nnames:\n  templates:\n    pupil: ['{name}']\n",
            "年级组.yaml:4: names.templates.pupil: is neither a role nor a post",
        ),
        (
            (
                "extends: class_students\nnames:\n  templates:\n    student:\n"
                "      - '{nmae}'\n"
            ),
            (
                '年级组.yaml:5: names.templates.student: "nmae" in "{nmae}" is not a'
                ' variable; did you mean "name"?'
            ),
        ),
        (
            "extends: class_students\nnames: {mode: enforced}\n",
            'names.mode: "enforced" is not one of enforce, remind, off',
        ),
        (
            "extends: class_students\nnames: {grace: 3 days}\n",
            'names.grace: "3 days" is not a duration',
        ),
        (
            "extends: class_students\nnames: {remind_every: 0s}\n",
            "names: remind_every must be longer than",
        ),
        (
            "extends: class_students\nnames: {put_right_at_most: -1}\n",
            "names: put_right_at_most must not be negative",
        ),
        (
            "extends: class_students\nsettings: {pins_at_most: 1000}\n",
            "settings: pins_at_most must lie between 0 and 100",
        ),
        (
            f"extends: class_students\nsettings: {{official: {'官' * 101}}}\n",
            "settings: official must have at most 100 characters",
        ),
        (
            "extends: class_students\nlevels:\n  own: 45\n",
            "levels: stop, announce, moderate and own must rise in this order",
        ),
        (
            "extends: class_students\nsettings:\n  invite: teacher\n",
            '年级组.yaml:3: settings.invite: "teacher" is not one of everyone,',
        ),
        (
            "extends: class_students\nsettings:\n  pins: own\n  tpoic: own\n",
            '年级组.yaml:4: settings.tpoic: is not a key here; did you mean "topic"?',
        ),
        (
            "extends: class_students\nfeatures:\n  clauses: [B9-98]\n",
            '年级组.yaml:3: features: "B9-98" is not a clause we know',
        ),
        (
            "extends: class_students\nrules: {features: {voice: stop}}\n",
            "年级组.yaml:2: rules.features: stands in a section of its own",
        ),
        (
            "extends: class_students\nrules: {abuse: {lexicon: x}}\n",
            "rules.abuse.lexicon: is not a key here",
        ),
        (
            "extends: class_students\nrules: {self_harm: {outcome: hold}}\n",
            "rules.self_harm: the outcome must be flag",
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


def test_a_right_can_be_exempt_as_well_as_a_role(tmp_path: Path):
    """Whoever may announce may say the same thing three times."""
    directory = school(
        tmp_path,
        "社团",
        "extends: class_students\nrules: {flooding: {exempt: [stop]}}\n",
    )
    club = policies.load_all(directory)[KindName("社团")]
    recent = [past("快看"), past("快看")]

    def refuses(*rights: Right) -> bool:
        known = Context(author=author(rights=rights), recent=tuple(recent))
        return decide(message("快看"), club, known).outcome is Outcome.REFUSE

    assert refuses()
    assert not refuses(Right.STOP)
