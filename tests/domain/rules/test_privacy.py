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
    "王浩的手机号是13912345678",
    "李梅家电话 13812345678,家住建设路12号4栋301",
    "赵强的身份证号码:11010519491231002X",
    "孙丽住在阳光小区3栋2单元501",
    "王浩妈妈的微信号是wanghao2010",
    "给你吴磊的号码 159 8765 4321",
    "周明有乙肝",
    "班主任家住文化路5号3单元502",
    "Bob's phone number is 13912345678",
    "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X 是他的证件号",
    "孙浩 学籍号 G330106201305060012",
    "李子涵家的门牌号是滨江花园8-1-1203",
    "赵欣怡,2013年5月6日出生",
    "Alice lives at 25 Park Road",
    "银行卡:6222 0212 3456 7890 128",
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
    "艾滋病的传播途径:血液、母婴和性传播",
    "圆周率3.1415926535897932384626",
    "快递单号 7512345678901",
    "期末考试考场:2号楼301室",
    "家长会地点:3号楼2楼201室",
    "请假:张三感冒发烧",
    "一九四九年十月一日",
    "一二三四五六七八九十",
    "我家孩子手术住院,请假一周",
    "收到,谢谢老师",
    "王浩妈妈收到",
    "王浩今天发烧38.5度,请假一天",
    "请问老师,周三的活动几点结束?",
    "孩子的水杯忘在教室了,蓝色的",
    "李梅爸爸报名参加志愿者",
    "王浩参加,1人",
    "1.王浩 2.李梅 3.赵强",
    "1、王浩妈妈\n2、李梅爸爸\n3、赵强妈妈",
    "王浩 150元已交",
    "已交:王浩、李梅、赵强",
    "老师,王浩的作业本用完了,哪里买?",
    "有没有家长知道校车几点到?",
    "今天食堂吃什么?",
    "李梅喜欢吃鱼",
    "孩子身高145,校服选多大?",
    "145的孩子穿150还是155?",
    "我家孩子数学总是粗心怎么办",
    "孩子考了60分,着急",
    "老师,我家孩子这次考了多少分?方便私信我吗",
    "谢谢张老师、李老师的辛苦付出",
    "王浩家长:同意参加",
    "明天下午4点来接孩子",
    "请问期末考试是几号",
    "孩子们的合影拍得真好",
    "李梅、王浩和赵强一起完成了手抄报",
    "周六上午9:30人民公园门口集合",
    "祝孩子们六一快乐",
    "快递放门卫室了,请老师查收",
    "王浩的外婆会来接他",
    "请老师把李梅的书包带出来,谢谢",
    "老师,我是王浩爸爸",
    "赵强身体不舒服,下午请假",
    "孩子在学校摔了一跤,老师能帮忙看看吗",
    "今天作业有点多",
    "老师,孩子说被同学打了,想了解一下情况",
    "我觉得学校食堂的饭菜可以改进一下",
    "建议早上校门口增加人手维持秩序",
    "老师您好,孩子近视了,能不能调到前排",
    "明天打疫苗要带什么证件",
    "收费标准:午餐15元/天",
    "Thank you, Ms Wang",
    "My son has a fever and will be absent today",
    "What time does the school bus arrive?",
    "Could you please tell me the homework?",
    "Tom will be 10 minutes late today",
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


@pytest.mark.parametrize(
    ("body", "role", "expected"),
    [
        ("老师好,张三的电话是13800138000", Role.GUARDIAN, Outcome.HOLD),
        ("学校对公账户 6222021234567890123", Role.TEACHER, Outcome.ALLOW),
        ("学校账户 4111111111111111", Role.TEACHER, Outcome.HINT),
        ("转账到 4111111111111111", Role.GUARDIAN, Outcome.HOLD),
        ("银行卡号 6222021234567890120", Role.GUARDIAN, Outcome.HOLD),
        ("银行卡号 6222021234567890120", Role.TEACHER, Outcome.FLAG),
        ("13800138000 13900139000", Role.GUARDIAN, Outcome.HOLD),
        ("13800138000 13900139000", Role.TEACHER, Outcome.HINT),
        ("张三我的手机13800138000", Role.GUARDIAN, Outcome.HINT),
    ],
)
def test_whose_number_it_is_decides(body: str, role: Role, expected: Outcome):
    assert outcome(body, context(role)) is expected


def test_a_reaction_gives_nothing_away():
    assert not tuple(check(reacted("13800138000"), Settings(), context()))


@given(st.text("张三平138000x -单元室号路住病", max_size=60))
def test_it_judges_anything(body: str):
    assert outcome(body, knowing()) in Outcome
