"""Links that lead where nobody should go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.events import Place
from appservice.domain.people import Role
from appservice.domain.rule import Outcome
from appservice.domain.rules.links import Settings, check
from tests.builders import context, message

SUSPECT = [
    "看这个 http://192.168.1.5/a.apk",
    "https://www.icbc.com.cn@evil.example/login",
    "加入 https://t.me/joinchat/abc",
    "discord.gg/abcdef 快来",
    "http://bit.ly/3abcde",
    "登录 http://www.ba1du.com",
    "http://www.icbc.com.cn.evil.top/login",
    "https://xn--80ak6aa92e.com/",
    "http://аррle.com",
    "baidu 点 com",
    "evil(dot)com",
    "evil[.]com 去看",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "https://qr.alipay.com/fkx1234",
    "wxp://f2f0abc",
    "QQ群:123456789",
    "https://u.wechat.com/abc",
    "http://3232235777/x",
    "hxxp://bad.site/a",
    "www.pornhub.com",
    "https://matrix.to/#/#games:other.example",
    "http://dwz.cn/abc",
    "taoba0.com 大促",
    "casino88.com",
]
ORDINARY = [
    "https://www.baidu.com/s?wd=1",
    "请看 https://mp.weixin.qq.com/s/abcdef",
    "作业.pdf 请下载",
    "学校官网 www.school.edu.cn",
    "https://www.bilibili.com/video/BV1xx",
    "邮箱 teacher@school.edu.cn",
    "3.5 点开会",
    "8:30 点名",
    "第3.2节",
    "see you at 8.30.",
    "我的作业在 https://docs.qq.com/doc/abc",
    "https://zh.wikipedia.org/wiki/%E6%9D%8E%E7%99%BD",
    "https://meeting.tencent.com/dm/abc",
    "www.12306.cn",
    "版本 1.2.3.4",
    "data: 2026年数据",
    "file: 作业",
    "e.g. this one",
    "我想要点cn的东西",
    "https://matrix.to/#/@bob:school.example",
    "https://www.gov.cn/zhengce",
    "https://baidu.com.cn",
    "A.B.C.D",
    "http://中文.中国/",
]


def outcome(body: str, role: Role = Role.STUDENT, place: Place = Place.BODY) -> Outcome:
    found = tuple(check(message(body, place=place), Settings(), context(role)))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize("body", SUSPECT)
def test_suspect_links_do_not_pass(body: str):
    assert outcome(body) is not Outcome.ALLOW


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_links_and_dots_pass(body: str):
    assert outcome(body) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("https://t.me/joinchat/abc", Outcome.ALLOW),
        ("QQ群:123456789", Outcome.ALLOW),
        ("http://bit.ly/3abc", Outcome.ALLOW),
        ("javascript:alert(1)", Outcome.REFUSE),
        ("http://1.2.3.4/a", Outcome.HOLD),
        ("www.pornhub.com", Outcome.HOLD),
    ],
)
def test_of_staff_only_dangerous_links_are_looked_at(body: str, expected: Outcome):
    """They recommend articles (B1-25, B3-27) and open groups for their classes."""
    assert outcome(body, Role.TEACHER) is expected


def test_links_hide_in_formatting_and_in_pictures():
    """What ``parse`` gives of an anchor, and what a QR code says."""
    assert outcome('a href="http://1.2.3.4/x"', place=Place.OTHER).hides
    assert outcome("https://u.wechat.com/abc", place=Place.CODE).hides


def test_a_school_says_which_hosts_it_wants():
    settings = Settings(allow=("t.me",), deny=("bilibili.com",))
    fine = tuple(check(message("https://t.me/x"), settings, context()))
    denied = tuple(check(message("www.bilibili.com"), settings, context()))

    assert not fine
    assert denied[0].outcome is Outcome.HOLD


def test_the_gravest_link_counts():
    (violation,) = check(
        message("http://bit.ly/x javascript:alert(1)"), Settings(), context()
    )

    assert violation.outcome is Outcome.REFUSE
    assert violation.rule == "links"


@given(st.text("htps:/@.xn--点comwww 1[]0。", max_size=60))
def test_it_judges_anything(body: str):
    assert outcome(body) in Outcome
