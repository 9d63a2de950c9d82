"""Flooding: the third copy is too many, and a confirmation is none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.rule import Outcome
from appservice.domain.rules.flooding import Settings, check
from tests.builders import (
    NOON,
    TEACHER,
    XIAOMING,
    context,
    edited,
    message,
    past,
    reacted,
)

USUAL = Settings()


def minutes(*ago: float, body: str = "哈哈"):
    """Copies by the same sender, so many minutes before noon."""
    return [past(body, ago=timedelta(minutes=each)) for each in ago]


def test_two_copies_stand():
    """«3次及以上»: two are not three."""
    assert check(message("哈哈"), USUAL, context(recent=minutes(1))) == ()


def test_the_third_copy_is_refused():
    """The copies that stand are counted with the new one."""
    (violation,) = check(message("哈哈"), USUAL, context(recent=minutes(2, 1)))

    assert violation.outcome is Outcome.REFUSE
    assert violation.clauses == ("B3-16", "B3-33")
    assert violation.evidence.count == 3


@pytest.mark.parametrize("body", ["哈\u200b哈", "哈 哈!", "哈\ufe0f哈"])
def test_invisible_changes_make_no_other_message(body: str):
    """Compared is what is seen."""
    assert check(message(body), USUAL, context(recent=minutes(2, 1)))


def test_a_message_as_old_as_the_window_no_longer_counts():
    """The window is open at its far end."""
    assert check(message("哈哈"), USUAL, context(recent=minutes(10, 1))) == ()


def test_a_backlog_is_judged_by_the_time_of_its_events():
    """What came late at once was not sent at once."""
    later = message("哈哈", sent_at=NOON + timedelta(hours=1))

    assert check(later, USUAL, context(recent=minutes(2, 1))) == ()


def test_a_message_from_the_future_is_not_counted():
    """Events may be judged out of order after a gap."""
    assert check(message("哈哈"), USUAL, context(recent=minutes(-2, -1))) == ()


def test_other_people_may_say_the_same():
    """«收到» by three people under a notice is three people who read it."""
    recent = [past("收到", sender=TEACHER), past("收到", sender=TEACHER)]

    assert check(message("收到"), USUAL, context(recent=recent)) == ()


@pytest.mark.parametrize("event", [edited("哈哈"), reacted("哈哈")])
def test_edits_and_reactions_are_not_counted(event):
    """Only what is new in the timeline floods it."""
    assert check(event, USUAL, context(recent=minutes(3, 2, 1))) == ()


@pytest.mark.parametrize("body", ["收到", "OK!", "谢谢 老师", "👍"])
def test_a_confirmation_starts_anew_with_each_notice(body: str):
    """Three notices confirmed are no flood (X12)."""
    recent = [
        *minutes(5, 4, body=body),
        past("明天带跳绳", ago=timedelta(minutes=3), sender=TEACHER, from_staff=True),
        *minutes(2, body=body),
    ]

    assert check(message(body), USUAL, context(recent=recent)) == ()


def test_a_confirmation_without_a_notice_is_a_copy_like_any_other():
    """Three times «收到» in a row is a flood all the same."""
    assert check(message("收到"), USUAL, context(recent=minutes(2, 1, body="收到")))


def test_a_word_of_two_letters_answers_whoever_wrote_in_between():
    """«嗯» three times in a talk is no flood (B3-16: «连续»)."""
    talk = [
        past("嗯", ago=timedelta(minutes=3)),
        past("你带书了吗?", ago=timedelta(minutes=2), sender=TEACHER),
        past("嗯", ago=timedelta(minutes=1)),
        past("笔呢?", ago=timedelta(seconds=30), sender=TEACHER),
    ]

    assert not list(check(message("嗯"), Settings(), context(recent=talk)))


def test_a_word_of_two_letters_three_times_in_a_row_is_a_flood():
    row = [past("刷", ago=timedelta(seconds=n)) for n in (20, 10)]

    assert list(check(message("刷"), Settings(), context(recent=row)))


def test_a_teacher_does_not_excuse_their_own_copies():
    """The notice must be somebody else's."""
    recent = [
        past("好的", sender=TEACHER, from_staff=True, ago=timedelta(minutes=each))
        for each in (2, 1)
    ]

    assert check(message("好的", sender=TEACHER), USUAL, context(recent=recent))


@pytest.mark.parametrize(
    "settings", [{"copies": 1}, {"window": timedelta()}, {"near": 0.1}]
)
def test_settings_that_would_hide_everything_are_refused(settings):
    """A first message is never a copy."""
    with pytest.raises(ValueError, match="must be"):
        Settings(**settings)


@given(st.lists(st.integers(0, 900), max_size=40), st.integers(2, 6))
def test_more_patience_never_makes_a_violation(seconds: list[int], copies: int):
    """Raising the limit can only acquit."""
    recent = [past("哈哈", ago=timedelta(seconds=each)) for each in seconds]
    known = context(recent=recent)

    patient = check(message("哈哈"), Settings(copies=copies + 1), known)

    assert not patient or check(message("哈哈"), Settings(copies=copies), known)


@pytest.mark.parametrize(
    "bodies",
    [
        ("明天记得带跳绳和水壶", "明天要记得带跳绳和水壶", "明天记得带跳绳和水壶呀"),
        ("谁有空一起打篮球啊", "谁有空一起打篮球", "谁有空一起来打篮球啊"),
        (
            "who wants to play ball",
            "who wants to play ball?!",
            "so who wants to play ball",
        ),
    ],
)
def test_the_same_information_slightly_changed_is_a_flood(bodies):
    """B3-33: «不能就同一信息多次刷屏»."""
    *earlier, last = bodies
    recent = [past(each) for each in earlier]

    assert check(message(last), USUAL, context(recent=recent))
    assert not check(message(last), Settings(near=1), context(recent=recent))


@pytest.mark.parametrize(
    "bodies",
    [
        ("数学练习册第12页", "数学练习册第13页", "数学练习册第14页"),
        ("语文:背诵第三课", "语文:背诵第四课", "语文:背诵第五课"),
        ("我选第一题的答案", "我觉得应该选二", "第三题不会做呢"),
        ("语文作业写完了吗", "数学作业写完了吗", "英语作业写完了吗"),
    ],
)
def test_other_numbers_and_words_are_other_information(bodies):
    """A list of homework, message by message."""
    *earlier, last = bodies

    assert not check(message(last), USUAL, context(recent=[past(e) for e in earlier]))


def test_confirmations_are_wanted_while_an_announcement_asks_for_them():
    """X12; whatever lies between."""
    recent = minutes(3, 2, 1, body="收到")
    asked = replace(context(recent=recent), wants_answers=True)

    assert not check(message("收到"), USUAL, asked)
    assert check(message("收到"), USUAL, context(recent=recent))


def test_the_builders_sender_is_the_same():
    """The tests above compare one person with themselves."""
    assert message().sender == past("x").sender == XIAOMING
