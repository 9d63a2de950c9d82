"""Nothing bad about a pupil where everybody reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.ids import PersonId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.people import Role
from appservice.domain.pupils import PupilFinder
from appservice.domain.rule import Context, Outcome
from appservice.domain.rules.pupil_negative import Settings, check
from tests.builders import author, context, message, reacted

NAMES_A_PUPIL = [
    "张三今天又打架了,被老师处分",
    "王小明考试作弊被抓了",
    "没交作业的有:张三、李四、王五",
    "李华偷了同学的钱",
    "陈思远有多动症,大家注意点",
    "赵雨萱和刘子涵在早恋",
    "听说周杰有抑郁症",
    "张伟上课总说话,影响别人",
    "昨天打架的是刘强和李明",
    "王芳又旷课了",
    "三班的李雷抄作业被发现了",
    "今天张子涵同学顶撞老师,写检讨",
    "Tom was caught cheating in the exam",
    "Jack stole a pen yesterday",
    "Lucy didn't do her homework again",
    "Jerry is suspended for fighting",
    "李娜作业又没交",
    "李浩然经常迟到",
    "陈浩把同学打了一顿,打人太凶了",
    "请张三的家长注意,孩子欺负同学",
    "王浩昨天又逃学去网吧了",
    "李梅偷拿了赵强的文具盒",
    "赵强数学考试作弊",
    "周明和吴磊在厕所抽烟被抓了",
    "王浩被记过处分了",
    "李梅和赵强早恋被老师发现",
    "王浩脑子有问题,多动症",
    "吴磊上课老捣乱",
    "王浩打了李梅一巴掌",
    "作业未完成名单\n高翔\n马丽\n罗成",
    "今天默写不过关的:张晨、赵欣",
    "赵大宝又迟到了",
    "没写作业的有王浩、李梅",
    "王浩欺负低年级同学",
    "李梅抄我作业",
    "王浩考试抄袭被0分处理",
    "Bob cheated on the test",
    "Alice was suspended last week",
    "Charlie is always bullying others",
    "Bob was caught smoking",
    "赵强又被请家长了",
    "吴磊是小偷",
    "孙丽撒谎骗老师",
    "周明上课睡觉被罚站",
    "Ben got expelled for fighting",
    "Ben is the worst student in class",
    "Anna stole my pencil",
    "Ben never hands in homework",
    "刘畅同学今天上课讲话,点名批评",
    "王子墨、周子涵作业又没交",
    "今天打架的刘畅和王子墨,下午到办公室",
    "批评周子涵同学乱扔垃圾",
]
NAMES_NOBODY = [
    "严禁打架斗殴,违者处分",
    "考试不要作弊",
    "张三今天发烧,请假一天",
    "我家小明发烧了,请假",
    "表扬张三制止了打架",
    "安全教育:预防校园霸凌",
    "主题班会:拒绝抄袭,诚信考试",
    "明天交作业",
    "请没交作业的同学尽快交",
    "高年级打架的事情学校会处理",
    "任何同学不得打架",
    "抑郁症知识讲座,欢迎家长参加",
    "《少年闰土》中主人公偷西瓜的故事",
    "张三、李四明天值日",
    "今天作业没有写完的同学明天补上",
    "王老师,我想请假",
    "周末不要熬夜",
    "温馨提示:上课不要说话",
    "小偷家族这部电影",
    "今天上课有同学说话,请大家注意",
    "I didn't do my homework, sorry",
    "Don't cheat in the exam",
    "迟到的同学请登记",
    "老师好,今天的作业是什么?",
    "我数学考了95分好开心",
    "有人一起打篮球吗",
    "谁有英语第三单元的笔记",
    "明天几点集合",
    "我忘带课本了,能借我看看吗",
    "生日快乐王浩!",
    "李梅你的水杯落在教室了",
    "赵强今天没来,他生病了吗?",
    "周末一起去图书馆吧",
    "老师我感冒了,想请一天假",
    "王浩、李梅,放学一起走",
    "我的学号是20230105",
    "第5题答案是98吗",
    "谁捡到我的校园卡了",
    "赵强请你帮我带一下作业",
    "孙丽跑步好快啊",
    "语文课本第98页第3题怎么做",
    "今天体育课测800米",
    "我家在学校旁边",
    "下午3点302教室开会",
    "收到,谢谢老师",
    "李白是哪个朝代的诗人",
    "鲁迅原名周树人",
    "王浩第一个到教室",
    "小明有5个苹果,小红有3个苹果",
    "tom and jerry is funny",
    "My favourite book is Harry Potter",
    "I got 95 on my math test!",
    "Can you help me with exercise 5 on page 98?",
    "班长王浩通知大家明天交团费10元",
    "昨天比赛我们班赢了98比87",
    "王浩加油!李梅加油!",
    "电话手表可以带到学校吗",
    "我爸爸的生日是5月20日",
]
USUAL = Settings(lexicon=Lexicon([WordList(name="pupil_negative", words=("发烧",))]))
PUPILS = PupilFinder({"平平": [PersonId("s1")]}, {"小平": [PersonId("s2")]})


def outcome(body: str, known: Context | None = None) -> Outcome:
    found = tuple(check(message(body), USUAL, known or context()))
    return found[0].outcome if found else Outcome.ALLOW


def knowing(role: Role = Role.GUARDIAN, *own: str) -> Context:
    mine = frozenset(map(PersonId, own))
    return Context(author=author(role), pupils=PUPILS, own_pupils=mine)


@pytest.mark.parametrize("body", NAMES_A_PUPIL)
def test_without_a_roster_a_person_looks(body: str):
    """It only looks like a name."""
    assert outcome(body) is Outcome.FLAG


@pytest.mark.parametrize("body", NAMES_NOBODY)
def test_what_is_said_of_nobody_stays(body: str):
    assert outcome(body) is Outcome.ALLOW


def test_with_a_roster_it_is_hidden():
    assert outcome("平平今天打架了", knowing()) is Outcome.HOLD


def test_the_schools_list_counts_beside_names_of_the_roster():
    """Milder words, such as illness, only where it is sure that a pupil is meant."""
    assert outcome("平平发烧了", knowing()) is Outcome.HOLD
    assert outcome("张三发烧了", knowing()) is Outcome.ALLOW


def test_a_given_name_alone_may_be_somebody_else():
    assert outcome("小平今天打架了", knowing()) is Outcome.FLAG


def test_of_ones_own_child_one_may_tell():
    assert outcome("平平发烧了,请假", knowing(Role.GUARDIAN, "s1")) is Outcome.ALLOW


def test_teachers_are_asked_softly():
    """B3-18: «一般只批评不良现象,不批评具体学生»."""
    (violation,) = check(message("平平打架了"), USUAL, knowing(Role.TEACHER))

    assert violation.outcome is Outcome.FLAG
    assert violation.tells_author


def test_a_roster_name_beside_nothing_bad_stays():
    assert outcome("平平今天很棒", knowing()) is Outcome.ALLOW


def test_of_very_many_sentences_the_first_are_read():
    assert outcome("好。" * 70 + "平平打架了", knowing()) is Outcome.ALLOW


def test_a_reaction_says_nothing_of_anybody():
    assert not tuple(check(reacted("张三打架了"), USUAL, context()))


@given(st.text("张三平打架了。发烧 Tomlied", max_size=50))
def test_it_judges_anything(body: str):
    assert outcome(body, knowing()) in Outcome
