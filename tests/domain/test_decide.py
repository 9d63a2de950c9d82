"""Rules become a verdict, the same whatever their order."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice import policies
from appservice.domain.actions import Call, Redact, Tell
from appservice.domain.decide import decide
from appservice.domain.events import Edited, Inspected, Place
from appservice.domain.files import FileFacts, FileSort
from appservice.domain.ids import ClauseId, EventId, KindName
from appservice.domain.people import Author, Right, Role
from appservice.domain.rule import (
    ActiveRule,
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Severity,
    Step,
    Violation,
)
from tests.builders import (
    NOON,
    ROOM,
    XIAOMING,
    author,
    context,
    edited,
    message,
    texts,
)
from tests.road import policy

ALL = policies.load_all()
STUDENTS = ALL[KindName("class_students")]


def finds(name: str, outcome: Outcome, *, binds_staff: bool = False) -> ActiveRule:
    """Make a rule that finds something in everything."""

    def check(_event, _settings, _context):
        yield Violation(
            rule=name,
            category=Category.ABUSE,
            clauses=(ClauseId("B3-14"),),
            severity=Severity.MINOR,
            outcome=outcome,
            step=Step.WARNING,
            evidence=Evidence(found=name),
        )

    return ActiveRule(
        rule=Rule(name=name, settings=dict, check=check, binds_staff=binds_staff),
        settings={},
    )


def with_rules(*rules: ActiveRule):
    return replace(policy(), rules=rules)


@given(st.permutations([finds(str(n), o) for n, o in enumerate(Outcome)]))
def test_rules_commute(rules):
    """No order of the rules changes anything of a verdict."""
    expected = decide(
        message("x"), with_rules(*sorted(rules, key=lambda r: r.rule.name)), context()
    )

    assert decide(message("x"), with_rules(*rules), context()) == expected


@given(st.permutations(STUDENTS.rules), st.text(max_size=30))
def test_the_shipped_rules_commute(rules, text):
    shuffled = replace(STUDENTS, rules=tuple(rules))

    assert decide(message(text), shuffled, context()) == decide(
        message(text), STUDENTS, context()
    )


@given(st.sets(st.sampled_from(Outcome), min_size=1))
def test_the_gravest_outcome_is_the_verdict(outcomes):
    verdict = decide(
        message("x"), with_rules(*(finds(o.value, o) for o in outcomes)), context()
    )

    assert verdict.outcome.rank == max(o.rank for o in outcomes)
    assert verdict.violations[0].outcome is verdict.outcome


@given(
    outcome=st.sampled_from(Outcome),
    author=st.builds(
        Author,
        user_id=st.just(XIAOMING),
        role=st.sampled_from(Role),
        rights=st.frozensets(st.sampled_from(Right)),
        outranks_service=st.booleans(),
    ),
)
def test_no_policy_hides_or_punishes_the_protected(outcome, author):
    """Staff, owners, moderators, and whoever stands at or above the service."""
    verdict = decide(
        message("x"), with_rules(finds("any", outcome)), Context(author=author)
    )

    if author.is_protected:
        assert not verdict.outcome.hides
        assert not any(isinstance(action, Redact) for action in verdict.actions)
        assert {violation.step for violation in verdict.violations} == {None}
    else:
        assert verdict.outcome is outcome


def test_a_rule_that_binds_staff_hides_what_they_post_and_punishes_nobody():
    """Rankings are hidden, teachers included (B1-43, B3-28)."""
    rules = with_rules(finds("ranking", Outcome.HOLD, binds_staff=True))
    verdict = decide(message("x"), rules, context(Role.TEACHER))

    assert verdict.outcome is Outcome.HOLD
    assert verdict.violations[0].step is None


def test_an_exempt_role_is_not_looked_at():
    rule = replace(finds("any", Outcome.HOLD), exempt=frozenset({Role.STUDENT}))

    assert decide(message("x"), with_rules(rule), context()).outcome is Outcome.ALLOW


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        (Outcome.ALLOW, []),
        (Outcome.HINT, [Tell]),
        (Outcome.FLAG, [Call]),
        (Outcome.HOLD, [Redact, Tell, Call]),
        (Outcome.REFUSE, [Redact, Tell]),
    ],
)
def test_what_follows_for_each_outcome(outcome, kinds):
    """The redaction is always first: people are looking at it."""
    verdict = decide(message("x"), with_rules(finds("any", outcome)), context())

    assert [type(action) for action in verdict.actions] == kinds


def test_an_author_is_not_told_the_same_again():
    lately = Context(author=author(), told=frozenset({"any"}))
    verdict = decide(message("x"), with_rules(finds("any", Outcome.REFUSE)), lately)

    assert [type(action) for action in verdict.actions] == [Redact]


def test_hiding_a_message_hides_its_edits():
    edits = (EventId("$e1"), EventId("$e2"))
    verdict = decide(
        message("x"),
        with_rules(finds("any", Outcome.REFUSE)),
        Context(author=author(), edits=edits),
    )

    hidden = [a.event_id for a in verdict.actions if isinstance(a, Redact)]
    assert hidden == ["$message", "$e1", "$e2"]


def test_an_innocent_edit_of_a_hidden_message_is_hidden_without_a_violation():
    edit = edited("没事")
    assert isinstance(edit, Edited)
    knowing = Context(author=author(), hidden=frozenset({edit.target}))
    verdict = decide(edit, with_rules(), knowing)

    assert verdict.violations == ()
    assert [a.event_id for a in verdict.actions if isinstance(a, Redact)] == ["$edit"]


def test_a_notice_quotes_the_clauses_as_they_stand():
    verdict = decide(message("x"), with_rules(finds("any", Outcome.HOLD)), context())
    [tell] = [action for action in verdict.actions if isinstance(action, Tell)]

    assert [(q.clause, q.text) for q in tell.notice.quotes] == [("B3-14", "文明用语。")]


def test_a_clause_the_policy_does_not_have_is_not_quoted():
    without = replace(
        with_rules(finds("any", Outcome.HOLD)), clauses=MappingProxyType({})
    )
    verdict = decide(message("x"), without, context())

    assert all(not a.notice.quotes for a in verdict.actions if isinstance(a, Tell))


def test_the_author_is_told_of_the_rule_that_decided():
    """Each rule has a way out of its own: after flooding, two copies stand."""
    verdict = decide(message("x"), with_rules(finds("any", Outcome.REFUSE)), context())
    [tell] = [action for action in verdict.actions if isinstance(action, Tell)]

    assert tell.notice.values == {"rule": "any"}


def test_a_file_is_hidden_by_hiding_the_message_that_carries_it():
    """What an inspector found is an event of ours, which nobody sees."""
    found = Inspected(
        event_id=EventId("$found"),
        room_id=ROOM,
        sender=XIAOMING,
        sent_at=NOON,
        texts=texts("傻逼", place=Place.CODE),
        target=EventId("$picture"),
        facts=FileFacts(sort=FileSort.IMAGE, media_type="image/png", size=9),
    )

    verdict = decide(found, STUDENTS, context())

    redactions = [each for each in verdict.actions if isinstance(each, Redact)]
    assert [each.event_id for each in redactions] == ["$picture"]
    assert redactions[0].notice.event_id == "$picture"


def says(outcome: Outcome, **more) -> ActiveRule:
    """Make a rule whose violation says something besides."""
    name = more.pop("name", "says")

    def check(_event, _settings, _context):
        yield Violation(
            rule=name,
            category=Category.SELF_HARM,
            clauses=(ClauseId("B3-16"),),
            outcome=outcome,
            **{"severity": Severity.MINOR, **more},
        )

    return ActiveRule(rule=Rule(name=name, settings=dict, check=check), settings={})


def test_a_flag_may_be_a_hint_to_the_author_too():
    """A04: whoever spreads a rumour is asked for the source."""
    rules = with_rules(says(Outcome.FLAG, tells_author=True))
    tell, call = decide(message("x"), rules, context()).actions

    assert isinstance(tell, Tell)
    assert tell.notice.name == "hint"
    assert isinstance(call, Call)


def test_a_hint_is_given_though_something_else_is_flagged():
    """And it speaks of nothing but what the author should mind."""
    rules = with_rules(finds("mild", Outcome.HINT), says(Outcome.FLAG))
    tell, call = decide(message("x"), rules, context()).actions

    assert isinstance(tell, Tell)
    assert tell.notice.values == {"rule": "mild"}
    assert [quote.clause for quote in tell.notice.quotes] == ["B3-14"]
    assert isinstance(call, Call)


@pytest.mark.parametrize("besides", [Outcome.HINT, Outcome.HOLD, Outcome.REFUSE])
def test_a_cry_for_help_stands_and_is_not_told_off(besides):
    """Whatever words it is made in."""
    rules = with_rules(finds("abuse", besides), says(Outcome.FLAG, is_concern=True))
    verdict = decide(message("x"), rules, context())

    assert verdict.outcome is Outcome.FLAG
    assert [type(action) for action in verdict.actions] == [Call]


def test_what_is_critical_is_hidden_beside_a_cry_for_help():
    """And the author hears of that alone."""
    worst = says(Outcome.HOLD, name="worst", severity=Severity.CRITICAL)
    rules = with_rules(worst, says(Outcome.FLAG, is_concern=True))
    verdict = decide(message("x"), rules, context())

    assert [type(action) for action in verdict.actions] == [Redact, Tell, Call]
    [tell] = [action for action in verdict.actions if isinstance(action, Tell)]
    assert tell.notice.values == {"rule": "worst"}


def test_staff_are_led_to_what_a_reaction_is_about():
    rules = with_rules(says(Outcome.FLAG, about=EventId("$talk")))
    (call,) = decide(message("x"), rules, context()).actions

    assert isinstance(call, Call)
    assert call.notice.event_id == "$talk"


def test_a_rule_that_is_tried_changes_nothing_but_the_record():
    """Observed rule by rule, as rooms are observed room by room."""
    tried = replace(finds("tried", Outcome.REFUSE), observe=True)
    meant = finds("meant", Outcome.HINT)

    verdict = decide(message("x"), with_rules(tried, meant), context())

    assert verdict.outcome is Outcome.HINT
    assert [each.rule for each in verdict.violations] == ["meant"]
    assert [each.rule for each in verdict.observed] == ["tried"]
    assert not any(isinstance(each, Redact) for each in verdict.actions)


def test_harsh_words_in_a_complaint_are_for_a_person_to_judge():
    """X21: criticism of the school is never taken away by a program alone."""
    said = message("张老师收了家长红包，这种人也配当老师")

    verdict = decide(said, STUDENTS, context())

    assert verdict.outcome is Outcome.FLAG
    assert "complaint" in {each.rule for each in verdict.violations}
    assert not any(isinstance(each, Redact) for each in verdict.actions)
