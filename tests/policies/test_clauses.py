"""The clauses of the written rules: all of them, each as a member may read it."""

import re

import pytest

from appservice import policies
from appservice.domain.ids import KindName
from appservice.domain.policy import Mode
from appservice.policies.clauses import read

ALL = read(policies.SHIPPED)


def test_no_clause_of_the_regulations_is_forgotten():
    """189 rows of the rule catalogue, by document; 18 of them are text only."""
    numbers = {
        document: sum(
            re.fullmatch(rf"{document}-?\d\d[b]?", name) is not None for name in ALL
        )
        for document in ("A", "B1", "B2", "B3")
    }

    assert numbers == {"A": 75, "B1": 55, "B2": 24, "B3": 35}
    assert sum(each.mode == {Mode.TEXT} for each in ALL.values()) == 18


@pytest.mark.parametrize("name", ALL)
def test_a_clause_can_be_read_and_found(name):
    """Quoted in Chinese with full-width marks, summed up in English, with its place."""
    clause = ALL[name]

    assert re.search(r"[\u4e00-\u9fff].*[。！？]$", clause.text)
    assert not re.search(r"[,;:?!()]", clause.text)
    assert clause.place
    assert clause.place_en.isascii()
    assert clause.summary.isascii()
    assert clause.summary.endswith(".")
    assert clause.mode


def test_a_clause_is_for_the_kinds_that_the_catalogue_names():
    """Parents of pupils of secondary schools read theirs, not the company's."""
    loaded = policies.load_all()
    secondary = loaded[KindName("class_parents_secondary")].clauses

    assert "B1-34" in secondary
    assert "A06" in secondary
    assert "B1-11" not in loaded[KindName("staff_work")].clauses
    assert "B3-28" in loaded[KindName("class_students")].clauses


def test_no_fine_is_ever_written():
    """X18: a school may fine nobody, and no text that members read says so."""
    assert not [name for name, each in ALL.items() if "罚款" in each.text]
