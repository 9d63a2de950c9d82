"""What a school brings is read whole or refused, with line, value and remedy."""

from pathlib import Path

import pytest

from appservice.domain.lexicon import hits_of
from appservice.lexicons.entries import Kind
from appservice.lexicons.imports import Imported, compiled, lines_of, read_file
from appservice.mistakes import ConfigError


def read(path: Path, content: str | bytes, name: str | None = None) -> Imported:
    raw = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(raw)
    return read_file(path, name=name)


def words(imported: Imported) -> dict[str, list[str]]:
    return {
        name: [entry.text for entry in taken] for name, taken in imported.lists.items()
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_is_read_in_the_encodings_of_schools(tmp_path: Path, encoding: str):
    """Windows editors write a byte order mark, or GB18030."""
    content = "# 备注\n\n甲乙丙\n+甲乙丙丁\n".encode(encoding)

    imported = read(tmp_path / "list.txt", content, "abuse")

    assert words(imported) == {"abuse": ["甲乙丙", "甲乙丙丁"]}
    assert [each.kind for each in imported.lists["abuse"]] == [Kind.WORD, Kind.ALLOWED]


@pytest.mark.parametrize(
    "content",
    [
        "word,category,severity\n甲乙丙,abuse,high\n丁戊己,vote,low\n",
        "分类,词语,级别\nabuse,甲乙丙,高\nvote,丁戊己,低\n",
    ],
)
def test_a_table_says_list_and_severity(tmp_path: Path, content: str):
    """A mild word is one that a person looks at."""
    imported = read(tmp_path / "list.csv", content)

    assert words(imported) == {"abuse": ["甲乙丙"], "vote": ["丁戊己"]}
    assert imported.lists["vote"][0].kind is Kind.DOUBTFUL


def test_a_table_without_a_header_holds_words_first(tmp_path: Path):
    """The first column is enough."""
    imported = read(tmp_path / "list.csv", "甲乙丙,1\n丁戊己,2\n", "abuse")

    assert words(imported) == {"abuse": ["甲乙丙", "丁戊己"]}


def test_yaml_groups_words_by_list(tmp_path: Path):
    """The keys are the lists."""
    content = "abuse:\n  - 甲乙丙\n  - ?丁戊己\nvote: [庚辛壬]\n"

    imported = read(
        tmp_path / "list.yaml", content.replace("?丁", "'?丁").replace("己\n", "己'\n")
    )

    assert words(imported) == {"abuse": ["甲乙丙", "丁戊己"], "vote": ["庚辛壬"]}


def test_words_that_fold_to_the_same_are_one(tmp_path: Path):
    """Lists of schools are full of them."""
    imported = read(tmp_path / "list.txt", "ABC词\nａｂｃ詞\nabc词\n", "abuse")

    assert words(imported) == {"abuse": ["ABC词"]}


@pytest.mark.parametrize(
    ("file", "content", "name", "wrong"),
    [
        ("a.txt", "甲乙丙\n的\n", "abuse", 'a.txt:2: "的" stands in every second'),
        ("a.txt", "\n# x\n", "abuse", "a.txt: has no word in it"),
        ("a.txt", "", "abuse", "has no word in it"),
        ("a.csv", "", "abuse", "has no word in it"),
        ("a.txt", "甲乙丙", None, "add --list NAME"),
        ("a.txt", b"\xff\xfe\xff", "abuse", "neither UTF-8 nor GB18030"),
        ("a.csv", "word,category\n甲乙丙,abuze\n", None, 'a.csv:2: "abuze" is not'),
        ("a.yaml", "abuse:\n  - 甲乙丙\n  - 的\n", None, 'a.yaml:3: "的"'),
        ("a.yaml", "abuze: [甲乙丙]\n", None, 'did you mean "abuse"?'),
        ("a.yaml", "abuse: 甲乙丙\n", None, "is not a list of words"),
        ("a.yaml", "abuse: [甲", None, "is no YAML"),
        ("a.txt", "~ (甲", "abuse", "is no pattern of RE2"),
    ],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, file: str, content: str | bytes, name: str | None, wrong: str
):
    """Nothing of a broken file is taken; each mistake says where and what to do."""
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / file, content, name)

    assert wrong in str(caught.value)


def test_a_word_of_ordinary_messages_is_warned_of(tmp_path: Path):
    """«作业» would hide half of what a school says."""
    imported = read(tmp_path / "list.txt", "甲乙丙\n作业\n", "abuse")

    (warning,) = imported.warnings
    assert warning.line == 2
    assert '"作业" stands in' in warning.text
    assert "write a longer word" in warning.text


def test_what_was_read_can_be_written_and_tried(tmp_path: Path):
    """Lines say the same again, and messages are looked through."""
    imported = read(tmp_path / "list.txt", "甲乙丙\n?丁戊己\n~ 庚.辛\n", "abuse")

    assert lines_of(imported.lists["abuse"]) == "甲乙丙\n?丁戊己\n~庚.辛\n"
    found = hits_of(compiled(imported), ["甲 乙 丙", "庚x辛", "你好"])
    assert [len(hits) for hits in found] == [1, 1, 0]
