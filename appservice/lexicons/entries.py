"""The lines of a word list, and what is wrong with some."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from appservice.domain.lexicon import WordList
from appservice.domain.patterns import Pattern, mistake_in
from appservice.domain.text import fold
from appservice.mistakes import Mistake

LONGEST: Final = 200
"""Characters of a word or a pattern."""

_COMMON: Final = frozenset(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以"
    "会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美"
    "总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知"
    "世什两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走"
    "将月十实向声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却加电主界门"
    "利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父"
    "应直字场平报友关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫任金快原吃"
    "妈变通师立象数四失满战远格士音轻目条呢病班级课业考试题校请早晚午谢假红黄票赞钱包"
    "群号站送吗吧啊嗯哦"
)
"""Characters of every second sentence: as a word of a list they would hide them all."""


class Kind(Enum):
    """What a line says, by how it begins; longer signs before shorter ones."""

    ALLOWED_PATTERN = "+~"
    DOUBTFUL_PATTERN = "?~"
    PATTERN = "~"
    ALLOWED = "+"
    DOUBTFUL = "?"
    WORD = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a list."""

    line: int
    """Counted from 1."""
    kind: Kind
    text: str


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Read the lines of a list; empty ones and remarks say nothing."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        kind = next(kind for kind in Kind if text.startswith(kind.value))
        text = text.removeprefix(kind.value).strip()
        yield Entry(line=number, kind=kind, text=text)


def mistakes(file: str, among: Iterable[Entry]) -> Iterator[Mistake]:
    """Say what cannot be looked for, or would be found in every message."""
    for entry in among:
        wrong = wrong_with(entry)
        if wrong is not None:
            yield Mistake(file=file, line=entry.line, key="", text=wrong)


def wrong_with(entry: Entry) -> str | None:
    """Say what is wrong with an entry, and the remedy; None: nothing."""
    shown = f'"{entry.text[:40]}"'
    if len(entry.text) > LONGEST:
        return f"{shown} … is longer than {LONGEST} characters; shorten it"
    if entry.kind in (Kind.PATTERN, Kind.DOUBTFUL_PATTERN, Kind.ALLOWED_PATTERN):
        wrong = mistake_in(entry.text)
        return None if wrong is None else f"{shown} {wrong}"
    word = fold(entry.text).strip()
    if not any(map(str.isprintable, word)):
        return f"{shown} is nothing one can see; take the line out"
    if entry.kind is Kind.ALLOWED:
        return None
    if len(word) == 1 and (word in _COMMON or word.isascii()):
        return f"{shown} stands in every second message; write a longer word"
    return None


def word_list(name: str, read: Iterable[Entry]) -> WordList:
    """Make a list of what was read."""
    texts: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for entry in read:
        texts[entry.kind].append(entry.text)
    sure = [Pattern(text=text) for text in texts[Kind.PATTERN]]
    doubtful = [
        Pattern(text=text, is_sure=False) for text in texts[Kind.DOUBTFUL_PATTERN]
    ]
    return WordList(
        name=name,
        words=tuple(texts[Kind.WORD]),
        allowed=tuple(texts[Kind.ALLOWED]),
        doubtful=tuple(texts[Kind.DOUBTFUL]),
        patterns=(*sure, *doubtful),
        allowed_patterns=tuple(
            Pattern(text=text) for text in texts[Kind.ALLOWED_PATTERN]
        ),
    )
