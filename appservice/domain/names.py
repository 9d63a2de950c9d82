"""
Which names are accepted in a room, and how names are compared.

A policy's templates (B1-30, B1-31, B2-04, B3-06, B3-07) are filled in from the roster.
What looks like a name of the staff's is ``impostors.py``'s to say; what becomes of a
false name is decided elsewhere.
"""

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final

from appservice.domain.ids import PersonId
from appservice.domain.impostors import StaffNames
from appservice.domain.people import LONGEST_NAME, OF_PARENTS, TITLES, Person, Role
from appservice.domain.policy import Policy
from appservice.domain.spelling import nearest
from appservice.domain.text import fold

VARIABLES: Final = frozenset(
    {"name", "surname", "student", "relation", "subject", "number", "class", "post"}
)
"""
What may stand in the braces of a template. ``student`` is a guardian's pupil, or the
pupil; ``number`` goes with it; ``class`` is the room's scope, for those who belong to
it; ``post`` the title of an office held here.
"""

_FEWEST_DIGITS: Final = 2
_OF_STAFF: Final = TITLES.keys() - OF_PARENTS | {"teacher", "staff"}
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_COMPOUND_SURNAME: Final = re.compile(
    "欧阳|司马|上官|诸葛|司徒|司空|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|令狐|轩辕|东方|"
    "南宫|西门|独孤|端木|百里|呼延|东郭|申屠|澹台|公冶|宗政|濮阳|淳于|太叔|钟离|闻人|"
    "赫连|拓跋|鲜于|闾丘|第五|万俟|完颜|纳兰"
)
_DOTS: Final = "·•・‧∙⋅ꞏ⸱ᐧ●."
_BETWEEN_PUPILS: Final = re.compile(r"(?<=\w)[、/&,+](?=\w)")


def check_template(template: str) -> None:
    """Raise ValueError, with what is wrong, for a template that cannot be filled in."""
    for name in _FIELD.findall(template):
        if name not in VARIABLES:
            hint = nearest(name, VARIABLES)
            raise ValueError(f'"{name}" in "{template}" is not a variable; {hint}')
    if set("{}") & set(_FIELD.sub("", template)):
        why = 'has a brace without its pair; write e.g. "{student}妈妈"'
        raise ValueError(f'"{template}" {why}')
    if not normal(template):
        raise ValueError(f'"{template}" is no name: it is empty or too long')


def normal(name: str) -> str:
    """
    Return what two names are compared by; "" for one that is never accepted.

    Width, case, white space, kinds of dots and brackets, Traditional and Simplified
    make no difference, nor does what joins the names of two pupils («、», «/», «&»).
    What cannot be seen does: with it, a name is another.
    """
    if len(name) > LONGEST_NAME:
        return ""
    before = None
    while name != before:  # what comes together where a space went may compose
        before = name
        folded = unicodedata.normalize("NFKC", name).casefold()
        name = _BETWEEN_PUPILS.sub("", "".join(map(_plain, folded)))
    return name


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    if character.isspace() and not "\x1c" <= character <= "\x1f":
        return ""
    if character in _DOTS:
        return "·"
    if "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U00031fff":
        return fold(character)
    return {"Ps": "(", "Pe": ")"}.get(unicodedata.category(character), character)


def surname(name: str) -> str:
    """
    Return what somebody is called by before 老师.

    Of a name with «·» that is what stands before it, as with Uyghur and Tibetan names;
    of a Latin one the last word, or what stands before a comma.
    """
    name = name.strip()
    before, dot, _ = re.sub(f"[{_DOTS[:-1]}]", "·", name).partition("·")
    if dot and before.strip():
        return before.strip()
    if unicodedata.name(name[:1] or " ", "").startswith("LATIN"):
        before, comma, _ = name.partition(",")
        return before.strip() if comma else name.split()[-1]
    # With two characters in all, 欧阳 is Mr Ou.
    is_compound = len(name) > 2 and _COMPOUND_SURNAME.fullmatch(normal(name[:2]))
    return name[: 2 if is_compound else 1]


