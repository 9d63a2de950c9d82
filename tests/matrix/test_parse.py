"""Parsing is total: any JSON becomes an event, and every text in it is found."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.events import (
    Edited,
    MemberChanged,
    Message,
    Place,
    Reacted,
    Redacted,
    StateChanged,
    Unknown,
)
from appservice.domain.ids import RoomId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.rules.abuse import RULE, Settings
from appservice.matrix.parse import decode, parse
from tests.builders import context
from tests.corpus import EVASIVE, SHAPES, SILENT, WORD, Shape

STRICT = Settings(lexicon=Lexicon([WordList(name="abuse", words=(WORD,))]))
MARKER = "记号马克"

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.text(max_size=5) | st.sampled_from(
    [
        "type",
        "content",
        "body",
        "formatted_body",
        "msgtype",
        "url",
        "file",
        "info",
        "m.relates_to",
        "m.in_reply_to",
        "rel_type",
        "event_id",
        "key",
        "m.new_content",
        "filename",
        "membership",
        "displayname",
        "state_key",
        "sender",
        "origin_server_ts",
        "redacts",
        "reason",
        "m.poll",
    ]
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5)
    ),
    max_leaves=20,
)
types = st.sampled_from(sorted({shape.type for shape in SHAPES}))


def by_name(shape: Shape) -> str:
    return shape.name


@pytest.mark.parametrize("shape", EVASIVE, ids=by_name)
def test_no_shape_hides_a_word(shape: Shape):
    """Whatever the shape, the rule sees the word."""
    raw = json.dumps(shape.event()).encode()

    assert list(RULE.check(parse(decode(raw)), STRICT, context()))


@pytest.mark.parametrize("shape", SILENT, ids=by_name)
def test_a_strange_shape_is_no_violation(shape: Shape):
    """What nobody can read breaks no rule, and nothing stumbles over it."""
    assert list(RULE.check(parse(shape.event()), STRICT, context())) == []


@given(json_values)
def test_any_json_is_parsed(value: object):
    """``parse`` never raises."""
    parse(value)


@given(types, json_values, st.none() | st.text(max_size=3))
def test_any_content_of_any_type_is_parsed_and_judged(
    kind: str, content: object, state_key: str | None
):
    """Known types have no trusted fields."""
    event = parse({"type": kind, "content": content, "state_key": state_key})

    list(RULE.check(event, STRICT, context()))
    for text in event.texts:
        text.value.encode()


@given(st.data())
def test_every_planted_string_is_found(data):
    """A string that some client may show is among the texts."""
    content = data.draw(json_values)
    spots = list(_spots(content))
    kind = data.draw(
        st.sampled_from(["m.room.message", "m.reaction", "m.sticker", "org.example"])
    )
    planted = _plant(content, data.draw(st.sampled_from(spots)))

    event = parse({"type": kind, "content": planted})

    assert any(MARKER in text.value for text in event.texts)


def _spots(value: object, path: tuple[Any, ...] = ()):
    """All paths at which a value can be replaced."""
    yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _spots(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _spots(below, (*path, index))


def _plant(value: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return f"x {MARKER} y"
    planted = dict(value) if isinstance(value, dict) else list(value)
    planted[path[0]] = _plant(value[path[0]], path[1:])
    return planted


@given(st.binary() | json_values.map(json.dumps).map(str.encode))
def test_any_bytes_are_decoded(raw: bytes):
    """``decode`` never raises, and what it makes can be parsed."""
    parse(decode(raw))


@pytest.mark.parametrize(
    "odd",
    [
        b"1" * 5000,
        b"-" + b"9" * 70_000,
        b"1e999",
        b"NaN",
        b'"\\ud800"',
        b"[" * 20_000 + b'"x"' + b"]" * 20_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"\xff",
        b"[1,",
        b"",
    ],
    ids=lambda raw: f"{raw[:8]!r}",
)
def test_what_python_refuses_to_read_does_not_hide_a_word(odd: bytes):
    """5,000 digits or deep nesting beside the word are no way out (R15)."""
    content = b'{"msgtype":"m.text","body":"' + WORD.encode() + b'","x":' + odd + b"}"
    raw = b'{"type":"m.room.message","content":' + content + b',"event_id":"$e"}'

    event = parse(decode(raw))

    assert isinstance(event, Message)
    assert list(RULE.check(event, STRICT, context()))


def test_a_lone_surrogate_is_replaced():
    """Postgres and UTF-8 can hold none."""
    event = parse(decode(b'{"type":"m.room.message","content":{"body":"a\\ud83d"}}'))

    assert [text.value for text in event.texts] == ["a\ufffd"]


def test_an_ordinary_message_is_read_whole():
    """The fields that rules and records need are all there."""
    event = parse(
        {
            "type": "m.room.message",
            "event_id": "$e",
            "room_id": "!r:a",
            "sender": "@s:a",
            "origin_server_ts": 1_000,
            "content": {
                "msgtype": "m.image",
                "body": "what a day",
                "filename": "a.png",
                "file": {"url": "mxc://a/b"},
                "m.relates_to": {
                    "rel_type": "m.thread",
                    "event_id": "$t",
                    "m.in_reply_to": {"event_id": "$r"},
                },
            },
        }
    )

    assert isinstance(event, Message)
    assert (event.event_id, event.room_id, event.sender) == ("$e", "!r:a", "@s:a")
    assert event.sent_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert (event.msgtype, event.media) == ("m.image", "mxc://a/b")
    assert (event.thread, event.reply_to) == ("$t", "$r")
    assert [(text.place, text.value) for text in event.texts] == [
        (Place.CAPTION, "what a day"),
        (Place.FILE_NAME, "a.png"),
    ]


@pytest.mark.parametrize(
    ("kind", "content", "is_voice"),
    [
        ("m.room.message", {"msgtype": "m.audio"}, False),
        ("m.room.message", {"msgtype": "m.audio", "m.voice": {}}, True),
        ("m.room.message", {"org.matrix.msc3245.voice": None}, True),
        ("org.matrix.msc3245.voice.v2", {}, True),
        ("m.room.message", {"m.voice": {}, "m.relates_to": {"rel_type": "x"}}, True),
        ("m.room.message", {"body": "m.voice"}, False),
    ],
)
def test_a_voice_is_told_from_a_file_of_sound(kind, content, is_voice):
    """By the presence of a key, as clients do (MSC3245)."""
    event = parse({"type": kind, "content": content})

    assert isinstance(event, Message)
    assert event.is_voice is is_voice


def test_the_caller_may_know_better():
    """Room and time come from the road where an event does not say them."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)

    event = parse({"type": "x", "room_id": 7}, room_id=RoomId("!r"), sent_at=noon)

    assert (event.room_id, event.sent_at) == ("!r", noon)


