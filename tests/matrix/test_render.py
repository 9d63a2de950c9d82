"""What we say, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from appservice import commands
from appservice.domain.actions import Notice, Quote
from appservice.domain.ids import EventId, RoomId
from appservice.domain.people import Role
from appservice.matrix import render
from appservice.matrix.sentences import LABELS, REASONS, SENTENCES, THINGS
from appservice.services import decisions

QUOTE = Quote(
    clause="B3-16",
    document="班级微信群规章制度",
    text="严禁恶意刷屏",
    summary="No flooding",
    place="信息发布要求第5条",
    place_en="Posting, 5",
)
VALUES = {
    "room": "三年级2班",
    "role": "student",
    "count": "30",
    "all": "9003",
    "user_id": "@x:school.test",
    "bot": "@homeroom:school.test",
    "name": "李明妈妈",
    "text": "好的",
    "what": "levels",
    "needs": "redact,levels",
    "who": "王芳",
    "why": "M_FORBIDDEN",
    "by": "王芳",
    "reason": "刷屏",
    "until": "18:00",
    "id": "12",
    "rule": "abuse",
    "at": "03-02 10:05",
    "when": "03-02 10:15",
    "days": "7",
    "document": "班级微信群规章制度",
    "privacy": "—",
    "clauses": "· 文明用语。",
    "signed": "家委会",
}


def say(name: str, *, language: str = "zh_Hans", **values: str) -> str:
    notice = Notice(
        name=name,
        language=language,
        room_id=RoomId("!r"),
        event_id=EventId("$e"),
        quotes=(QUOTE,),
        values={**VALUES, **values},
    )
    return str(render.message(notice)["body"])


@pytest.mark.parametrize("name", SENTENCES)
def test_everything_is_said_in_chinese_and_in_english(name):
    chinese, english = say(name), say(name, language="en")

    first = chinese.splitlines()[0]
    assert any("\u4e00" <= character <= "\u9fff" for character in first)
    assert "{" not in chinese + english
    said = english.splitlines()[0]
    for value in VALUES.values():
        said = said.replace(value, "")
    assert said.isascii() or not any("\u4e00" <= c <= "\u9fff" for c in said)


def test_the_catalogue_has_every_sentence_and_no_other():
    path = render.LOCALES / "zh_Hans" / "LC_MESSAGES" / "homeroom.po"
    with path.open("rb") as file:
        catalogue = {m.id: m.string for m in read_po(file) if m.id}

    wanted = {
        *SENTENCES.values(),
        *render.WAYS_OUT.values(),
        render.HIDDEN,
        render.HIDDEN_BARE,
        *REASONS.values(),
        *THINGS,
        *LABELS.values(),
        "Reviews: {name}",
        *_said_by_commands(),
        render.CLAUSE,
        *(role.value for role in Role),
    }
    assert catalogue.keys() == wanted
    assert all(catalogue.values())


def _said_by_commands() -> Iterator[str]:
    """Find what commands say: every string with a space in it, and their arguments."""
    services = Path(decisions.__file__).parent
    for path in (
        *Path(commands.__file__).parent.glob("*.py"),
        services / "decisions.py",
        services / "permits.py",
    ):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        passed_over = {
            id(inner) for node in ast.walk(tree) for inner in _no_sentences(node)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and " " in node.value.strip()
                and any(c.isalpha() for c in node.value)
                and id(node) not in passed_over
            ):
                yield node.value
    for command in commands.all_commands().values():
        yield from filter(None, (command.usage, command.summary))
    yield "Announcement"


def _no_sentences(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, parts of f-strings, and what is written into logs and records."""
    match node:
        case ast.Expr(value=ast.Constant() as text):
            yield text
        case ast.JoinedStr(values=values):
            yield from values
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log")), args=args):
            yield from args
        case ast.keyword(arg="because", value=value):
            yield value
        case _:
            pass


def test_a_notice_quotes_the_clause_in_the_readers_language():
    assert "「严禁恶意刷屏」" in say("refuse")
    assert "No flooding" in say("refuse", language="en")


def test_whoever_flooded_is_told_what_stands_and_what_else_to_do():
    assert "前两条仍然保留" in say("refuse", rule="flooding")


def test_the_public_reason_names_a_clause_and_no_person():
    written = render.reason(Notice(name="hidden", quotes=(QUOTE,), values=VALUES))

    assert written == (
        "依据《班级微信群规章制度》信息发布要求第5条（B3-16），"
        "此消息已先收起；原因已私下告知发送者。"
    )


def test_a_clause_is_quoted_with_its_place_in_the_document():
    """Whoever looks it up finds it; its number is the same everywhere."""
    assert (
        "依据《班级微信群规章制度》信息发布要求第5条（B3-16）：「严禁恶意刷屏」"
        in say("refuse")
    )
    assert "Posting, 5 (B3-16)" in say("refuse", language="en")


def test_braces_in_a_name_are_only_a_name():
    """A room's name is not a format string."""
    assert "{boom}" in say("hold", room="{boom}")
