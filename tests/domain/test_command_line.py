"""Command lines: is a text a command, and which."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.command_line import Invocation, invocation

NAMES = dict.fromkeys(("mute", "禁言"), "mute")
NAMES |= dict.fromkeys(("unmute", "解除禁言"), "unmute")
NAMES |= dict.fromkeys(("help", "帮助", "h"), "help")
NAMES |= dict.fromkeys(("announce", "公告"), "announce")
NAMES |= {"公告列表": "announcements", "who-is": "who"}


def read(text: str, *, bare: bool = False) -> tuple[str | None, str] | None:
    found = invocation(text, NAMES, bare=bare)
    return None if found is None else (found.name, found.rest)


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("!mute 李明 2h", "mute", "李明 2h"),
        ("  ! mute: 李明", "mute", "李明"),
        ("！禁言李明 2小时", "mute", "李明 2小时"),
        ("！ 禁言 李明", "mute", "李明"),
        ("！禁言，李明", "mute", "李明"),
        ("!禁言@li:school.example", "mute", "@li:school.example"),
        ("!MUTE", "mute", ""),
        ("!ｍｕｔｅ　李明", "mute", "李明"),
        ("!mute李明", "mute", "李明"),
        ("!解除禁言李明", "unmute", "李明"),
        ("!公告列表", "announcements", ""),
        ("!公告列出", "announce", "列出"),
        (
            "!announce\nTomorrow:\n\n- no school\n",
            "announce",
            "Tomorrow:\n\n- no school\n",
        ),
        ("!who-is li", "who", "li"),
        ("!help!", "help", "!"),
        ("!帮助我一下", "help", "我一下"),
        ("!h", "help", ""),
        ("﹗help", "help", ""),
    ],
)
def test_a_command_is_known_however_it_is_written(text: str, name: str, rest: str):
    """On a phone, width and spaces are an accident."""
    assert read(text) == (name, rest)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "！！！太好了",
            "!= 3",
            "! ",
            "!!!",
            "!5",
            "",
            "mute 李明",
            "好的！",
            "!\nmute",
        ),
        *("你好!mute", "!_x", "!?", "!！help", "\u200b!help", "!💥"),
    ],
)
def test_what_is_no_command_is_none(text: str):
    """Excitement is not an order."""
    assert invocation(text, NAMES) is None


@pytest.mark.parametrize(
    ("text", "typed", "near"),
    [
        ("!mte 李明", "mte", "mute"),
        ("!muted 李明", "muted", "mute"),
        ("!mute2h", "mute2h", "mute"),
        ("!ＨＥＬＰＰ", "ＨＥＬＰＰ", "help"),
        ("！禁严李明", "禁严李明", "禁言"),
        ("！解除禁烟", "解除禁烟", "解除禁言"),
        ("!hello_world_and_more", "hello_world_and_more", None),
        ("！太好了", "太好了", None),
        ("！禁", "禁", None),
        ("!" + "x" * 5000, "x" * 64, None),
    ],
)
def test_an_unknown_word_has_what_was_meant_beside_it(
    text: str, typed: str, near: str | None
):
    """The caller says "did you mean", or nothing."""
    found = invocation(text, NAMES)

    assert found is not None
    assert (found.name, found.typed, found.near) == (None, typed, near)


def test_what_follows_an_unknown_word_is_kept():
    """An answer may quote it."""
    assert invocation("!mte 李明 2h", NAMES) == Invocation(
        name=None, typed="mte", rest="李明 2h", near="mute"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("帮助", ("help", "")),
        ("帮助 禁言", ("help", "禁言")),
        (" Help, please", ("help", "please")),
        ("ｈｅｌｐ", ("help", "")),
        ("!help", ("help", "")),
        ("帮助我一下", None),
        ("helpful", None),
        ("please help", None),
        ("", None),
    ],
)
def test_a_direct_room_needs_no_mark(text: str, expected: tuple[str, str] | None):
    """There is nobody else to talk to, but people do talk."""
    assert read(text, bare=True) == expected


@given(
    text=st.text() | st.text("!！ 禁言帮助mute\n2h", max_size=12), bare=st.booleans()
)
@example(text="!\ud800", bare=True)
@example(text="!ﬁ", bare=False)
def test_any_text_is_a_command_or_none(*, text: str, bare: bool):
    """What follows is a part of what was written."""
    found = invocation(text, NAMES, bare=bare)

    assert found is None or (text.endswith(found.rest) and found.typed in text)


@given(
    name=st.sampled_from(sorted(NAMES)),
    rest=st.text("李明 2h，小时\n", max_size=10),
    mark=st.sampled_from(["!", "！", " ! ", "！　"]),
    upper=st.booleans(),
    wide=st.booleans(),
)
def test_mark_width_and_case_make_no_difference(
    *, name: str, rest: str, mark: str, upper: bool, wide: bool
):
    """One command, whatever the keyboard."""
    letters = name.upper() if upper else name
    if wide:
        letters = "".join(
            chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in letters
        )

    assert read(f"{mark}{letters} {rest}") == read(f"!{name} {rest}")


@pytest.mark.parametrize("text", ["!" * 65_536, "!" + "禁" * 65_536, " " * 65_536])
def test_a_long_text_is_read_at_once(text: str, processor_time: Callable[[], float]):
    """Every message is asked about."""
    began = processor_time()

    invocation(text, NAMES, bare=True)
    assert processor_time() - began < 0.05


def test_names_need_not_be_plain():
    """An alias may be written in full width, or with capitals by mistake."""
    found = invocation("!HELP", {"Ｈｅｌｐ": "help"})

    assert found is not None
    assert found.name == "help"
