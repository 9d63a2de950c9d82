"""Whether a text or a table compares pupils by their marks; see ``marks.py``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.likely_names import is_likely
from appservice.domain.marks import Marked, is_counting, marked, may_be_marks
from appservice.domain.marks_english import (
    listed_by_rank,
    marked_in_english,
    said_of_one,
)
from appservice.domain.pupils import PupilFinder
from appservice.domain.rank_words import (
    ASKED,
    BEFORE_ONE,
    BY_NUMBER,
    CERTAIN,
    CONTEST,
    EXAM,
    GROUP,
    HAN_CHARACTER,
    HIGHEST_TOTAL,
    IS_GRADE,
    MAY_BE,
    MEAN,
    OF_OWN,
    ONE,
    ORDERED,
    OTHER_NUMBERS,
    PADDED,
    POINTS,
    SAID_OF,
)
from appservice.domain.rule import Outcome
from appservice.domain.tables import Row, folded_rows, mark_table, rows_of
from appservice.domain.text import fold

_SENTENCES_WITHIN: Final = 2500
"""Characters in which sentences about one pupil are looked for; lists may be longer."""

_LATIN: Final = re.compile("[a-z]")
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width letters and signs; folding would take the capitals of names, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Marks that were found, and the gravest they can lead to."""

    found: str
    at_most: Outcome
    names: tuple[str, ...] = ()
    ids: tuple[frozenset[PersonId], ...] = ()
    """By the roster; an empty set for a name it does not have."""
    of_own: bool = False
    """Whether it speaks of one child as the author's own."""


def marks_in_text(text: str, pupils: PupilFinder) -> Finding | None:
    """Find in a text what lets pupils be compared by their marks."""
    folded = fold(text)
    if not MAY_BE.search(folded):
        return None
    # Where there is no Latin letter, nothing English is looked for.
    plain, english = (
        (text.translate(_NARROW), folded) if _LATIN.search(folded) else ("", "")
    )
    joined = PADDED.sub(r"\1\2", folded)
    found = marked(joined, pupils)
    return (
        _several(found, joined)
        or _several(marked_in_english(plain, english), folded)
        or _in_rows(joined, pupils)
        or _grouped(joined, pupils)
        or _one(joined[:_SENTENCES_WITHIN], pupils)
        or _one_marked(found, joined)
        or _ordered(joined)
        or _one_in_english(plain)
        or _listed_in_english(plain)
        or _numbered(joined)
    )


def marks_in_rows(
    rows: Sequence[Row], pupils: PupilFinder, *, said: str = ""
) -> Finding | None:
    """Find marks in the table of a file."""
    folded = folded_rows(rows)
    words = said or "\n".join(" ".join(row) for row in folded[:3])
    return _of_table(folded, pupils, words)


def _several(found: list[Marked], folded: str) -> Finding | None:
    if len(found) < 2:
        return None
    at_most = _weigh(found, folded)
    if at_most is Outcome.ALLOW:
        return None
    start = found[0].start
    return Finding(
        found=folded[start : min(found[-1].end, start + 100)],
        at_most=at_most,
        names=tuple(each.name for each in found),
        ids=tuple(each.ids for each in found),
    )


def _weigh(found: list[Marked], folded: str) -> Outcome:
    """Say how sure it is that numbers beside names are marks."""
    certain = bool(CERTAIN.search(folded))
    exam = bool(EXAM.search(folded))
    if _is_sum(found, folded):
        return Outcome.ALLOW
    if CONTEST.search(folded) and not (certain and exam):
        return Outcome.HINT if any(each.is_rank for each in found) else Outcome.ALLOW
    if POINTS.search(folded) and not exam:
        is_said = any(each.is_points for each in found)
        return Outcome.FLAG if is_said else Outcome.ALLOW
    are = sum(each.is_rank for each in found) > 1 or _are_marks(
        found, folded, certain=certain, exam=exam
    )
    return Outcome.REFUSE if are else Outcome.ALLOW


def _is_sum(found: list[Marked], folded: str) -> bool:
    """Tell a sum about 小明 and 小红, whom no roster knows, from marks."""
    if not ASKED.search(folded):
        return False
    return all(each.name.startswith("小") and not each.ids for each in found)


def _are_marks(found: list[Marked], folded: str, *, certain: bool, exam: bool) -> bool:
    """Tell marks from seats, sizes, sums and whatever else stands beside names."""
    is_said = certain or any(each.is_points for each in found)
    if OTHER_NUMBERS.search(folded) and not is_said:
        return False
    values = [each.value for each in found if each.value is not None]
    if not values:
        return is_said or exam or len(found) > 2
    if is_counting(values) and not certain:
        return False
    if (is_said or exam) and max(values) <= HIGHEST_TOTAL:
        return True
    return may_be_marks(values)


def _in_rows(folded: str, pupils: PupilFinder) -> Finding | None:
    return _of_table(rows_of(folded), pupils, folded) if "\n" in folded else None


