"""What no school's file can loosen."""

from pathlib import Path

import pytest

from appservice import policies
from appservice.documents import ConfigError
from appservice.domain.ids import KindName
from appservice.domain.rule import Outcome


def load(directory: Path, text: str):
    (directory / "社团.yaml").write_text(text, encoding="utf-8")
    return policies.load_all(directory)[KindName("社团")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "extends: class_students\nrules:\n  pornography: off\n",
            "社团.yaml:3: rules.pornography: must not be off",
        ),
        (
            "extends: class_students\nrules:\n  violence:\n    outcome: flag\n",
            '社团.yaml:4: rules.violence.outcome: must be "hold" or "refuse"',
        ),
        (
            "extends: class_students\nrules: {cult: {exempt: [student]}}\n",
            '社团.yaml:2: rules.cult.exempt: may not exempt more people: "student"',
        ),
        (
            "extends: class_parents_secondary\nrules: {ranking: off}\n",
            "社团.yaml:2: rules.ranking: must not be off: marks and ranks of pupils",
        ),
        (
            "extends: class_students\nrules: {ranking: {exempt: [teacher]}}\n",
            "社团.yaml:2: rules.ranking.exempt: must name nobody: marks and ranks",
        ),
        (
            "extends: class_students\nrules: {ranking: {observe: true}}\n",
            '社团.yaml:2: rules.ranking.outcome: must be "hold" or "refuse"',
        ),
        (
            "extends: class_students\nrules:\n  privacy:\n    outcome: flag\n",
            "社团.yaml:4: rules.privacy.outcome: may only be tightened",
        ),
        (
            "extends: class_students\nsettings:\n  guest_access: can_join\n",
            '社团.yaml:3: settings.guest_access: must be "forbidden"',
        ),
        (
            "extends: class_students\nsettings:\n  history_visibility: shared\n",
            (
                "社团.yaml:3: settings.history_visibility: may only be tightened: "
                '"class_students" says "joined"'
            ),
        ),
        (
            "extends: class_students\nfeatures:\n  live_location: everyone\n",
            (
                "社团.yaml:3: features.live_location: may only be tightened: "
                '"class_students" says "nobody"'
            ),
        ),
        (
            "extends: class_students\nretention_min: 90d\n",
            '社团.yaml:2: retention_min: must be at least "180d"',
        ),
        (
            "extends: class_students\nfloors: [rules.cult]\n",
            '社团.yaml:2: floors: must keep "features.live_location" of',
        ),
        (
            "extends: class_students\nfloors: [rules.cults]\n",
            (
                '社团.yaml:2: floors: "rules.cults" is no setting that can be a floor; '
                'did you mean "rules.cult"?'
            ),
        ),
    ],
)
def test_an_undercut_floor_is_named(tmp_path: Path, text: str, expected: str):
    """File, line, setting and what it must be."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)

    assert expected in str(caught.value)


def test_tightening_is_free(tmp_path: Path):
    """A school may ask for more than we do."""
    club = load(
        tmp_path,
        "extends: class_students\nretention_min: 3y\n"
        "rules: {pornography: {outcome: refuse}}\n"
        "settings: {invite: nobody}\n",
    )

    (rule,) = (each for each in club.rules if each.rule.name == "pornography")
    assert rule.settings.outcome is Outcome.REFUSE
    assert club.retention_min is not None
    assert club.retention_min.days == 3 * 365


def test_a_floor_goes_down_the_line(tmp_path: Path):
    """What a district marks, its schools cannot take off, nor their year groups."""
    (tmp_path / "学区.yaml").write_text(
        "extends: teacher_work\nretention_min: 5y\nfloors: [settings.guest_access, "
        "settings.join_rule, settings.history_visibility, rules.pornography, "
        "rules.violence, rules.cult, retention_min]\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError, match="retention_min: may only be tightened"):
        load(tmp_path, "extends: 学区\nretention_min: 3y\n")


def test_a_policy_of_its_own_is_bound_by_law(tmp_path: Path):
    """Not extending ours is no way round."""
    with pytest.raises(ConfigError) as caught:
        load(
            tmp_path,
            "title: x\ntitle_en: x\nversion: '1'\nroles: [student]\n"
            "rights: {teacher: [review]}\n",
        )

    assert "rules.violence: must not be off" in str(caught.value)
    assert "rules.ranking: must not be off" in str(caught.value)
