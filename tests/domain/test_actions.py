"""Actions survive being written down."""

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain import actions
from appservice.domain.actions import (
    Call,
    Notice,
    Quote,
    Recover,
    Redact,
    Redirect,
    Send,
    SendAs,
    SetState,
    Tell,
    Urgency,
)
from appservice.domain.ids import EventId
from appservice.domain.people import Right

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner) | st.dictionaries(words, inner),
    max_leaves=8,
)
contents = st.dictionaries(words, plain, max_size=4)
quotes = st.builds(Quote, clause=words, document=words, text=words, summary=words)
notices = st.builds(
    Notice,
    name=words,
    language=st.sampled_from(["zh_Hans", "en"]),
    room_id=st.none() | words,
    event_id=st.none() | words,
    quotes=st.lists(quotes, max_size=2).map(tuple),
    values=st.dictionaries(words, words, max_size=3),
)
any_action = st.one_of(
    st.builds(Redact, event_id=words, notice=notices, urgency=st.sampled_from(Urgency)),
    st.builds(Tell, user_id=words, notice=notices),
    st.builds(Call, right=st.sampled_from(Right), notice=notices),
    st.builds(Send, type=words, content=contents),
    st.builds(SendAs, user_id=words, type=words, content=contents),
    st.builds(SetState, type=words, state_key=words, content=contents),
    st.builds(Recover, event_id=words),
    st.builds(Redirect, user_id=words),
)


@given(any_action)
def test_what_is_encoded_decodes_to_the_same(action):
    assert actions.decode(actions.encode(action)) == action


@given(any_action)
def test_every_action_has_a_kind_an_urgency_and_maybe_a_subject(action):
    assert set(actions.kind(action)) <= set(string.ascii_lowercase + "_")
    assert isinstance(actions.urgency(action), Urgency)
    assert isinstance(actions.subject(action), str | None)


def test_only_writes_to_one_state_key_share_a_slot():
    one = SetState(type="m.room.name", state_key="", content={})
    other = SetState(type="m.room.topic", state_key="", content={})

    assert actions.slot(one) != actions.slot(other)
    assert actions.slot(Recover(event_id=EventId("$e"))) is None


def test_what_is_not_an_action_is_refused():
    with pytest.raises(msgspec.ValidationError):
        actions.decode(b'{"act": "explode"}')
