"""Numbers that belong to one person."""

import pytest

from appservice.domain.numbers import (
    digit_runs,
    is_bank_card,
    is_identity_card,
    mobile_number,
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("11010519491231002x", True),
        ("11010519491231002X", True),
        ("110105194912310021", False),
        ("110105194913310028", False),
        ("1101051949123100", False),
        ("000000000000000000", False),
    ],
)
def test_identity_cards_are_known_by_date_and_check_digit(number: str, expected):
    """GB 11643-1999."""
    assert is_identity_card(number) is expected


def test_a_number_said_to_be_of_an_identity_card_needs_no_check_digit():
    """A slip of the pen gives as much away; a date that is none does not."""
    assert is_identity_card("330106201501011230", is_named=True)
    assert not is_identity_card("330106201513011230", is_named=True)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("4111111111111111", True),
        ("4111111111111112", False),
        ("0000000000000000", False),
        ("411111111111", False),
    ],
)
def test_bank_cards_are_known_by_luhn(number: str, expected):
    assert is_bank_card(number) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("12800138000", None),
        ("02155556666", None),
    ],
)
def test_mobile_numbers_are_told_from_those_of_offices(number: str, expected):
    assert mobile_number(number) == expected


@pytest.mark.parametrize(
    "text",
    ["138 0013 8000", "138-0013-8000", "一三八零零一三八零零零", "a: 13800138000!"],
)
def test_numbers_are_read_however_they_are_set(text: str):
    assert list(digit_runs(text)) == ["13800138000"]


def test_two_numbers_beside_one_another_are_two():
    assert list(digit_runs("13800138000 13900139000")) == ["13800138000", "13900139000"]
    assert list(digit_runs("1 " * 3000))
