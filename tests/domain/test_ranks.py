"""Whether a text compares pupils by their marks, and how sure that is."""

import pytest

from appservice.domain.ids import PersonId
from appservice.domain.pupils import NOBODY, PupilFinder
from appservice.domain.ranks import marks_in_rows, marks_in_text
from appservice.domain.rule import Outcome

ODD = PupilFinder({"平平": [PersonId("s1")], "安好": [PersonId("s2")]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小明98分,小红90分,平均多少分?", None),
        ("张三98分,李四90分,平均多少分?", Outcome.REFUSE),
        ("张三加5分,李四加3分", None),
        ("表现分 张三 8分 李四 6分", Outcome.FLAG),
        ("书法比赛 张三 98 李四 95", None),
        ("书法比赛 张三第1名 李四第2名", Outcome.HINT),
        ("演讲比赛前三名:张三、李四", Outcome.HINT),
        ("Race: 1st Tom, 2nd Jerry", Outcome.HINT),
        ("学号01:98分,学号02:87分,学号03:77分", Outcome.HOLD),
        ("3号 85分,7号 62分,15号 59分", Outcome.HOLD),
        ("合唱比赛 3号 85分,7号 62分,15号 59分", None),
        ("姓名 总分\n张旺旺 292\n李乐乐 269", Outcome.REFUSE),
        ("学号 成绩\n01 98\n02 87\n03 65", Outcome.REFUSE),
        ("优秀:张三、李四", None),
        ("张三>李四", None),
    ],
)
def test_how_sure_it_is_decides_what_it_can_lead_to(text: str, expected):
    """Sums, points for conduct and contests are something else."""
    finding = marks_in_text(text, NOBODY)

    assert (finding.at_most if finding else None) is expected


def test_names_of_the_roster_need_not_look_like_names():
    rows = [["平平", "98"], ["安好", "87"]]

    assert marks_in_rows(rows, ODD)
    assert not marks_in_rows(rows, NOBODY)
    assert marks_in_text("平平98 安好87", ODD)
    assert not marks_in_text("平平来了,安好没有98", ODD)
    assert not marks_in_rows([["身高"], ["平平", "98"], ["安好", "87"]], ODD)


@pytest.mark.parametrize("text", ["张三98 " * 500, "98分张三 " * 500, "tom 98 " * 500])
def test_no_more_is_read_than_is_needed(text: str):
    """Two names would do."""
    marks_in_text(text, NOBODY)
    marks_in_text("Anna ranked 3rd. " * 500, NOBODY)
    marks_in_text("Monday ranked 3rd. " * 500, NOBODY)
