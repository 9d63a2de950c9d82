"""YAML into dataclasses: what is wrong, and where, all at once."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice import documents
from appservice.domain.ids import RoomId

HERE = Path("config.yaml")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    window: timedelta = timedelta(minutes=10)
    copies: int = 3

    def __post_init__(self) -> None:
        if self.copies < 2:
            raise ValueError("copies must be at least 2")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    url: str
    share: float = 0.5
    loud: bool = False
    folder: Path | None = None
    colour: Colour = Colour.RED
    language: Literal["zh_Hans", "en"] = "zh_Hans"
    rooms: tuple[RoomId, ...] = ()
    colours: frozenset[Colour] = frozenset()
    flooding: Inner = Inner()
    kinds: Mapping[str, Inner] = dataclasses.field(default_factory=dict)
    rest: documents.Raw | None = None


def mistakes(text: str) -> list[str]:
    """Load a broken text and give back the lines of the error."""
    with pytest.raises(documents.ConfigError) as caught:
        documents.load(HERE, Outer, text=text)
    return str(caught.value).splitlines()


def test_every_type_of_field_is_read():
    """The dataclass says what may stand in the file."""
    outer = documents.load(
        HERE,
        Outer,
        text="""
url: 0123
share: 1
loud: true
folder: /var/lib
colour: blue
language: en
rooms: ["!a:b", "!c:d"]
colours: [red, red]
flooding: {window: 1h30m, copies: 5}
kinds:
  class_students:
    window: 2d
""",
    )

    assert outer == Outer(
        url="0123",
        share=1.0,
        loud=True,
        folder=Path("/var/lib"),
        colour=Colour.BLUE,
        language="en",
        rooms=(RoomId("!a:b"), RoomId("!c:d")),
        colours=frozenset({Colour.RED}),
        flooding=Inner(window=timedelta(minutes=90), copies=5),
        kinds={"class_students": Inner(window=timedelta(days=2))},
    )


def test_what_is_left_out_has_its_default():
    """Only fields without a default must be there."""
    assert documents.load(HERE, Outer, text="url: x") == Outer(url="x")


def test_all_mistakes_are_named_with_line_and_key():
    """A school corrects a file once, not once per mistake."""
    text = """\
share: much
loud: yes
flooding:
  window: "10 sek"
  copeis: 4
kinds:
  a: {copies: 2.5}
rooms: nobody
"""
    assert mistakes(text) == [
        'config.yaml:1: share: "much" is not a number',
        "config.yaml:1: url: is missing",
        'config.yaml:2: loud: "yes" is neither "true" nor "false"',
        (
            'config.yaml:4: flooding.window: "10 sek" is not a duration; '
            'write e.g. "10s", "10m", "2h" or "7d"'
        ),
        'config.yaml:5: flooding.copeis: is not a key here; did you mean "copies"?',
        'config.yaml:7: kinds.a.copies: "2.5" is not a whole number',
        "config.yaml:8: rooms: must be a list, such as [one, another]",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "config.yaml:1: url: is missing"),
        ("- a", 'config.yaml:1: must be a section of keys, such as "key: value"'),
        ("url: [", "config.yaml:1: is not YAML"),
        ("url: x\nurl: y", "config.yaml:2: url: is given twice"),
        ("url:", "config.yaml:1: url: is empty"),
        ("url: {a: b}", "config.yaml:1: url: must be a single value"),
        ("url: x\ncolour: green", "is not one of red, blue"),
        ("url: x\nlanguage: de", "is not one of zh_Hans, en"),
        ("url: x\nqqq: 1", "config.yaml:2: qqq: is not a key here; write one of"),
        ("url: x\nflooding: {copies: 1}", "flooding: copies must be at least 2"),
        ("url: x\nflooding: {window: 999999999d}", "config.yaml:2: flooding.window"),
        ("url: x\nshare: .inf", "is not a number"),
        ("url: x\n? [a]\n: b", "config.yaml:2: a key must be a single word"),
        ("url: x\nrooms: &r [*r]", "must be a single value"),
        ("url: x\nkinds: {a: &a {copies: 3}, b: *a}", "config.yaml:2: kinds"),
        ("url: x\nrooms: {a: b}", "must be a list"),
        ("url: x\nkinds:\n- a", "must be a section of keys"),
        ("url: x\nkinds: &k {a: *k}", "aliases (*name) are not used here"),
        ("url: \x07", "is not YAML"),
        ("url: " + "[" * 5000, "config.yaml"),
        ("url: x\n--- \nurl: y", "is not YAML"),
    ],
)
def test_a_broken_file_is_explained(text: str, expected: str):
    """Whatever is wrong, it is one line that says where."""
    assert any(expected in line for line in mistakes(text))


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path):
    """Chinese Windows saves GB18030 where nobody stops it."""
    path = tmp_path / "config.yaml"
    path.write_bytes("url: x\ncolour: 红".encode("gb18030"))

    with pytest.raises(documents.ConfigError, match=r"config\.yaml:2: is not UTF-8"):
        documents.load(path, Outer)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path):
    """Windows Notepad writes one."""
    path = tmp_path / "config.yaml"
    path.write_text("url: x", encoding="utf-8-sig")

    assert documents.load(path, Outer).url == "x"


@pytest.mark.parametrize("name", [".", "missing.yaml"])
def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path, name: str):
    """A missing file is told like any other mistake, not as a traceback."""
    with pytest.raises(documents.ConfigError):
        documents.load(tmp_path / name, Outer)


def test_a_raw_part_is_read_later():
    """What a part must be may depend on its neighbour."""
    reader = documents.Reader(HERE)
    outer = reader.root(Outer, text="url: x\nrest:\n  copies: 7")

    assert outer.rest is not None
    assert outer.rest.line == 3
    assert reader.read(outer.rest, Inner) == Inner(copies=7)
    assert reader.read(outer.rest, Outer) is None


@given(st.text())
def test_any_text_is_read_or_explained(text: str):
    """Nothing but ConfigError comes out."""
    try:
        documents.load(HERE, Outer, text=text)
    except documents.ConfigError as error:
        assert error.mistakes  # noqa: PT017 - most texts raise, some do not
