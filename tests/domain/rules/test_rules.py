"""Laws of all rules together."""

import importlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice import lexicons, policies
from appservice.domain.decide import decide
from appservice.domain.events import Inspected, Place, Text
from appservice.domain.files import FileFacts, FileSort, Problem
from appservice.domain.ids import EventId, KindName, PersonId
from appservice.domain.people import Role
from appservice.domain.policy import Policy
from appservice.domain.pupils import PupilFinder
from appservice.domain.rule import ActiveRule, Context, Outcome
from appservice.domain.rules import abuse, all_rules, flooding, politics, vote, vulgar
from tests.builders import NOON, ROOM, XIAOMING, context, message, past, texts

WORDS = lexicons.load()
ACTIVE = (
    ActiveRule(rule=flooding.RULE, settings=flooding.Settings(copies=2)),
    ActiveRule(rule=flooding.RULE, settings=flooding.Settings(outcome=Outcome.FLAG)),
    ActiveRule(rule=abuse.RULE, settings=abuse.Settings(lexicon=WORDS)),
    ActiveRule(rule=vulgar.RULE, settings=vulgar.Settings(lexicon=WORDS)),
    ActiveRule(
        rule=vote.RULE, settings=vote.Settings(outcome=Outcome.REFUSE, lexicon=WORDS)
    ),
    ActiveRule(rule=politics.RULE, settings=politics.Settings(lexicon=WORDS)),
)


def test_every_rule_is_found_by_being_there():
    """A new rule is a new file and nothing else."""
    assert set(all_rules()) >= {"abuse", "vulgar", "flooding"}
    assert all(name == rule.name for name, rule in all_rules().items())


@given(
    st.permutations(ACTIVE),
    st.text("傻逼卧槽拉票台独 a*", max_size=12),
    st.integers(0, 4),
    st.sampled_from(Role),
)
def test_the_order_of_rules_does_not_matter(
    rules: list[ActiveRule], body: str, copies: int, role: Role
):
    """Rules are independent; the verdict is the same whichever is asked first."""
    known = context(role, recent=[past(body)] * copies)

    def verdict(order: tuple[ActiveRule, ...]):
        policy = Policy(
            kind=KindName("k"),
            title="",
            title_en="",
            version="1",
            roles=(),
            rules=order,
        )
        return decide(message(body), policy, known)

    assert verdict(tuple(rules)) == verdict(ACTIVE)


SHIPPED = policies.load_all()
PUPILS = PupilFinder({"张三": [PersonId("s1")], "Tom": [PersonId("s2")]})
ANY_TEXT = st.text(max_size=80) | st.text(
    "张三98分第一名打架:、|\n 路号室tom.@#cn/", max_size=80
)


def knowing(role: Role, recent: list[str]) -> Context:
    return replace(
        context(role, recent=[past(body) for body in recent]),
        pupils=PUPILS,
        own_pupils=frozenset({PersonId("s2")}),
        at=NOON,
        copies_elsewhere=2,
    )


@given(
    st.sampled_from(sorted(SHIPPED)),
    st.lists(st.builds(Text, place=st.sampled_from(Place), value=ANY_TEXT), max_size=3),
    st.sampled_from(["m.text", "m.image", "m.file"]),
    st.none() | st.just("mxc://x/y"),
    st.sampled_from(Role),
    st.lists(ANY_TEXT, max_size=4),
)
def test_no_rule_ever_fails_on_a_message(kind, said, msgtype, media, role, recent):  # noqa: PLR0917 (drawn)
    """Whatever somebody writes has a verdict."""
    event = replace(message(msgtype=msgtype, media=media), texts=tuple(said))

    assert decide(event, SHIPPED[kind], knowing(role, recent)).outcome in Outcome


@given(
    st.sampled_from(sorted(SHIPPED)),
    st.builds(
        FileFacts,
        sort=st.sampled_from(FileSort),
        media_type=ANY_TEXT,
        size=st.integers(0, 9),
        problems=st.frozensets(st.sampled_from(Problem)),
        virus=st.none() | ANY_TEXT,
        codes=st.lists(ANY_TEXT, max_size=2).map(tuple),
        members=st.lists(ANY_TEXT, max_size=2).map(tuple),
        words=ANY_TEXT,
        tables=st.lists(
            st.lists(st.lists(ANY_TEXT, max_size=3).map(tuple), max_size=4).map(tuple),
            max_size=2,
        ).map(tuple),
    ),
    st.sampled_from(Role),
)
def test_no_rule_ever_fails_on_a_file(kind, facts, role):
    """Whatever was found in it."""
    event = Inspected(
        event_id=EventId("$found"),
        room_id=ROOM,
        sender=XIAOMING,
        sent_at=NOON,
        target=EventId("$file"),
        facts=facts,
        texts=texts(*facts.codes, facts.words, place=Place.CODE),
    )

    assert decide(event, SHIPPED[kind], knowing(role, [])).outcome in Outcome


@given(st.sampled_from(Role), ANY_TEXT)
def test_an_exempt_role_is_never_looked_at(role: Role, body: str):
    """By any rule."""
    policy = SHIPPED[KindName("class_students")]
    spared = replace(
        policy,
        rules=tuple(replace(each, exempt=frozenset({role})) for each in policy.rules),
    )

    assert decide(message(body), spared, knowing(role, [])).violations == ()


@pytest.mark.parametrize("name", sorted(all_rules()))
def test_every_rule_cites_a_clause_and_is_called_after_its_file(name: str):
    """A member is told which rule of the school it was."""
    rule = all_rules()[name]

    assert rule.settings().clauses
    assert importlib.import_module(f"appservice.domain.rules.{name}").RULE is rule
