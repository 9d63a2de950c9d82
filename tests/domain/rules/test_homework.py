"""What a school has decided on homework in a room."""

from datetime import UTC, datetime

import pytest

from appservice.domain.people import Role
from appservice.domain.rule import Context, Outcome
from appservice.domain.rules.homework import Settings, check
from tests.builders import author, message, reacted

SETS = [
    "今天的作业:语文第三课生字",
    "家庭作业是练习册第12页",
    "请同学们完成练习册第20-21页",
    "背诵第5课课文",
    "数学作业:口算第8页",
    "Tonight's homework: read chapter 3",
    "Please finish the worksheet",
]
BY_TELEPHONE = [
    "请家长拍照上传到群里",
    "每天打卡",
    "请接龙",
    "朗读录音发到群里",
    "完成后在小程序提交作业",
    "Please upload a photo of the homework",
]
NEITHER = [
    "今天没有作业",
    "作业本明天发",
    "今天作业完成得很好",
    "明天春游,请带水",
    "学校禁止微信打卡",
    "请各位家长注意安全",
]


def outcome(body: str, settings: Settings, role: Role = Role.TEACHER, hour: int = 12):
    at = datetime(2026, 3, 2, hour, tzinfo=UTC)
    known = Context(author=author(role), at=at)
    found = tuple(check(message(body), settings, known))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize("body", SETS)
def test_where_it_is_forbidden_setting_it_is_a_hint(body: str):
    assert outcome(body, Settings(posting="forbid")) is Outcome.HINT
    assert outcome(body, Settings()) is Outcome.ALLOW


@pytest.mark.parametrize("body", BY_TELEPHONE)
def test_no_hand_in_by_telephone(body: str):
    """教基厅函〔2021〕3号; unless the school has decided otherwise."""
    assert outcome(body, Settings()) is Outcome.HINT
    assert outcome(body, Settings(posting="forbid")) is Outcome.HINT
    assert outcome(body, Settings(posting="allow")) is Outcome.ALLOW


@pytest.mark.parametrize("body", NEITHER)
def test_to_speak_of_homework_is_not_to_set_it(body: str):
    assert outcome(body, Settings(posting="forbid")) is Outcome.ALLOW


def test_not_before_the_pupils_could_tell_it():
    """B1-20."""
    late = Settings(not_before=17)

    assert outcome(SETS[0], late, hour=16) is Outcome.HINT
    assert outcome(SETS[0], late, hour=17) is Outcome.ALLOW


def test_pupils_and_guardians_speak_of_it_freely():
    strict = Settings(posting="forbid")

    assert outcome(SETS[0], strict, Role.STUDENT) is Outcome.ALLOW
    assert not tuple(
        check(reacted("打卡"), strict, Context(author=author(Role.TEACHER)))
    )


@pytest.mark.parametrize("wrong", [{"outcome": Outcome.HOLD}, {"not_before": 24}])
def test_homework_is_never_hidden(wrong):
    with pytest.raises(ValueError, match=r"never hidden|hour of the day"):
        Settings(**wrong)