class NameBook:
    """
    The accepted names of one room: a policy's templates applied to the roster.

    It remembers what it was asked: make one for a kind and scope of rooms and a roster.
    """

    def __init__(
        self, *, policy: Policy, scope: str | None, people: Mapping[PersonId, Person]
    ) -> None:
        self._policy = policy
        self._scope = scope
        self._people = people
        self._forms: dict[PersonId, tuple[str, ...]] = {}
        self._numbers: dict[bool, dict[tuple[str, Role], set[str | None]]] = {}

    def forms(self, person: Person) -> tuple[str, ...]:
        """
        List somebody's accepted names, the one that names are put right to first.

        Empty where no template applies: then any name is right.
        """
        if person.id not in self._forms:
            self._forms[person.id] = tuple(self._all_forms(person))
        return self._forms[person.id]

    def keys(self, person: Person) -> frozenset[str]:
        """Return the accepted names as ``normal`` makes them."""
        return frozenset(map(normal, self.forms(person)))

    def is_right(self, person: Person, displayname: str | None) -> bool:
        """Tell whether a display name (None: there is none) is an accepted one."""
        return not self.forms(person) or normal(displayname or "") in self.keys(person)

    def resembles_staff(self, displayname: str, *, person: Person | None) -> bool:
        """
        Tell whether a name passes for that of somebody of the staff.

        Its bearer (None: a stranger) may use their own, even if a teacher has the same.
        """
        own = {*self.keys(person), normal(person.name)} if person else set()
        if normal(displayname) in own:
            return False
        return self._staff.resembles(displayname, bearer=person)

    @cached_property
    def _staff(self) -> StaffNames:
        people = self._people.values()
        employed = [each for each in people if each.is_staff]
        return StaffNames(
            {each.id: self._as_staff(each) for each in employed},
            surnames=[surname(each.name) for each in employed],
            people=people,
        )

    def _as_staff(self, person: Person) -> list[str]:
        # A teacher's names as a parent are no more theirs than the other parent's.
        forms = [form for key, form in self._filled(person) if key in _OF_STAFF]
        return [person.name, *forms]

    def _all_forms(self, person: Person) -> Iterable[str]:
        if not any(True for _ in self._templates(person)):
            return ()
        plain = self._plain_forms(person)
        digits = self._digits(person, plain[0])
        filled = self._filled(person, digits=digits or _FEWEST_DIGITS)
        short = [form for _, form in filled]
        # Of people with the same name, the digits are what tells them apart (X19).
        first = short[:1] if digits else []
        return filter(normal, dict.fromkeys([*first, *plain, *short]))

    def _plain_forms(self, person: Person) -> list[str]:
        return [form for _, form in self._filled(person)] or [person.name]

    def _templates(self, person: Person) -> Iterator[tuple[str, str]]:
        """Go through who somebody is (post or role) and how such people are named."""
        templates = self._policy.names.templates
        held = self._held(person)
        posts = [name for name in templates if name in held]
        roles = [self._policy.role_of(person), *(r for r in Role if r in person.roles)]
        for key in [*posts, *dict.fromkeys(role.value for role in roles)]:
            for template in templates.get(key, ()):
                yield key, template

    def _held(self, person: Person) -> set[str]:
        here = (None, self._scope)
        return {post.name for post in person.posts if post.scope in here}

    def _filled(
        self, person: Person, *, digits: int | None = None
    ) -> Iterator[tuple[str, str]]:
        """
        Fill in somebody's templates; one whose variable has no value gives nothing.

        With ``digits``, only those with a number, cut to so many of its last digits.
        """
        for key, template in self._templates(person):
            used = _variables(template)
            if digits and "number" not in used:
                continue
            values = self._values(person, key)
            choices = [
                [{name: v} for v in values[name]] for name in values if name in used
            ]
            if used & {"student", "number"}:
                choices.append(self._numbered(person, used))
            for chosen in itertools.product(*choices):
                filling = {name: v for each in chosen for name, v in each.items()}
                if digits:
                    filling["number"] = filling["number"][-digits:]
                yield key, template.format_map(filling)

    def _values(self, person: Person, key: str) -> dict[str, tuple[str, ...]]:
        held = {key} if key in TITLES else self._held(person)
        return {
            "name": (person.name,),
            "surname": (surname(person.name),),
            "relation": (person.relation,) if person.relation else (),
            "subject": person.subjects,
            "class": (self._scope,) if self._scope and self._belongs(person) else (),
            "post": tuple(title for post, title in TITLES.items() if post in held),
        }

    def _numbered(self, person: Person, used: frozenset[str]) -> list[dict[str, str]]:
        """List the values of ``student`` and ``number``, which go together."""
        named = self._pupils(person) if "student" in used else [person]
        if "number" in used:
            return [{"student": p.name, "number": p.number} for p in named if p.number]
        names = [p.name for p in named]
        # Twins may share a guardian's account (X28); which comes first is no matter.
        orders = itertools.permutations(names) if len(names) in (2, 3) else [names]
        return [{"student": name} for name in [*names, *map("".join, orders)]]

    def _pupils(self, person: Person) -> list[Person]:
        """List a guardian's pupils of this scope, or else all; or the pupil."""
        pupils = [self._people[each] for each in person.pupils if each in self._people]
        if not pupils:
            return [person] if Role.STUDENT in person.roles else []
        return [p for p in pupils if self._scope in p.classes] or pupils

    def _belongs(self, person: Person) -> bool:
        scopes = person.classes.union(*(p.classes for p in self._pupils(person)))
        return self._scope in scopes | {post.scope for post in person.posts}

    def _digits(self, person: Person, form: str) -> int | None:
        """Count the last digits that tell namesakes apart; None without namesakes."""
        if person.user_id is None or self._number(person) is None:
            return None
        alike = self._namesakes(belong=self._belongs(person))
        numbers = alike[normal(form), self._policy.role_of(person)]
        known = [each for each in numbers if each]
        digits = _FEWEST_DIGITS
        while len({each[-digits:] for each in known}) < len(known):
            digits += 1
        return digits if len(numbers) > 1 else None

    def _namesakes(self, *, belong: bool) -> dict[tuple[str, Role], set[str | None]]:
        """Collect the numbers of those with an account, by name and role."""
        if belong not in self._numbers:
            found: dict[tuple[str, Role], set[str | None]] = defaultdict(set)
            for each in self._people.values():
                if each.user_id and self._belongs(each) is belong:
                    name = normal(self._plain_forms(each)[0])
                    found[name, self._policy.role_of(each)].add(self._number(each))
            self._numbers[belong] = found
        return self._numbers[belong]

    def _number(self, person: Person) -> str | None:
        """Return the number that would stand in somebody's name, if any would."""
        for _, template in self._templates(person):
            used = _variables(template)
            if "number" in used:
                return next((p["number"] for p in self._numbered(person, used)), None)
        return None


@lru_cache(maxsize=256)
def _variables(template: str) -> frozenset[str]:
    return frozenset(_FIELD.findall(template))
