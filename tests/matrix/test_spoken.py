"""What of a message speaks to us, and what only looks like it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.spoken import Spoken, spoken

ID = "@li.ming:school.test"
PILL = f'<a href="https://matrix.to/#/{ID}">李明</a>'


def said(body: str, **more: object) -> Spoken | None:
    return spoken({"msgtype": "m.text", "body": body, **more})


def text(body: str, **more: object) -> str | None:
    found = said(body, **more)
    return found.text if found else None


def html(formatted: str, body: str = "!mute 李明 2h") -> str:
    found = text(body, format="org.matrix.custom.html", formatted_body=formatted)
    assert found is not None
    return found


def reply(**more: object) -> dict[str, object]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": "$their"}, **more}}


def test_what_is_written_is_said():
    assert text("!禁言 李明 2小时") == "!禁言 李明 2小时"


@pytest.mark.parametrize(
    "content",
    [
        {"msgtype": "m.notice", "body": "!mute"},
        {"msgtype": "m.emote", "body": "!mute"},
        {"msgtype": "m.image", "body": "!mute", "filename": "a.png"},
        {"msgtype": "m.text", "body": 7},
        {"body": "!mute"},
        {
            "msgtype": "m.text",
            "body": "* !mute",
            "m.new_content": {"msgtype": "m.text", "body": "!mute"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"},
        },
    ],
    ids=["notice", "emote", "caption", "no text", "no type", "edit"],
)
def test_captions_edits_and_the_words_of_machines_say_nothing(content):
    assert spoken(content) is None


def test_what_is_long_is_not_cut_off():
    """An announcement with a pill would end in the middle, and nobody be told."""
    words = "明天上午八点在操场集合。" * 400
    formatted = f"!announce {PILL} {words}"

    found = html(formatted, body=f"!announce 李明 {words}")

    assert found == f"!announce 李明 {words}"


def test_what_is_quoted_is_not_said():
    assert html(f"<blockquote>!mute {PILL} 2h</blockquote>你看他") == "你看他"
    assert html(f"<mx-reply>!mute {PILL}</mx-reply>好的") == "好的"
    assert html(f"<code>!mute {PILL}</code>") == ""
    assert text("> <@wang:school.test> !mute 李明\n\n好的", **reply()) == "好的"


def test_a_pill_is_the_one_it_points_at_and_not_its_name():
    """The name of a link is whatever somebody writes."""
    link = f'<a href="https://matrix.to/#/{ID}">王老师</a>'

    assert html(f"!mute {link}: 2h").split() == ["!mute", ID, ":", "2h"]
    bare = text(f"!mute https://matrix.to/#/{ID} 2h")
    assert bare is not None
    assert bare.split() == ["!mute", ID, "2h"]


def test_a_reply_names_the_message_it_answers_and_a_thread_does_not():
    """In threads, clients point at the last message, for old clients only."""
    found = said("!warn", **reply())
    thread = said(
        "!warn", **reply(rel_type="m.thread", event_id="$root", is_falling_back=True)
    )

    assert found is not None
    assert found.reply_to == "$their"
    assert thread is not None
    assert thread.reply_to is None


def test_mentions_are_as_the_client_says():
    found = said("!warn 李明", **{"m.mentions": {"user_ids": [ID, 7]}})

    assert found is not None
    assert found.mentioned == (ID,)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["m.in_reply_to", "event_id", "user_ids", "rel_type", "is_falling_back"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.text(max_size=60),
    st.dictionaries(
        st.sampled_from(["m.relates_to", "m.mentions", "formatted_body", "format"]),
        JSON,
    ),
)
def test_no_content_is_too_strange(body, more):
    found = said(body, **more)

    assert found is None or isinstance(found.text, str)


SLOW = ["<a ", "<!", "<blockquote>", "&#", "<a href='", "</"]


@pytest.mark.parametrize("piece", SLOW)
def test_html_meant_to_be_slow_is_not(piece, processor_time: Callable[[], float]):
    """A pupil's message must not hold up the room."""
    begin = processor_time()
    html("matrix.to " + piece * 10_000)

    assert processor_time() - begin < 0.5
