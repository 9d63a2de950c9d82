"""What belongs to one person is not for all to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.ids import PersonId
from appservice.domain.people import Role
from appservice.domain.pupils import PupilFinder
from appservice.domain.rule import Context, Outcome
from appservice.domain.rules.privacy import Settings, check
from tests.builders import author, context, message, reacted

GIVES_AWAY = [
    "张三 13800138000 李四 13900139000",
    "张三妈妈电话13812345678",
    "王小明的身份证号是11010519491231002X",
    "身份证:11010519491231002X",
    "银行卡号 6222021234567890128 转账",
    "李华家住中山路100号3栋502室",
    "张子涵家庭住址:幸福小区5号楼2单元301",
    "我把陈浩的手机号发给你:138-1234-5678",
    "王芳的QQ是123456789",
    "刘洋有抑郁症正在住院",
    "一三八一二三四五六七八 张三的号码",
    "Tom lives at 12 Baker Street",
    "学生名单 刘子涵13912345678 陈思远13712345678",
    "他住在花园路88弄12号601室",
]
DOES_NOT = [
    "学校总机 021-55556666",
    "咨询电话:400-800-1234",
    "李老师办公室电话 021-12345678",
    "订单号 202301011234567890",
    "今天作业第100页",
    "集合地点:中山路100号体育馆",
    "教学楼3栋302教室",
    "会议号 123 456 789",
    "QQ群号 123456789",
    "热线12345",
    "明天8:30到302室开会",
    "抑郁症讲座在报告厅",
    "圆周率3.1415926535897932384626",
    "快递单号 7512345678901",
    "期末考试考场:2号楼301室",
    "家长会地点:3号楼2楼201室",
    "请假:张三感冒发烧",
    "一九四九年十月一日",
    "一二三四五六七八九十",
    "我家孩子手术住院,请假一周",
]
PUPILS = PupilFinder({"平平": [PersonId("s1")]})


def outcome(body: str, known: Context | None = None) -> Outcome:
    found = tuple(check(message(body), Settings(), known or context()))
    return found[0].outcome if found else Outcome.ALLOW


def knowing(role: Role = Role.GUARDIAN, *own: str) -> Context:
    mine = frozenset(map(PersonId, own))
    return Context(author=author(role), pupils=PUPILS, own_pupils=mine)


@pytest.mark.parametrize("body", GIVES_AWAY)
def test_what_is_private_is_hidden_or_looked_at(body: str):
    assert outcome(body) in (Outcome.FLAG, Outcome.HOLD)


@pytest.mark.parametrize("body", DOES_NOT)
def test_what_is_public_stays(body: str):
    assert outcome(body) is Outcome.ALLOW


def test_a_pupils_health_is_hidden_by_the_roster():
    assert outcome("平平得了抑郁症", knowing()) is Outcome.HOLD
    assert outcome("平平得了抑郁症", knowing(Role.TEACHER)) is Outcome.FLAG
    assert outcome("平平得了抑郁症", knowing(Role.GUARDIAN, "s1")) is Outcome.ALLOW


@pytest.mark.parametrize("body", ["我的手机13800138000", "我家住中山路100号3栋502室"])
def test_who_gives_their_own_away_is_told_so(body: str):
    """No more than a hint: it is theirs."""
    assert outcome(body) is Outcome.HINT


def test_staff_give_their_own_number_and_the_offices():
    staff = context(Role.TEACHER)

    assert outcome("有事打我手机13800138000", staff) is Outcome.ALLOW
    assert outcome("王老师13800138000,李老师13900139000", staff) is Outcome.ALLOW
    assert outcome("平平妈妈13800138000", knowing(Role.TEACHER)) is Outcome.HOLD


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("110105194912310021", Outcome.ALLOW),
        ("6222021234567890123", Outcome.ALLOW),
        ("4111 1111 1111 1111", Outcome.ALLOW),
        ("卡号 4111 1111 1111 1111", Outcome.HOLD),
    ],
)
def test_numbers_are_checked_by_their_check_digits(body: str, expected: Outcome):
    assert outcome(body) is expected


def test_a_reaction_gives_nothing_away():
    assert not tuple(check(reacted("13800138000"), Settings(), context()))


@given(st.text("张三平138000x -单元室号路住病", max_size=60))
def test_it_judges_anything(body: str):
    assert outcome(body, knowing()) in Outcome
