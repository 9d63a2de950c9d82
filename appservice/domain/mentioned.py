"""Who is spoken of in a text: by the roster for sure, without one most likely."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.likely_names import ENGLISH, HAN, NAME, is_likely
from appservice.domain.pupils import PupilFinder

_MOST: Final = 200
"""People of one text who are looked at."""

_BEFORE: Final = frozenset(
    "你他她了这那就仅说是有和与跟同班的喜扬评叫们像看让对比给把被诉听只连祝学生为找请到"
    "及或级组人天午"
)
_AFTER: Final = re.compile(
    rf"(?![{HAN}])|同学|小朋友|妈|爸|家[长住里庭的]"
    r"|[的是在被和与及跟又把有因今昨前上下最没不未总也都常老经竟居刚才正已曾就会要每到去]"
    r"|[从患得偷打骂抄作逃旷早抽吸喝顶欺拖迟违玩住电手联生身病晕吐发感请缺数语英考成小确检查受]"
)
_SURE_AFTER: Final = re.compile("同学|小朋友")
_LIKELY: Final = re.compile(NAME)
_LATIN: Final = re.compile(rf"(?<![a-z])(?:{ENGLISH})(?![a-z])")
_TITLE: Final = re.compile(
    r"老师|主任|校长|教练|师傅|经理|医生|警官|院长|书记|教授|先生|女士|总"
)


class Certainty(IntEnum):
    """How sure it is that a pupil is meant."""

    LIKELY = 1
    GIVEN = 2
    """A given name of the room's own class."""
    FULL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Where somebody's name stands in a folded text."""

    start: int
    end: int
    certainty: Certainty
    ids: frozenset[PersonId] = frozenset()


def mentions(folded: str, pupils: PupilFinder) -> tuple[Mention, ...]:
    """List the pupils spoken of, those of the roster first."""
    known = tuple(
        Mention(
            start=named.start,
            end=named.end,
            certainty=Certainty.FULL if named.is_full else Certainty.GIVEN,
            ids=named.ids,
        )
        for named in pupils.find(folded)[:_MOST]
    )
    taken = {mention.start for mention in known}
    return (
        *known,
        *(each for each in _likely(folded) if each.start not in taken),
    )


def _likely(folded: str) -> Iterator[Mention]:
    for number, match in enumerate(_LIKELY.finditer(folded)):
        if number == _MOST:
            break
        end = _end(folded, match)
        if end is not None:
            yield Mention(start=match.start(), end=end, certainty=Certainty.LIKELY)
    for number, match in enumerate(_LATIN.finditer(folded)):
        if number == _MOST:
            break
        yield Mention(start=match.start(), end=match.end(), certainty=Certainty.LIKELY)


def _end(folded: str, match: re.Match[str]) -> int | None:
    """Say where a likely name ends: after it, something is said of a person."""
    start = match.start()
    before = folded[start - 1 : start]
    is_apart = not _is_han(before) or before in _BEFORE
    for end in range(match.end(), start + 1, -1):
        if (
            (is_apart or end - start > 2 or _SURE_AFTER.match(folded, end))
            and is_likely(folded[start:end])
            and (_begins(folded, start) or _AFTER.match(folded, end))
            and not _TITLE.match(folded, end)
        ):
            return end
    return None


def _begins(folded: str, start: int) -> bool:
    """Whether a clause begins here: then its subject may well be a person."""
    return start == 0 or folded[start - 1] in "。!?;,、:\n"


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
