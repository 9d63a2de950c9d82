"""Patterns: what a list asks for is found, in short texts and long ones."""

from collections.abc import Callable

import pytest

from appservice.domain.patterns import SHORT, Pattern, Patterns, mistake_in

PATTERNS = Patterns(
    [
        ("vote", Pattern(text="请.{0,8}投.{0,4}票")),
        ("abuse", Pattern(text="[a-z]+b", is_sure=False)),
    ]
)


def found(text: str) -> list[tuple[str, str, bool]]:
    return [
        (text[start:end], name, is_sure)
        for start, end, name, is_sure in PATTERNS.found(text, lambda *_: False)
    ]


@pytest.mark.parametrize("padding", ["", "好" * 2 * SHORT])
def test_a_pattern_is_found_where_it_stands(padding: str):
    """The place is counted in characters, whatever stands before."""
    text = f"{padding}请大家投我一票"

    assert found(text) == [("请大家投我一票", "vote", True)]
    assert found(f"{padding}xab") == [("xab", "abuse", False)]
    assert found(padding) == []


def test_no_more_is_looked_for_than_is_asked():
    """A list that is known to be hit is not looked for again."""
    hits = PATTERNS.found("请投票 xab", lambda name, _: name == "vote")

    assert [name for _, _, name, _ in hits] == ["abuse"]


@pytest.mark.parametrize("wrong", ["(?=a)b", r"(a)\1", "a{1,2000}", "(", "[", "a**("])
def test_what_is_not_linear_is_refused(wrong: str):
    """A pattern of an administrator cannot stop the service."""
    assert "is no pattern of RE2" in (mistake_in(wrong) or "")


def test_a_pattern_that_is_slow_elsewhere_is_not_here(
    processor_time: Callable[[], float],
):
    """``(a+)+$`` takes a lifetime in other engines."""
    patterns = Patterns([("abuse", Pattern(text="(a+)+$"))])
    text = "a" * 60_000 + "!"

    started = processor_time()
    assert list(patterns.found(text, lambda *_: False)) == []

    assert processor_time() - started < 0.5
