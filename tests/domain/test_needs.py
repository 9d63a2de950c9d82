"""Needs: what must be there is found, and nothing is asked for that need not be."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from appservice import lexicons
from appservice.domain.needs import needs


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("请.{0,8}投", [{"请"}, {"投"}]),
        ("加(微信|薇信)号", [{"加"}, {"微信", "薇信"}, {"号"}]),
        ("甲?乙+丙*丁{2}戊{0,3}", [{"乙"}, {"丁"}]),
        ("[语数]老师", [{"语", "数"}, {"老师"}]),
        (r"\bbet\s+\$\d+", [{"bet"}, {"$"}]),
        ("(甲|)乙", [{"乙"}]),
        ("(?:甲乙|丙)", [{"甲乙", "丙"}]),
        ("(甲.乙丙|丁)", [{"乙丙", "丁"}]),
        ("甲|[^乙]", []),
        (r"\p{Han}+甲", [{"甲"}]),
        ("(?i)甲", []),
        ("(甲", []),
        ("[a-z]甲", [{"甲"}]),
    ],
)
def test_what_a_pattern_cannot_do_without(pattern: str, needed: list[set[str]]):
    """Where the syntax is not understood, nothing is needed, and it is tried."""
    assert [set(need) for need in needs(pattern)] == needed


SHIPPED = [
    pattern.text
    for each in lexicons.read(lexicons.SHIPPED)
    for pattern in (*each.patterns, *each.allowed_patterns)
]


@given(st.sampled_from(SHIPPED), st.data())
def test_whatever_matches_holds_what_is_needed(pattern: str, data: st.DataObject):
    """No match is missed for want of something that it could do without."""
    words = [word for need in needs(pattern) for word in need] or ["a"]
    pieces = st.one_of(st.sampled_from(words), st.text(max_size=3))
    text = "".join(data.draw(st.lists(pieces, max_size=8)))

    if re2.search(pattern, text.encode(errors="ignore").decode()):
        assert all(any(word in text for word in need) for need in needs(pattern))
