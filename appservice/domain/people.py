"""Who is who: people of the roster, their roles, posts and rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from appservice.domain.ids import PersonId, UserId


class Role(Enum):
    """What someone is. In the order in which one is chosen where several fit."""

    STAFF = "staff"
    TEACHER = "teacher"
    GUARDIAN = "guardian"
    STUDENT = "student"
    GUEST = "guest"
    """Somebody the roster does not know. The strictest role."""

    @property
    def is_staff(self) -> bool:
        return self in (Role.STAFF, Role.TEACHER)


class Right(Enum):
    """What a person may do in a room."""

    OWN = "own"
    MODERATE = "moderate"
    REVIEW = "review"
    STOP = "stop"
    ANNOUNCE = "announce"
    OVERSEE = "oversee"
    KEEP_RECORDS = "keep_records"


POSTS: Final = frozenset(
    {
        "class_teacher",
        "subject_head",
        "year_head",
        "department_head",
        "administrator",
        "committee_member",
        "data_protection_contact",
        "principal",
    }
)
"""The offices that rosters and policies may name."""

OF_PARENTS: Final = frozenset({"committee_member"})
"""Those of them that parents hold."""

TITLES: Final[Mapping[str, str]] = {
    "principal": "校长",
    "department_head": "部门负责人",
    "year_head": "年级组长",
    "subject_head": "学科组长",
    "class_teacher": "班主任",
    "administrator": "管理员",
    "data_protection_contact": "数据保护联系人",
    "committee_member": "家委会",
}
"""What the posts are called in Chinese."""

LONGEST_NAME: Final = 256
"""Characters; Synapse refuses longer ones."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Post:
    """An office somebody holds, such as ``class_teacher`` of ``三年级2班``."""

    name: str
    scope: str | None = None
    """A class, subject, year or department; None is the whole school."""

    def __str__(self) -> str:
        return f"{self.name}:{self.scope}" if self.scope else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of the roster."""

    id: PersonId
    name: str
    roles: frozenset[Role]
    classes: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ()
    pupils: tuple[PersonId, ...] = ()
    """The children of a guardian."""
    relation: str | None = None
    number: str | None = None
    """A pupil's number; only where a policy's names ask for it (X19)."""
    language: str | None = None
    """What they are written to in, ``zh_Hans`` or ``en``; None: as the room kind."""
    user_id: UserId | None = None
    posts: frozenset[Post] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether they work at the school, whatever else they are."""
        return any(role.is_staff for role in self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Whoever sent an event, as far as a rule may know: what they are, not who."""

    user_id: UserId
    role: Role
    rights: frozenset[Right] = frozenset()
    is_known: bool = True
    """Whether the roster has them."""
    works_here: bool = False
    """Whether they are staff, even where another of their roles counts (X01)."""
    outranks_service: bool = False
    """Whether their power level is at or above the service's own."""

    @property
    def is_staff(self) -> bool:
        """Whether they are staff: a teacher who is a parent here is still one."""
        return self.works_here or self.role.is_staff

    @property
    def is_protected(self) -> bool:
        """Whether nothing is ever done to them without a person."""
        return (
            self.is_staff
            or self.outranks_service
            or Right.OWN in self.rights
            or Right.MODERATE in self.rights
        )
