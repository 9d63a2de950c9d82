"""
Shapes of events that clients, bots and clever pupils send.

Every shape carries ``WORD`` where somebody could read it, unless ``is_silent``: then it
is only strange, and nobody may stumble over it. End-to-end tests send the same shapes;
``is_sendable`` tells which of them a homeserver takes.
"""

from dataclasses import dataclass
from typing import Any

WORD = "傻逼"
SPACED = "傻 逼"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One event, as far as its sender chooses it."""

    name: str
    content: Any
    type: str = "m.room.message"
    state_key: str | None = None
    is_silent: bool = False
    is_sendable: bool = True

    def event(self, **more: Any) -> dict[str, Any]:
        """Complete the event as a homeserver would."""
        whole = {
            "type": self.type,
            "content": self.content,
            "event_id": "$corpus",
            "room_id": "!class:school.example",
            "sender": "@xiaoming:school.example",
            "origin_server_ts": 1_772_452_800_000,
            **more,
        }
        return (
            whole if self.state_key is None else {**whole, "state_key": self.state_key}
        )


def _text(body: Any, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


def _html(formatted: Any, body: str = "hi") -> dict[str, Any]:
    return _text(body, format="org.matrix.custom.html", formatted_body=formatted)


def _edit(new: Any, body: str = "* hi", **relation: Any) -> dict[str, Any]:
    relates = {"rel_type": "m.replace", "event_id": "$first", **relation}
    return _text(body, **{"m.new_content": new, "m.relates_to": relates})


def _poll(question: Any, answers: Any) -> dict[str, Any]:
    return {"question": question, "answers": answers, "kind": "m.disclosed"}


_FINE = {"m.text": "Friday?"}
_MSC_TEXT = "org.matrix.msc1767.text"
_MSC_POLL = "org.matrix.msc3381.poll.start"

EVASIVE = (
    Shape(name="plain", content=_text(WORD)),
    Shape(name="notice", content={"msgtype": "m.notice", "body": WORD}),
    Shape(name="emote", content={"msgtype": "m.emote", "body": WORD}),
    Shape(name="own msgtype", content={"msgtype": "org.example", "body": WORD}),
    Shape(name="spaced", content=_text(SPACED)),
    Shape(name="starred", content=_text("你傻*逼")),
    Shape(name="zero width", content=_text("你傻\u200b逼")),
    Shape(name="soft hyphen", content=_text("你傻\u00ad逼")),
    Shape(name="hangul filler", content=_text("你傻\u3164逼")),
    Shape(name="right to left", content=_text("你\u202e傻\u2066逼")),
    Shape(name="combining marks", content=_text("你傻\u0301\u0302逼")),
    Shape(name="tag characters", content=_text("你傻\U000e0061逼")),
    Shape(name="nul", content=_text("你傻\x00逼")),
    Shape(name="formatted body", content=_html(f"<p>{WORD}</p>")),
    Shape(name="split by tags", content=_html("傻<b></b>逼")),
    Shape(name="split by a quoting tag", content=_html('傻<b title=">"></b>逼')),
    Shape(name="entities", content=_html("&#20667;&#x903c;")),
    Shape(
        name="formatted body without format", content=_text("hi", formatted_body=WORD)
    ),
    Shape(name="image alt", content=_html(f'<img src="mxc://a/b" alt="{WORD}">')),
    Shape(name="link title", content=_html(f"<a href='x' title='{WORD}'>a</a>")),
    Shape(
        name="link address", content=_html(f'<a href="https://{WORD}.example">a</a>')
    ),
    Shape(name="spoiler", content=_html(f'<span data-mx-spoiler="{WORD}">a</span>')),
    Shape(name="unclosed tag", content=_html(f"<b {WORD}")),
    Shape(name="comment", content=_html(f"<!-- {WORD} -->")),
    Shape(name="reply fallback", content=_html(f"<mx-reply>{WORD}</mx-reply>hi")),
    Shape(name="tags in the body", content=_text("傻<b>逼")),
    Shape(name="formatted body an object", content=_html({"x": WORD})),
    Shape(name="formatted body a list", content=_html([WORD])),
    Shape(
        name="caption",
        content={
            "msgtype": "m.image",
            "body": WORD,
            "filename": "a.png",
            "url": "mxc://a/b",
        },
    ),
    Shape(
        name="file name",
        content={
            "msgtype": "m.file",
            "body": "a",
            "filename": f"{WORD}.pdf",
            "url": "mxc://a/b",
        },
    ),
    Shape(
        name="file name as body",
        content={"msgtype": "m.file", "body": f"{WORD}.pdf", "url": "mxc://a/b"},
    ),
    Shape(name="audio", content={"msgtype": "m.audio", "body": WORD, "url": 7}),
    Shape(
        name="extensible caption",
        content={
            "msgtype": "m.image",
            "body": "a",
            "m.caption": {"m.text": [{"body": WORD}]},
        },
    ),
    Shape(
        name="image info a string",
        content={"msgtype": "m.image", "body": WORD, "info": "x"},
    ),
    Shape(
        name="encrypted file",
        content={"msgtype": "m.image", "body": WORD, "file": {"url": "mxc://a/b"}},
    ),
    Shape(name="edit", content=_edit(_text(WORD))),
    Shape(name="edit's fallback", content=_edit(_text("hi"), body=f"* {WORD}")),
    Shape(name="edit's formatted body", content=_edit(_html(f"<i>{WORD}</i>"))),
    Shape(
        name="edit into an image",
        content=_edit({"msgtype": "m.image", "body": WORD, "url": "mxc://a/b"}),
    ),
    Shape(name="edit without a target", content=_edit(_text(WORD), event_id=None)),
    Shape(name="edit of a list", content=_edit(_text(WORD), event_id=["$x"])),
    Shape(name="edit within an edit", content=_edit({"m.new_content": _text(WORD)})),
    Shape(name="new content a string", content=_edit(WORD), is_sendable=False),
    Shape(name="new content a list", content=_edit([WORD]), is_sendable=False),
    Shape(name="relation a string", content=_text(WORD, **{"m.relates_to": "x"})),
    Shape(name="relation a list", content=_text(WORD, **{"m.relates_to": [1]})),
    Shape(name="relation a number", content=_text(WORD, **{"m.relates_to": 7})),
    Shape(
        name="reply to a string",
        content=_text(WORD, **{"m.relates_to": {"m.in_reply_to": "x"}}),
    ),
    Shape(
        name="reply to a number",
        content=_text(WORD, **{"m.relates_to": {"m.in_reply_to": {"event_id": 7}}}),
    ),
    Shape(
        name="mention of a word",
        content=_text("hi", **{"m.mentions": {"user_ids": [WORD]}}),
    ),
    Shape(
        name="unknown key",
        content=_text("hi", **{"org.example": {"deep": [[{"x": WORD}]]}}),
    ),
    Shape(
        name="extensible text",
        content={"msgtype": "m.text", "body": "hi", _MSC_TEXT: WORD},
    ),
    Shape(
        name="poll question",
        type="m.poll.start",
        content={"m.poll": _poll({"m.text": WORD}, [])},
    ),
    Shape(
        name="poll question as list",
        type="m.poll.start",
        content={"m.poll": _poll({"m.text": [{"body": WORD}]}, [])},
    ),
    Shape(
        name="poll answer",
        type="m.poll.start",
        content={"m.poll": _poll(_FINE, [{"m.id": "1", "m.text": [{"body": WORD}]}])},
    ),
    Shape(
        name="unstable poll question",
        type=_MSC_POLL,
        content={_MSC_POLL: _poll({_MSC_TEXT: WORD}, [])},
    ),
    Shape(
        name="unstable poll answer",
        type=_MSC_POLL,
        content={_MSC_POLL: _poll({_MSC_TEXT: "?"}, [{"id": "1", _MSC_TEXT: WORD}])},
    ),
    Shape(name="poll a string", type=_MSC_POLL, content={_MSC_POLL: WORD}),
    Shape(
        name="poll answers an object",
        type=_MSC_POLL,
        content={_MSC_POLL: _poll({}, {"x": WORD})},
    ),
    Shape(
        name="reaction",
        type="m.reaction",
        content={
            "m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": WORD}
        },
    ),
    Shape(
        name="reaction without a target",
        type="m.reaction",
        content={"m.relates_to": {"key": WORD}},
        is_sendable=False,
    ),
    Shape(
        name="reaction's relation a string",
        type="m.reaction",
        content={"m.relates_to": WORD},
    ),
    Shape(
        name="reaction's key a list",
        type="m.reaction",
        content={"m.relates_to": {"key": [WORD]}},
        is_sendable=False,
    ),
    Shape(name="reaction with a body", type="m.reaction", content={"body": WORD}),
    Shape(
        name="sticker",
        type="m.sticker",
        content={"body": WORD, "url": "mxc://a/b", "info": {}},
    ),
    Shape(
        name="sticker's info a string",
        type="m.sticker",
        content={"body": WORD, "info": "x"},
    ),
    Shape(
        name="location", content={"msgtype": "m.location", "body": WORD, "geo_uri": 7}
    ),
    Shape(
        name="location's description",
        content={
            "msgtype": "m.location",
            "body": "a",
            "org.matrix.msc3488.location": {"description": WORD},
        },
    ),
    Shape(
        name="beacon",
        type="org.matrix.msc3672.beacon_info",
        state_key="@xiaoming:school.example",
        content={"description": WORD},
    ),
    Shape(name="topic", type="m.room.topic", state_key="", content={"topic": WORD}),
    Shape(
        name="rich topic",
        type="m.room.topic",
        state_key="",
        content={
            "topic": "a",
            "m.topic": {"m.text": [{"mimetype": "text/html", "body": "傻<b></b>逼"}]},
        },
    ),
    Shape(name="room name", type="m.room.name", state_key="", content={"name": WORD}),
    Shape(
        name="display name",
        type="m.room.member",
        state_key="@xiaoming:school.example",
        content={"membership": "join", "displayname": WORD},
    ),
    Shape(
        name="reason of a join",
        type="m.room.member",
        state_key="@xiaoming:school.example",
        content={"membership": "join", "reason": WORD},
    ),
    Shape(name="unknown type", type="org.example.note", content={"a": [{"b": WORD}]}),
    Shape(
        name="unknown state",
        type="org.example.state",
        state_key="x",
        content={"a": WORD},
    ),
    Shape(
        name="unknown with a list",
        type="org.example.note",
        content=[WORD],
        is_sendable=False,
    ),
    Shape(name="body a list", content=_text([WORD]), is_sendable=False),
    Shape(name="body an object", content=_text({"x": WORD}), is_sendable=False),
    Shape(name="content a string", content=WORD, is_sendable=False),
)

SILENT = (
    Shape(name="nothing", content={}, is_silent=True, is_sendable=False),
    Shape(name="content null", content=None, is_silent=True, is_sendable=False),
    Shape(name="body a number", content=_text(7), is_silent=True, is_sendable=False),
    Shape(
        name="encrypted",
        type="m.room.encrypted",
        content={"ciphertext": WORD},
        is_silent=True,
    ),
    Shape(
        name="image without address",
        content={"msgtype": "m.image", "body": "a"},
        is_silent=True,
    ),
    Shape(
        name="power levels",
        type="m.room.power_levels",
        state_key="",
        content={"users": {}, "x": WORD},
        is_silent=True,
    ),
    Shape(
        name="join rules",
        type="m.room.join_rules",
        state_key="",
        content={"join_rule": WORD},
        is_silent=True,
        is_sendable=False,
    ),
    Shape(
        name="created",
        type="m.room.create",
        state_key="",
        content={"x": WORD},
        is_silent=True,
        is_sendable=False,
    ),
    Shape(
        name="member a list",
        type="m.room.member",
        state_key="x",
        content=[],
        is_silent=True,
        is_sendable=False,
    ),
    Shape(
        name="redaction of nothing",
        type="m.room.redaction",
        content={"redacts": 7},
        is_silent=True,
        is_sendable=False,
    ),
    Shape(name="poll empty", type=_MSC_POLL, content={_MSC_POLL: []}, is_silent=True),
    Shape(name="reaction empty", type="m.reaction", content={}, is_silent=True),
)

SHAPES = EVASIVE + SILENT
