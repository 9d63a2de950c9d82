"""Rules of words: every text of every event, one violation a rule."""

from dataclasses import replace

import pytest

from appservice.domain.events import Place, Unknown
from appservice.domain.ids import EventId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.rule import Category, Context, Outcome, Rule, Severity, Step
from appservice.domain.rules import (
    abuse,
    advertising,
    all_rules,
    complaint,
    fundraising,
    like_collecting,
    politics,
    red_packet,
    rumour,
    self_harm,
    vote,
    vulgar,
)
from tests.builders import (
    NOON,
    ROOM,
    XIAOMING,
    author,
    context,
    edited,
    member,
    message,
    reacted,
    state,
    texts,
)

WORD = "肏"
"""Stands on every list of the tests' lexicon."""

LEXICON = Lexicon(
    [
        *(
            WordList(name=each.value, words=(WORD, "傻逼"))
            for each in Category
            if each.value in all_rules() and each is not Category.VULGAR
        ),
        WordList(name="vulgar", words=("他娘的",)),
        WordList(name="vulgar_mild", words=("卧槽",)),
    ]
)
OF_WORDS = [rule for rule in all_rules().values() if hasattr(rule.settings, "lexicon")]
UNKNOWN = Unknown(
    event_id=EventId("$u"),
    room_id=ROOM,
    sender=XIAOMING,
    sent_at=NOON,
    texts=texts("傻逼", place=Place.OTHER),
    type="org.example",
)


def found(rule: Rule, body: str, known: Context | None = None):
    settings = rule.settings(lexicon=LEXICON)
    return tuple(rule.check(message(body), settings, known or context()))


@pytest.mark.parametrize(
    "event",
    [
        message("傻逼"),
        edited("傻逼"),
        reacted("傻逼"),
        member("傻逼"),
        member("傻逼", membership="knock"),
        state("傻逼"),
        UNKNOWN,
    ],
)
def test_a_word_is_found_in_every_kind_of_event(event):
    """What people can read is judged, wherever it stands."""
    settings = abuse.Settings(lexicon=LEXICON)
    (violation,) = abuse.RULE.check(event, settings, context())

    assert violation.category is Category.ABUSE
    assert violation.clauses == ("A06", "A41")
    assert violation.evidence.found == "傻逼"
    assert violation.evidence.place == event.texts[0].place.value


def test_somebody_who_leaves_is_not_judged():
    """Their name is gone with them."""
    event = member("傻逼", membership="leave")

    assert not abuse.RULE.check(event, abuse.Settings(lexicon=LEXICON), context())


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (abuse.RULE, Outcome.HOLD),
        (advertising.RULE, Outcome.HOLD),
        (politics.RULE, Outcome.FLAG),
        (rumour.RULE, Outcome.FLAG),
        (self_harm.RULE, Outcome.FLAG),
        (complaint.RULE, Outcome.FLAG),
    ],
)
def test_what_a_word_leads_to_by_itself(rule: Rule, outcome: Outcome):
    (violation,) = found(rule, WORD)

    assert violation.outcome is outcome
    assert violation.rule == rule.name == violation.category.value


def test_strong_words_count_before_mild_ones():
    """Two grades of vulgar language are one violation, the strong one."""
    (both,) = found(vulgar.RULE, "卧槽他娘的")
    (mild,) = found(vulgar.RULE, "卧槽")

    assert (both.outcome, both.severity) == (Outcome.HOLD, Severity.SERIOUS)
    assert (mild.outcome, mild.severity) == (Outcome.HINT, Severity.MINOR)
    assert mild.clauses == both.clauses


def test_an_unsure_word_is_only_flagged():
    """«你真傻 逼我去» may be innocent: a person looks, and nothing is hidden."""
    (violation,) = found(abuse.RULE, "你真傻 逼我去")

    assert violation.outcome is Outcome.FLAG
    assert violation.step is None


def test_of_several_texts_the_surest_word_counts():
    """A caption may say plainly what a file's name only seems to say."""
    event = message("你真傻 逼我去", "傻逼")
    settings = abuse.Settings(lexicon=LEXICON)
    (violation,) = abuse.RULE.check(event, settings, context())

    assert violation.outcome is Outcome.HOLD


@pytest.mark.parametrize(
    "rule",
    [
        advertising.RULE,
        vote.RULE,
        fundraising.RULE,
        like_collecting.RULE,
        red_packet.RULE,
    ],
)
def test_what_an_owner_has_let_through_once_stands(rule: Rule):
    """A43; only for what can be asked for."""
    permitted = Context(author=author(), permit=True)

    assert found(rule, WORD)
    assert not found(rule, WORD, permitted)
    assert found(abuse.RULE, WORD, permitted)


def test_the_author_of_a_rumour_is_asked_for_the_source():
    (violation,) = found(rumour.RULE, WORD)

    assert violation.tells_author


def test_a_cry_for_help_is_no_offence():
    (violation,) = found(self_harm.RULE, WORD)

    assert violation.is_concern
    assert violation.step is None
    assert not violation.tells_author


@pytest.mark.parametrize("rule", [self_harm, complaint])
@pytest.mark.parametrize("more", [{"outcome": Outcome.HOLD}, {"step": Step.WARNING}])
def test_no_policy_hides_complaints_or_cries_for_help(rule, more):
    with pytest.raises(ValueError, match="outcome must be flag"):
        rule.Settings(**more)


@pytest.mark.parametrize("rule", OF_WORDS, ids=lambda rule: rule.name)
def test_without_words_there_is_nothing(rule: Rule):
    assert not found(rule, "明天带跳绳")


@pytest.mark.parametrize("rule", OF_WORDS, ids=lambda rule: rule.name)
def test_every_rule_cites_a_clause(rule: Rule):
    assert rule.settings().clauses


def test_a_policy_sets_weight_and_the_window_of_strikes():
    settings = replace(abuse.Settings(lexicon=LEXICON), weight=2)
    (violation,) = abuse.RULE.check(message(WORD), settings, context())

    assert violation.weight == 2
    assert violation.strike_window == settings.strike_window
