"""
Which names look like those of the staff: by confusable letters, or by a title alone.

What becomes of such a name is decided elsewhere.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.people import LONGEST_NAME, OF_PARENTS, TITLES, Person
from appservice.domain.text import fold

_STAFF_TITLES: Final = (
    *(title for post, title in TITLES.items() if post not in OF_PARENTS),
    *("老师", "教师", "主任", "副校长", "教导主任", "系统管理员"),
    *("teacher", "principal", "headmaster", "administrator"),
)
# Characters that pass for others in the small type of a list of members.
_ALIKE: Final = str.maketrans(
    "曰末己巳入士夭戌戍茶冼ロニハカタトエー01i",
    "日未已已人土天戊戊荼洗口二八力夕卜工一oll",
)
_NO_WORD: Final = re.compile(r"[\W_]+")
_RIGHT_TO_LEFT: Final = "\u202e"


class StaffNames:
    """
    What the names of a school's staff look like.

    It is asked often, and made once for a roster.
    """

    def __init__(
        self,
        names: Mapping[PersonId, Iterable[str]],
        *,
        surnames: Iterable[str],
        people: Collection[Person],
    ) -> None:
        """
        Args:
            names: Those of each of the staff.
            surnames: What they are called by before 老师.
            people: All of the roster: its subjects and classes may stand beside a name.
        """
        self._surnames = set(map(_look, surnames))
        self._bearers: dict[str, set[PersonId]] = {}
        for person_id, forms in names.items():
            for form in forms:
                self._bearers.setdefault(_look(form) or form, set()).add(person_id)
        self._apart = _titles_and_name(people)

    def resembles(self, displayname: str, *, bearer: Person | None) -> bool:
        """Tell whether a name passes for one of these; a bearer of None: a stranger."""
        before, reversing, after = displayname[:LONGEST_NAME].partition(_RIGHT_TO_LEFT)
        shown = [before + after] + ([before + after[::-1]] if reversing else [])
        return any(self._passes(_look(each), bearer) for each in shown)

    def _passes(self, look: str, bearer: Person | None) -> bool:
        name, is_titled = look, False
        if look not in self._bearers and (apart := self._apart.fullmatch(look)):
            name = apart["name"]
            is_titled = any(map(_TITLE.search, apart.group("before", "after")))
        if name in self._bearers:
            # A pupil may have a teacher's name, and put their class before it.
            is_beside = name != look and not is_titled
            is_own = bearer and is_beside and name == _look(bearer.name)
            return not is_own and (not bearer or bearer.id not in self._bearers[name])
        if not is_titled or (bearer is not None and bearer.is_staff):
            return False
        return not name or name in self._surnames


def _titles_and_name(people: Collection[Person]) -> re.Pattern[str]:
    """Tell titles, subjects and classes before and after a name from it."""
    words = {word for each in people for word in (*each.subjects, *each.classes)}
    scopes = {post.scope for each in people for post in each.posts if post.scope}
    known = _one_of([*_STAFF_TITLES, *words, *scopes])
    return re.compile(rf"(?P<before>{known}*+)(?P<name>.{{0,64}}?)(?P<after>{known}*+)")


def _look(name: str) -> str:
    """Reduce a name to what one sees of it at a glance."""
    seen = _NO_WORD.sub("", fold(name[:LONGEST_NAME])).translate(_ALIKE)
    return seen.replace("rn", "m").replace("vv", "w")


def _one_of(words: Iterable[str]) -> str:
    looks = sorted({_look(word) for word in words} - {""}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, looks))})"


_TITLE: Final = re.compile(_one_of(_STAFF_TITLES))
