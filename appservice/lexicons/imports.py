"""
Reading the list a school brings, whatever it was written with.

Text (a word a line), CSV (word, category, severity) or YAML (category: words), in
UTF-8 or GB18030. What cannot be used is named with its line, and nothing is taken.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import YAMLError

from appservice.domain.lexicon import LISTS, Hit, Lexicon, WordList
from appservice.domain.spelling import nearest
from appservice.domain.text import fold
from appservice.lexicons.entries import Entry, Kind, read_lines, word_list, wrong_with
from appservice.lexicons.ordinary import messages
from appservice.mistakes import ConfigError, Mistake

_WORD: Final = frozenset({"word", "words", "term", "词", "词语", "敏感词", "关键词"})
_CATEGORY: Final = frozenset({"category", "list", "类别", "分类", "类型"})
_SEVERITY: Final = frozenset({"severity", "level", "程度", "级别", "等级"})
_DOUBTFUL: Final = frozenset(
    {"low", "flag", "doubtful", "review", "低", "存疑", "提示"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file brings, list by list."""

    lists: Mapping[str, tuple[Entry, ...]]
    """Each entry once; those that only fold to the same are one."""
    warnings: tuple[Mistake, ...]
    """What can be used, and may hide what nobody meant."""


def read_file(path: Path, *, name: str | None) -> Imported:
    """
    Read a school's list.

    Args:
        path: ``.csv``, ``.yaml`` or ``.yml``; everything else is text.
        name: The list that words without a category belong to.

    Raises:
        ConfigError: Something cannot be used, or nothing is in it.
    """
    text = _decoded(path)
    match path.suffix.lower():
        case ".csv":
            found = _of_csv(str(path), text, name)
        case ".yaml" | ".yml":
            found = _of_yaml(str(path), text, name)
        case _:
            plain = read_lines(text.splitlines())
            found = ((_list(str(path), None, name), entry) for entry in plain)
    kept = _each_once(found)
    wrong = [
        Mistake(file=str(path), line=entry.line, key="", text=why)
        for taken in kept.values()
        for entry in taken
        if (why := wrong_with(entry)) is not None
    ]
    if wrong:
        raise ConfigError(sorted(wrong, key=lambda mistake: mistake.line or 0))
    if not kept:
        raise ConfigError([_mistake(str(path), None, "has no word in it")])
    return Imported(lists=kept, warnings=tuple(_warnings(str(path), kept)))


def lines_of(read: Iterable[Entry]) -> str:
    """Write entries as the lines of a list."""
    return "".join(f"{entry.kind.value}{entry.text}\n" for entry in read)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(
        [_mistake(str(path), None, "is neither UTF-8 nor GB18030; save it as UTF-8")]
    )


def _of_csv(file: str, text: str, name: str | None) -> Iterator[tuple[str, Entry]]:
    """Read rows; without a header the first column holds the words."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = [fold(cell).strip() for cell in rows[0]] if rows else []
    word, category, severity = (
        next((at for at, cell in enumerate(header) if cell in names), None)
        for names in (_WORD, _CATEGORY, _SEVERITY)
    )
    first = 0 if word is None else 1
    for number, row in enumerate(rows[first:], first + 1):
        said = _cell(row, word or 0)
        if not said:
            continue
        entry = next(read_lines([said]), None)
        if entry is None:
            continue
        kind = entry.kind
        if kind is Kind.WORD and fold(_cell(row, severity)) in _DOUBTFUL:
            kind = Kind.DOUBTFUL
        list_name = _list(file, number, _cell(row, category) or name)
        yield list_name, Entry(line=number, kind=kind, text=entry.text)


def _cell(row: list[str], at: int | None) -> str:
    return row[at].strip() if at is not None and at < len(row) else ""


def _of_yaml(file: str, text: str, name: str | None) -> Iterator[tuple[str, Entry]]:
    """Read a mapping of categories to words, or a plain sequence of words."""
    try:
        tree = YAML(typ="rt").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise ConfigError([_mistake(file, line, "is no YAML")]) from None
    groups = tree.items() if isinstance(tree, dict) else [(None, tree)]
    for category, words in groups:
        line = tree.lc.key(category)[0] + 1 if category is not None else 1
        list_name = _list(file, line, name if category is None else str(category))
        if not isinstance(words, CommentedSeq):
            text = 'is not a list of words; write each as "- word"'
            raise ConfigError([_mistake(file, line, text)])
        for at, said in enumerate(words):
            for entry in read_lines([str(said)]):
                where = words.lc.item(at)[0] + 1
                yield list_name, Entry(line=where, kind=entry.kind, text=entry.text)


def _list(file: str, line: int | None, name: str | None) -> str:
    if name is None:
        text = "does not say which list its words belong to; add --list NAME"
        raise ConfigError([_mistake(file, line, text)])
    if name not in LISTS:
        text = f'"{name}" is not a word list; {nearest(name, LISTS)}'
        raise ConfigError([_mistake(file, line, text)])
    return name


def _each_once(found: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    lists: dict[str, dict[tuple[Kind, str], Entry]] = {}
    for name, entry in found:
        plain = fold(entry.text) if entry.kind in _WORDS else entry.text
        lists.setdefault(name, {}).setdefault((entry.kind, plain), entry)
    return {name: tuple(taken.values()) for name, taken in lists.items()}


_WORDS: Final = (Kind.WORD, Kind.DOUBTFUL, Kind.ALLOWED)


def _warnings(file: str, lists: Mapping[str, tuple[Entry, ...]]) -> Iterator[Mistake]:
    """Try the words on ordinary messages."""
    ordinary = [fold(message) for message in messages()]
    together = "\n".join(ordinary)
    for taken in lists.values():
        for entry in taken:
            if entry.kind not in (Kind.WORD, Kind.DOUBTFUL):
                continue
            word = fold(entry.text)
            if word not in together:
                continue
            lexicon = Lexicon([WordList(name="abuse", words=(entry.text,))])
            met = [each for each in messages() if _is_met(lexicon.hits(each))]
            if met:
                yield _mistake(
                    file,
                    entry.line,
                    f'"{entry.text}" stands in {len(met)} ordinary messages, such as '
                    f'"{met[0]}"; write a longer word, or allow those around it with +',
                )


def _is_met(hits: tuple[Hit, ...]) -> bool:
    return any(hit.is_sure for hit in hits)


def _mistake(file: str, line: int | None, text: str) -> Mistake:
    return Mistake(file=file, line=line, key="", text=text)


def compiled(imported: Imported) -> Lexicon:
    """Make a lexicon of what a file brings, to try it on messages."""
    return Lexicon(word_list(name, taken) for name, taken in imported.lists.items())