def _of_table(rows: Sequence[Row], pupils: PupilFinder, words: str) -> Finding | None:
    table = mark_table(rows, pupils)
    if table is None or len(table.names) < 2:
        return None
    if OTHER_NUMBERS.search(words) and not (table.says_marks or CERTAIN.search(words)):
        return None
    return Finding(
        found=" ".join(table.names)[:100],
        at_most=Outcome.REFUSE,
        names=table.names,
        ids=tuple(
            known[0].ids if (known := pupils.find(name)) else frozenset()
            for name in table.names
        ),
    )


def _grouped(folded: str, pupils: PupilFinder) -> Finding | None:
    """Find a rank or a range of marks, and those who reached it: «前三名:…»."""
    for match in GROUP.finditer(folded):
        names = [
            each
            for each in re.split(r"[、, /和\d.\n]+", match["names"])
            if is_likely(each.removesuffix("同学")) or pupils.find(each)
        ]
        if not names:
            continue
        is_grade = IS_GRADE.match(match[0]) is not None
        certain = bool(CERTAIN.search(folded) or EXAM.search(folded))
        if is_grade and not certain:
            continue
        return Finding(
            found=match[0][:100],
            at_most=Outcome.HINT
            if CONTEST.search(folded) and not EXAM.search(folded)
            else Outcome.REFUSE,
            names=tuple(names),
        )
    return None


def _one(folded: str, pupils: PupilFinder) -> Finding | None:
    """Find a sentence that gives the mark or rank of one pupil away."""
    known = {named.start: named for named in pupils.find(folded)}
    for match in ONE.finditer(folded):
        start = match.start()
        named = known.get(start)
        before = folded[start - 1 : start]
        if named is None and not _is_apart(match["name"], before):
            continue
        return Finding(
            found=match[0][:100],
            at_most=_weigh_one(folded),
            names=(match["name"],),
            ids=(named.ids,) if named else (),
            of_own=bool(OF_OWN.search(folded)),
        )
    return _one_known(folded, pupils)


def _is_apart(name: str, before: str) -> bool:
    """Whether a likely name begins here, and is not the rest of a word."""
    is_clear = len(name) > 2 or not HAN_CHARACTER.match(before)
    return (is_clear or before in BEFORE_ONE) and is_likely(name)


def _one_known(folded: str, pupils: PupilFinder) -> Finding | None:
    """The same of pupils whose names nobody would take for names."""
    for named in pupils.find(folded):
        match = SAID_OF.match(folded, named.end)
        if match is None:
            continue
        name = folded[named.start : named.end]
        return Finding(
            found=(name + match[0])[:100],
            at_most=_weigh_one(folded),
            names=(name,),
            ids=(named.ids,),
            of_own=bool(OF_OWN.search(folded)),
        )
    return None


def _one_marked(found: list[Marked], folded: str) -> Finding | None:
    """Find one name with so many points: «张三85分»."""
    for each in found:
        is_mark = each.is_points and (each.value or 0) >= 20
        if is_mark and not _is_sum([each], folded):
            return Finding(
                found=folded[each.start : each.end],
                at_most=_weigh_one(folded),
                names=(each.name,),
                ids=(each.ids,) if each.ids else (),
                of_own=bool(OF_OWN.search(folded)),
            )
    return None


def _weigh_one(folded: str) -> Outcome:
    exam = EXAM.search(folded)
    if (CONTEST.search(folded) or POINTS.search(folded)) and not exam:
        return Outcome.HINT
    return Outcome.REFUSE


def _one_in_english(text: str) -> Finding | None:
    match = said_of_one(text)
    if match is None:
        return None
    folded = fold(match[0])
    contest = CONTEST.search(folded)
    return Finding(
        found=match[0][:100],
        at_most=Outcome.HINT if contest else Outcome.REFUSE,
        names=(match["name"],),
        of_own=bool(OF_OWN.search(fold(text))),
    )


def _ordered(folded: str) -> Finding | None:
    """Find pupils in the order of their marks: «王浩>李梅»."""
    match = ORDERED.search(folded) if ">" in folded else None
    if match is None or not (CERTAIN.search(folded) or EXAM.search(folded)):
        return None
    return Finding(found=match[0][:100], at_most=Outcome.REFUSE)


def _listed_in_english(text: str) -> Finding | None:
    match = listed_by_rank(text)
    if match is None:
        return None
    contest = CONTEST.search(fold(text))
    return Finding(
        found=match[0][:100], at_most=Outcome.HINT if contest else Outcome.REFUSE
    )


def _numbered(folded: str) -> Finding | None:
    """Find marks beside pupils' numbers, and what says how a whole class did."""
    numbered = BY_NUMBER.findall(folded)
    is_said = all(each.endswith("分") for each in numbered)
    is_game = CONTEST.search(folded) or POINTS.search(folded)
    is_of_marks = CERTAIN.search(folded) or "学号" in folded
    if len(numbered) > 2 and (is_of_marks or (is_said and not is_game)):
        return Finding(found="、".join(numbered)[:100], at_most=Outcome.HOLD)
    mean = MEAN.search(folded)
    return Finding(found=mean[0], at_most=Outcome.HINT) if mean else None
