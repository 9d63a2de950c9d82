"""
Whom somebody means by what they wrote: an id, a name, or enough of one.

Between two people nothing is ever guessed: who mutes somebody must have named them.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.names import NameBook, normal
from appservice.domain.people import LONGEST_NAME, TITLES, Person
from appservice.domain.spans import take

NEAR_AT_MOST: Final = 5

_SEPARATORS: Final = " \t\r\n\v\f\u3000\u00a0,，、;；:："
_JOINS: Final = frozenset("·•・‧∙.-‐'’_、/&+")
"""What may stand within a name, where a letter follows."""
_CHINESE_SPAN: Final = re.compile(
    "(?:半|[一二两三四五六七八九十]+)个?(?:半?小时|钟头|分钟|刻钟|天|周|星期|小時|分鐘)"
    r"|[到至](?:[今明后]|周|星期|早|晚|上午|下午|中午|\d)|[今明后]天|今晚|明早"
)
_LOOKS_LIKE_ID: Final = re.compile(r"@[^\s:]+:\S+")
_ANY_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""To read spans by: "to 6pm" is not the beginning of Tom, whatever the time is."""
_NO_NAMES: Final = frozenset(
    map(normal, [*TITLES.values(), "老师", "主任", "监护人", "家长", "teacher"])
)
_WORD: Final = re.compile(r"[^\W\d_]\w*")
_LATIN: Final = re.compile(r"[^\W\d_][\w'’-]*")
_CLOSE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whom a text begins with."""

    person: Person | None
    rest: str
    """The text after the name, without separators at its ends."""
    near: tuple[str, ...] = ()
    """Names to suggest where nobody or several fit; each of them means one person."""
    is_part: bool = False
    """Whether it is only a part of their name that was written."""
    fits_several: bool = False
    """Whether what was written fits each of those near, and not only resembles them."""


def find(text: str, book: NameBook, people: Sequence[Person]) -> Match:
    """
    Find the person whom a text begins with.

    Args:
        text: As written; the name may have an «@» before it, and is followed by its
            end, white space, punctuation, or a number or duration ("小明2小时").
        people: Who may be meant, each with an account.

    Returns:
        Whoever has the longest name that fits, else the only one whose name contains
        what was written (two characters at least).
    """
    head = text.lstrip(_SEPARATORS)
    if head[:1] in {"@", "＠"}:
        head = f"@{head[1:]}"
        found = _by_id(head, people)
        if found is not None:
            return found
        head = head[1:].lstrip(_SEPARATORS)
    search = _Search(book, people)
    cuts = list(_cuts(head, search.longest))
    found = search.whole(head, cuts)
    if found is None and take(head, now=_ANY_TIME)[0] is None:
        found = search.part(head, cuts) or search.alike(head)
    return found or Match(person=None, rest=_after_word(head))


def _by_id(text: str, people: Iterable[Person]) -> Match | None:
    by_id = {each.user_id: each for each in people if each.user_id}
    for user_id, person in sorted(by_id.items(), key=lambda item: -len(item[0])):
        end = len(user_id)
        if text[:end].lower() == user_id and _ends_id(text[end : end + 2]):
            return Match(person=person, rest=text[end:].strip(_SEPARATORS))
    if written := _LOOKS_LIKE_ID.match(text[:LONGEST_NAME]):
        near = difflib.get_close_matches(written[0].lower(), by_id, NEAR_AT_MOST, 0.8)
        return Match(person=None, rest=_after_word(text), near=tuple(near))
    return None


def _ends_id(after: str) -> bool:
    """Tell @li:school.example from the beginning of @li:school.example.org."""
    if after[:1] in {".", ":"}:
        return not after[1:].isalnum()
    return not (after[:1].isascii() and (after[:1].isalnum() or after[:1] in {*"-_"}))


def _after_word(text: str) -> str:
    return "".join(text.split(maxsplit=1)[1:]).strip(_SEPARATORS)


def _cuts(text: str, longest: int) -> Iterator[tuple[int, str]]:
    """Go through where a name may end, with what would be the name (``normal``)."""
    for end in range(1, min(len(text), LONGEST_NAME) + 1):
        if _ends_name(text, end):
            key = normal(text[:end])
            if len(key) > longest:
                return
            yield end, key


def _ends_name(text: str, end: int) -> bool:
    before, after, then = text[end - 1], text[end : end + 1], text[end + 1 : end + 2]
    if before.isspace() or before in _JOINS:
        return False
    if not after or after.isspace():
        return True
    if after in _JOINS:
        return not then.isalpha()
    if after.isdigit():
        return not before.isdigit()
    if unicodedata.category(after) == "Ps":
        return not then.isdigit()  # 李明(05) may be another 李明
    is_mark = unicodedata.category(after)[0] in "PS"
    return is_mark or _CHINESE_SPAN.match(text, end) is not None


class _Search:
    """One look for a person: the names of all who may be meant."""

    def __init__(self, book: NameBook, people: Iterable[Person]) -> None:
        self._book = book
        self._people = {each.id: each for each in people}
        self._known: dict[str, set[PersonId]] = {}
        for person in self._people.values():
            for key in {*book.keys(person), normal(person.name)} - {""}:
                self._known.setdefault(key, set()).add(person.id)
        self.longest = max(map(len, self._known), default=0)

    def whole(self, text: str, cuts: Sequence[tuple[int, str]]) -> Match | None:
        """Match whole names, the longest first."""
        for end, key in reversed(cuts):
            if key in self._known:
                return self._match(self._known[key], text[end:])
        return None

    def part(self, text: str, cuts: Sequence[tuple[int, str]]) -> Match | None:
        """Match parts of names, the longest first."""
        for end, key in reversed(cuts):
            if len(key) < 2 or not key[0].isalpha() or key in _NO_NAMES:
                continue
            ids = self._beginning(key) if key[0].isascii() else self._containing(key)
            fit = {each for each in ids if not _is_beside(key, self._people[each])}
            if fit:
                return replace(self._match(fit, text[end:]), is_part=True)
        return None

    def alike(self, text: str) -> Match | None:
        """Suggest those whose names are like the first word."""
        word = _WORD.match(text[:LONGEST_NAME])
        if word is None:
            return None
        close = difflib.get_close_matches(
            normal(word[0]), self._known, n=NEAR_AT_MOST, cutoff=_CLOSE
        )
        ids = dict.fromkeys(each for key in close for each in self._known[key])
        return Match(person=None, rest=_after_word(text), near=self._names(ids))

    def _containing(self, key: str) -> set[PersonId]:
        return {
            each for name, ids in self._known.items() if key in name for each in ids
        }

    def _beginning(self, key: str) -> set[PersonId]:
        """Find whose name has a word that begins so: "an" is not Dan."""
        return {each for tail, each in self._tails if tail.startswith(key)}

    @cached_property
    def _tails(self) -> list[tuple[str, PersonId]]:
        return [
            (normal(name[word.start() :]), person.id)
            for person in self._people.values()
            for name in {person.name, *self._book.forms(person)}
            for word in _LATIN.finditer(name)
        ]

    def _match(self, ids: Iterable[PersonId], after: str) -> Match:
        rest = after.strip(_SEPARATORS)
        first, *others = ids
        if not others:
            return Match(person=self._people[first], rest=rest)
        return Match(
            person=None,
            rest=rest,
            near=self._names(filter({*ids}.__contains__, self._people)),
            fits_several=True,
        )

    def _names(self, ids: Iterable[PersonId]) -> tuple[str, ...]:
        people = [self._people[each] for each in ids]
        return tuple(map(self._name, people[:NEAR_AT_MOST]))

    def _name(self, person: Person) -> str:
        """Choose a name that nobody else is meant by: the id, if there is no other."""
        names = [*self._book.forms(person)[:1], person.name]
        own = (name for name in names if len(self._known.get(normal(name), ())) == 1)
        return next(own, person.user_id or person.name)


def _is_beside(key: str, person: Person) -> bool:
    """Whether what was written stands only beside somebody's name."""
    return key in map(normal, filter(None, [*person.subjects, person.relation]))
