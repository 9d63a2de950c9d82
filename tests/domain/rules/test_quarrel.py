"""Few people, fast, and heated."""

from datetime import timedelta

import pytest

from appservice.domain.ids import UserId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.people import Role
from appservice.domain.rule import Category, Outcome
from appservice.domain.rules.quarrel import Settings, check
from tests.builders import TEACHER, XIAOMING, context, edited, message, past

OTHER = UserId("@xiaohong:school.example")
USUAL = Settings()


def talk(*turns: tuple[UserId, str], **more):
    count = len(turns)
    return [
        past(body, sender=who, ago=timedelta(seconds=10 * (count - number)), **more)
        for number, (who, body) in enumerate(turns)
    ]


HEATED = talk(
    (XIAOMING, "你凭什么说我家孩子"),
    (OTHER, "你才有病吧"),
    (XIAOMING, "你再说一遍试试"),
    (OTHER, "讲不讲理啊"),
)


def found(body: str, recent, role: Role = Role.GUARDIAN):
    return tuple(check(message(body), USUAL, context(role, recent=recent)))


def test_a_quarrel_calls_a_person_and_proposes_a_pause():
    """B1-40: «严禁在群内争吵»."""
    (violation,) = found("闭嘴吧你", HEATED)

    assert violation.outcome is Outcome.FLAG
    assert violation.cool_down is not None
    assert violation.cool_down.user_ids == (OTHER, XIAOMING)
    assert violation.cool_down.duration <= timedelta(minutes=30)


def test_what_other_rules_found_is_heat_too():
    recent = talk(
        *((who, "……") for who in (XIAOMING, OTHER, XIAOMING, OTHER)),
        categories=[Category.ABUSE],
    )

    assert found("闭嘴", recent)


@pytest.mark.parametrize(
    ("body", "recent"),
    [
        ("好的,明天见", HEATED),
        ("闭嘴吧你", HEATED[:1]),
        ("闭嘴吧你", talk(*((XIAOMING, "凭什么") for _ in range(5)))),
        ("凭什么", talk((OTHER, "明天带什么?"), (XIAOMING, "书"), (OTHER, "好"))),
        ("闭嘴", [past("你才有病", ago=timedelta(hours=1), sender=OTHER)] * 5),
    ],
)
def test_other_talk_is_no_quarrel(body, recent):
    """Calm, alone, or long ago."""
    assert not found(body, recent)


def test_words_of_the_lists_are_heat():
    settings = Settings(lexicon=Lexicon([WordList(name="abuse", words=("傻逼",))]))
    known = context(Role.GUARDIAN, recent=HEATED)

    assert tuple(check(message("傻逼"), settings, known))


def test_a_teacher_may_be_one_of_two():
    """Then a person is called, and the pause is for the other."""
    recent = [
        past("凭什么", sender=OTHER, ago=timedelta(seconds=40)),
        past("讲不讲理", sender=TEACHER, ago=timedelta(seconds=30), from_staff=True),
        past("凭什么", sender=OTHER, ago=timedelta(seconds=20)),
    ]
    event = message("你再说一遍", sender=TEACHER)
    (violation,) = check(event, USUAL, context(Role.TEACHER, recent=recent))

    assert violation.cool_down is not None
    assert violation.cool_down.user_ids == (OTHER,)


def test_a_school_may_do_without_pauses():
    settings = Settings(cooldown=timedelta())
    known = context(Role.GUARDIAN, recent=HEATED)
    (violation,) = check(message("闭嘴吧你"), settings, known)

    assert violation.cool_down is None


def test_a_person_is_called_once():
    told = talk((OTHER, "你才有病"), categories=[Category.QUARREL])

    assert not found("闭嘴吧你", [*HEATED, *told])


def test_staff_who_calm_people_are_not_told_to_pause():
    recent = [*HEATED, *talk((TEACHER, "都别吵了"), from_staff=True)]
    (violation,) = found("闭嘴吧你", recent)

    assert violation.cool_down is not None
    assert TEACHER not in violation.cool_down.user_ids


def test_an_edit_is_not_a_turn():
    assert not tuple(check(edited("闭嘴"), USUAL, context(recent=HEATED)))


def test_longer_pauses_need_a_person():
    with pytest.raises(ValueError, match="cooldown must be at most"):
        Settings(cooldown=timedelta(hours=1))
