"""A policy: everything a school has decided for one kind of room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType

from appservice.domain.actions import Quote
from appservice.domain.house import (
    Acceptance,
    Digest,
    Features,
    Names,
    Reviews,
    RightLevels,
    Settings,
)
from appservice.domain.ids import ClauseId, KindName
from appservice.domain.people import Person, Post, Right, Role
from appservice.domain.rule import ActiveRule


class Mode(Enum):
    """How a clause is kept; the words of the rule catalogue."""

    AUTO = "AUTO"
    """By the service alone, reversibly."""
    HOLD = "HOLD"
    """Hidden by the service until a person decides."""
    REVIEW = "REVIEW"
    """Flagged; a person decides."""
    REMIND = "REMIND"
    RECORD = "RECORD"
    REPORT = "REPORT"
    HINT = "HINT"
    """Told to the author, without any consequence."""
    HUMAN = "HUMAN"
    """By a person's decision only."""
    ATTEST = "ATTEST"
    TEXT = "TEXT"
    """Shown as a rule, and not kept by software."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whose rules a policy is made of (A02, B2-23, B2-24, B3-35)."""

    document: str = ""
    """Its name without 《》."""
    issuer: str = ""
    interpreter: str = ""
    """Whom to ask what a rule means, and whom to tell of a mistake."""
    effective_from: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of the school's written rules."""

    id: ClauseId
    document: str
    """The document it stands in, without 《》."""
    text: str
    """As written, in Chinese."""
    summary: str
    """The same in English."""
    place: str = ""
    """Where it stands in the document, such as ``信息发布要求第5条``."""
    place_en: str = ""
    modes: frozenset[Mode] = frozenset()
    """How it is kept, as the rule catalogue says."""

    def quote(self) -> Quote:
        """Quote it as it stands now, for a notice or a record."""
        return Quote(
            clause=self.id,
            document=self.document,
            text=self.text,
            summary=self.summary,
            place=self.place,
            place_en=self.place_en,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one room kind with their settings, its roles and rights."""

    kind: KindName
    title: str
    """What this kind of room is called in Chinese."""
    title_en: str
    version: str
    source: Source = Source()
    retention_min: timedelta | None = None
    """How long the record is kept at least (A54); None: the school has not said."""
    floors: frozenset[str] = frozenset()
    """Settings that whoever extends this may only tighten."""
    language: str = "zh_Hans"
    """The language of what is posted where all can read it: ``zh_Hans`` or ``en``."""
    roles: tuple[Role, ...]
    """Who belongs here; where somebody has several roles, the first of these counts."""
    rights: Mapping[str, frozenset[Right]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By role (``teacher``) or post (``class_teacher``); they are unioned."""
    rules: tuple[ActiveRule, ...] = ()
    names: Names = field(default_factory=Names)
    levels: RightLevels = field(default_factory=RightLevels)
    features: Features = field(default_factory=Features)
    settings: Settings = field(default_factory=Settings)
    acceptance: Acceptance = field(default_factory=Acceptance)
    digest: Digest = field(default_factory=Digest)
    reviews: Reviews = field(default_factory=Reviews)
    clauses: Mapping[ClauseId, Clause] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def role_of(self, person: Person | None) -> Role:
        """Choose the role somebody has here (X01); ``GUEST`` for None."""
        if person is None:
            return Role.GUEST
        for role in [*self.roles, *list(Role)]:
            if role in person.roles:
                return role
        return Role.GUEST

    def rights_of(
        self, person: Person | None, *, scope: str | None
    ) -> frozenset[Right]:
        """
        Union the rights of somebody's role and posts in a room.

        Args:
            person: None for somebody the roster does not know: no rights.
            scope: What the room belongs to. A post with a scope counts only where it
                is this one; a post without one counts everywhere.
        """
        if person is None:
            return frozenset()
        held = {self.role_of(person).value, *_posts_here(person.posts, scope)}
        return frozenset(
            right for name in held for right in self.rights.get(name, frozenset())
        )

    def scopes_of(self, person: Person, right: Right) -> set[str | None]:
        """List the scopes in which somebody holds a right; None: in all of them."""
        scopes = {
            post.scope
            for post in person.posts
            if right in self.rights.get(post.name, frozenset())
        }
        if right in self.rights.get(self.role_of(person).value, frozenset()):
            scopes.add(None)
        return scopes


def _posts_here(posts: Iterable[Post], scope: str | None) -> set[str]:
    return {post.name for post in posts if post.scope is None or post.scope == scope}
