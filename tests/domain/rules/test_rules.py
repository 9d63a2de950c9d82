"""Laws of all rules together."""

from hypothesis import given
from hypothesis import strategies as st

from appservice import lexicons
from appservice.domain.decide import decide
from appservice.domain.ids import KindName
from appservice.domain.people import Role
from appservice.domain.policy import Policy
from appservice.domain.rule import ActiveRule, Outcome
from appservice.domain.rules import abuse, all_rules, flooding, politics, vote, vulgar
from tests.builders import context, message, past

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
