"""What follows where a rule is broken."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.measure import Measure
from appservice.domain.rule import Category, Evidence, Outcome, Step


@given(st.sampled_from(Outcome), st.sampled_from(Outcome))
def test_a_finding_is_never_graver_than_it_can_bear(wanted: Outcome, at_most: Outcome):
    """And where it is milder than the policy's, there is no step of the ladder."""
    measure = Measure(outcome=wanted, step=Step.WARNING)
    violation = measure.broken(Category.ABUSE, Evidence(), at_most=at_most)

    assert violation.outcome.rank == min(wanted.rank, at_most.rank)
    assert (violation.step is None) == (at_most.rank < wanted.rank)


def test_a_rule_is_called_after_its_category_unless_it_says_otherwise():
    assert Measure().broken(Category.LINK, Evidence()).rule == "link"
    assert Measure().broken(Category.LINK, Evidence(), rule="links").rule == "links"


@pytest.mark.parametrize("wrong", [{"weight": -1}, {"strike_window": timedelta()}])
def test_strikes_are_counted_forwards(wrong):
    with pytest.raises(ValueError, match="must"):
        Measure(**wrong)