@pytest.mark.parametrize(
    ("kind", "content", "state_key", "expected"),
    [
        ("m.reaction", {"m.relates_to": {"event_id": "$x"}}, None, Reacted),
        ("m.reaction", {"m.relates_to": "x"}, None, Reacted),
        ("m.room.message", {"m.relates_to": {"rel_type": "m.replace"}}, None, Message),
        (
            "m.room.message",
            {"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}},
            None,
            Edited,
        ),
        ("m.sticker", {}, None, Message),
        ("m.poll.start", {}, None, Message),
        ("m.poll.response", {}, None, Unknown),
        ("m.room.encrypted", {}, None, Unknown),
        ("m.room.member", {"membership": 7, "displayname": []}, "@a:b", MemberChanged),
        ("m.room.member", {}, None, Unknown),
        ("m.room.name", {}, "", StateChanged),
        ("m.room.message", {}, "", StateChanged),
    ],
)
def test_each_type_becomes_its_event(kind, content, state_key, expected):
    """The kind of an event follows from its type, never from its content alone."""
    event = parse({"type": kind, "content": content, "state_key": state_key})

    assert type(event) is expected


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"redacts": "$old"}, "$old"),
        ({"content": {"redacts": "$new"}}, "$new"),
        ({"redacts": "$old", "content": {"redacts": "$new"}}, "$new"),
        ({"redacts": 7, "content": {"redacts": []}}, None),
        ({}, None),
    ],
)
def test_a_redaction_is_read_in_both_formats(fields, target):
    """Room version 11 moved ``redacts`` into the content."""
    event = parse({"type": "m.room.redaction", **fields})

    assert isinstance(event, Redacted)
    assert event.target == target


def test_a_tombstone_says_something_and_power_levels_do_not():
    """To hide a power level event would harm the room; it has no texts."""
    tombstone = {"type": "m.room.tombstone", "state_key": "", "content": {"body": "x"}}
    levels = {"type": "m.room.power_levels", "state_key": "", "content": {"body": "x"}}

    assert [text.value for text in parse(tombstone).texts] == ["x"]
    assert parse(levels).texts == ()


@pytest.mark.parametrize(
    "ts", [None, "1", True, [], -5, float("nan"), float("-inf"), {}]
)
def test_a_time_that_makes_no_sense_is_the_first(ts):
    """Nothing before 1970, and no exception."""
    assert parse({"origin_server_ts": ts}).sent_at == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("ts", [10**400, float("inf"), 1e300, 253_402_300_800_000])
def test_a_time_too_far_ahead_leaves_room_to_count(ts):
    """A duration can be added to any time we read."""
    assert parse({"origin_server_ts": ts}).sent_at + timedelta(days=300)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a":[1,{"b":true', {"a": [1.0, {"b": True}]}),
        (b'{"a" 1}', {"a": 1.0}),
        (b"{1:2}}]", {"0": 1.0, "1": 2.0}),
        (b'["\\x", nonsense]', ["\\x", "nonsense"]),
        (b'"a" "b"', ["a", "b"]),
        (b"", []),
    ],
)
def test_what_is_no_json_is_understood_as_far_as_possible(raw: bytes, value: object):
    """Strings are kept wherever they stand; nothing is refused."""
    assert decode(raw) == value
