"""A configuration cut off, mixed up or out of reach is a mistake, no traceback."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st

from appservice import config
from appservice.cli import main
from appservice.cli.init import write_files
from appservice.config import Homeserver
from appservice.mistakes import ConfigError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with good registrations."""
    folder = tmp_path_factory.mktemp("school")
    write_files(Homeserver(url="http://127.0.0.1:8008", domain="a.example"), folder)
    return folder


@pytest.fixture(scope="module")
def whole(folder: Path) -> str:
    return (folder / "config.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bare(whole: str) -> str:
    """Return the keys alone, which is where a cut matters."""
    return re.sub(r"^ *(#.*)?\n", "", whole, flags=re.MULTILINE)


def loads(folder: Path, content: bytes) -> bool:
    """Whether it is a configuration; False: there are mistakes that say something."""
    path = folder / "broken.yaml"
    path.write_bytes(content)
    try:
        config.load(path)
    except ConfigError as error:
        return not all(mistake.text for mistake in error.mistakes)
    return True


def test_a_file_cut_off_anywhere_is_understood_or_refused(folder: Path, bare: str):
    """A full disk cuts where it likes; without the last key nothing is missing."""
    raw = bare.encode()

    loaded = [cut for cut in range(len(raw) + 1) if loads(folder, raw[:cut])]

    assert loaded[-1] == len(raw)
    assert loaded[0] > raw.index(b"road:")


def test_also_within_the_remarks(folder: Path, whole: str):
    """They are Chinese too, and a cut falls into the middle of a character."""
    raw = whole.encode()

    assert not all(loads(folder, raw[:cut]) for cut in range(0, len(raw), 13))


def test_a_line_too_few_or_too_many(folder: Path, bare: str):
    """What an editor loses, or pastes twice."""
    lines = bare.encode().splitlines(keepends=True)
    for number, line in enumerate(lines):
        loads(folder, b"".join(lines[:number] + lines[number + 1 :]))
        doubled = loads(folder, b"".join([*lines[:number], line, *lines[number:]]))
        assert not doubled, line


@given(st.binary(max_size=200), st.integers(0, 500))
@example(b"\0", 100)
@example(b"\xff\xfe", 0)
@example(b"%YAML 1.1\n---\n", 0)
@example(b"&a [*a]", 0)
@example(b"? [a]\n", 0)
@example(b"\xc2\x85\xe2\x80\xa8", 50)
def test_any_bytes_anywhere(folder: Path, bare: str, junk: bytes, at: int):
    """As a broken disk gives them back."""
    raw = bare.encode()

    loads(folder, raw[:at] + junk + raw[at + len(junk) :])


@given(st.text(max_size=30), st.integers(0, 40))
@example("!!int x", 3)
@example("1_000:59", 20)
@example("99999999999999999999999", 20)
@example("999999y999999y", 30)
@example('"a\\0b"', 11)
@example("*x", 6)
def test_any_value_for_any_key(folder: Path, bare: str, value: str, number: int):
    """Whatever somebody writes after the colon."""
    lines = bare.splitlines()
    number %= len(lines)
    lines[number] = f"{lines[number].partition(':')[0]}: {value}"

    loads(folder, "\n".join(lines).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "gb18030", "latin-1"])
def test_another_encoding_is_named(folder: Path, whole: str, encoding: str):
    """Windows programs save like this; a byte order mark alone is fine."""
    loads(folder, whole.encode(encoding, "replace"))
    assert loads(folder, whole.encode("utf-8-sig"))


def check(path: Path) -> Result:
    result = CliRunner().invoke(main, ["check-config", "--config", str(path)])
    if not isinstance(result.exception, SystemExit | None):
        raise result.exception
    return result


def test_a_circle_of_links_and_a_folder_are_named(tmp_path: Path):
    """Neither is a file, and both say so."""
    circle = tmp_path / "circle.yaml"
    circle.symlink_to(circle)

    assert (result := check(circle)).exit_code == 3
    assert "cannot be read" in result.output
    assert check(tmp_path).exit_code == 2
    assert "there is no such file" in check(tmp_path / "none" / "x.yaml").output


@pytest.fixture
def shut(servers_directory: Path) -> Iterator[Path]:
    """Return a good configuration in a place that every account may enter."""
    folder = Path(tempfile.mkdtemp(dir=servers_directory))
    write_files(Homeserver(url="http://127.0.0.1:8008", domain="a.example"), folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    folder.chmod(0o755)
    yield folder / "config.yaml"
    folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("config.yaml", 0o600),
        ("registration-road.yaml", 0o600),
        ("token", 0o600),
        ("rules/clubs.yaml", 0o600),
        ("rules/clauses.yaml", 0o600),
        ("words/vulgar.txt", 0o600),
        ("rules", 0o600),
        ("words", 0o600),
        (".", 0o600),
        # To be listed, and no more.
        ("rules", 0o644),
        ("words", 0o644),
        (".", 0o644),
    ],
)
def test_what_is_not_for_us_is_named(shut: Path, name: str, mode: int):
    """The service's user is often another than the one who wrote the files."""
    folder = shut.parent
    (folder / "token").write_text("x" * 40)
    (folder / "token").chmod(0o600)
    for made in ("rules/clubs.yaml", "rules/clauses.yaml", "words/vulgar.txt"):
        (folder / made).parent.mkdir(exist_ok=True)
        (folder / made).write_text("")
    text = shut.read_text("utf-8").replace("token_file: null", "token_file: token")
    for own in ("rules", "words"):
        text = text.replace("directory: null", f"directory: {own}", 1)
    shut.write_text(text, "utf-8")
    (folder / name).chmod(mode)
    os.seteuid(65534)
    try:
        result = check(shut)
    finally:
        os.seteuid(0)

    (folder / name).chmod(0o755)
    assert result.exit_code == 3
    told = [line for line in result.stderr.splitlines() if "cannot be read" in line]
    assert any(name.removesuffix(".") in line for line in told), result.stderr
