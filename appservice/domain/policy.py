"""A policy: everything a school has decided for one kind of room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from appservice.domain.house import Features, Names, RightLevels, Settings
from appservice.domain.ids import ClauseId, KindName
from appservice.domain.people import Person, Post, Right, Role
from appservice.domain.rule import ActiveRule


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one room kind with their settings, its roles and rights."""

    kind: KindName
    title: str
    """What this kind of room is called in Chinese."""
    title_en: str
    version: str
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
