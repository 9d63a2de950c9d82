"""One policy's file into a ``Policy``, with every mistake named by line and key."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from appservice.document_trees import line_of, overlay, split, word
from appservice.documents import ConfigError, Mistake, Raw, Reader
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
from appservice.domain.lexicon import Lexicon
from appservice.domain.names import check_template
from appservice.domain.people import POSTS, Right, Role
from appservice.domain.policy import Policy, Source
from appservice.domain.rule import ActiveRule
from appservice.domain.rules import all_rules, features
from appservice.domain.spelling import nearest
from appservice.policies import floors
from appservice.policies.clauses import Quotation, Quotations

_OFF: Final = "off"
"""Instead of settings: a rule that the policy extended has, and this one has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """What may stand in a policy's file."""

    title: str
    title_en: str
    version: str
    document: str = ""
    """The regulation these are the rules of, without 《》 (A02); "": the title."""
    issuer: str = "学校"
    interpreter: str = "学校"
    effective_from: date = date.min
    retention_min: timedelta | None = None
    floors: frozenset[str] = frozenset()
    acceptance: Acceptance = field(default_factory=Acceptance)
    digest: Digest = field(default_factory=Digest)
    reviews: Reviews = field(default_factory=Reviews)
    language: Literal["zh_Hans", "en"] = "zh_Hans"
    roles: tuple[Role, ...]
    rights: Mapping[str, frozenset[Right]]
    names: Names = field(default_factory=Names)
    levels: RightLevels = field(default_factory=RightLevels)
    features: Features = field(default_factory=Features)
    settings: Settings = field(default_factory=Settings)
    rules: Mapping[str, Raw] = field(default_factory=lambda: MappingProxyType({}))
    clauses: Mapping[ClauseId, Quotation] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All files there are, to read policies from."""

    files: Mapping[str, Path]
    """By kind: what may be extended."""
    shipped: Path
    """Our directory: a school's file that takes the place of ours may extend ours."""
    clauses: Quotations
    lexicon: Lexicon

    def policy(self, path: Path) -> Policy:
        """
        Read one policy, and those it extends.

        Raises:
            ConfigError: With all mistakes of the file.
        """
        reader = Reader(path)
        own = reader.tree()
        lineage = self._lineage(path, own)
        tree = own_part = split(own, "extends")[1]
        for base in lineage:
            tree = overlay(split(Reader(base).tree(), "extends")[1], tree)
        document = reader.read(tree, _Document)
        if document is None:
            raise ConfigError(reader.mistakes)
        kinds = [KindName(each.stem) for each in (path, *lineage)]
        policy = _policy(reader, tree, document, kinds, self)
        base_policy = self.policy(lineage[0]) if lineage else None
        for mistake in floors.undercut(policy, base_policy):
            reader.complain(
                mistake.text, line=_line(own_part, mistake.key), key=mistake.key
            )
        reader.finish()
        return policy

    def _lineage(self, path: Path, own: Raw) -> tuple[Path, ...]:
        """List the files that one extends, the nearest first."""
        lineage: list[Path] = []
        while (extends := split(own, "extends")[0]) is not None:
            name = word(extends) or ""
            at = lineage[-1] if lineage else path
            # A school's file that takes the place of ours may extend ours.
            shipped = self.shipped / f"{name}.yaml"
            base = shipped if name == at.stem else self.files.get(name)
            if base is None or base in (path, *lineage) or not base.exists():
                others = set(self.files) - {at.stem}
                hint = nearest(name, others)
                text = f'extends "{name}", which cannot be extended; {hint}'
                mistake = Mistake(
                    file=str(at), line=extends.line, key="extends", text=text
                )
                raise ConfigError([mistake])
            lineage.append(base)
            own = Reader(base).tree()
        return tuple(lineage)


def _line(own: Raw, key: str) -> int:
    """Find the line of a setting in a file, or of the section it would stand in."""
    at = own
    for name in key.split("."):
        part, _ = split(at, name)
        if part is None:
            break
        at = part
    return at.line


def _policy(
    reader: Reader,
    tree: Raw,
    document: _Document,
    kinds: Sequence[KindName],
    shelf: Shelf,
) -> Policy:
    """Make a policy of a document; ``kinds``: its own, and those it extends."""
    known = {**shelf.clauses, **document.clauses}
    _check_rights(reader, tree, document)
    _check_templates(reader, tree, document.names)
    rules = (
        *_rules(reader, document, shelf.lexicon, known),
        _features(reader, tree, document.features, known),
    )
    cited = {name for rule in rules for name in _cited(rule.settings)}
    return Policy(
        kind=kinds[0],
        title=document.title,
        title_en=document.title_en,
        version=document.version,
        source=Source(
            document=document.document or document.title,
            issuer=document.issuer,
            interpreter=document.interpreter,
            effective_from=document.effective_from,
        ),
        retention_min=document.retention_min,
        floors=document.floors,
        language=document.language,
        roles=document.roles,
        rights=document.rights,
        names=document.names,
        levels=document.levels,
        features=document.features,
        settings=document.settings,
        acceptance=document.acceptance,
        digest=document.digest,
        reviews=document.reviews,
        rules=rules,
        clauses=MappingProxyType(
            {
                name: quotation.named(name)
                for name, quotation in known.items()
                if name in cited or name in document.clauses or quotation.is_for(kinds)
            }
        ),
    )


def _check_rights(reader: Reader, raw: Raw, document: _Document) -> None:
    rights, _ = split(raw, "rights")
    _check_bearers(reader, rights, document.rights)
    if not any(Right.REVIEW in held for held in document.rights.values()):
        reader.complain(
            'somebody must have the right "review", or nobody decides on what is held',
            line=rights.line if rights is not None else None,
            key="rights",
        )


def _check_bearers(reader: Reader, raw: Raw | None, names: Iterable[str]) -> None:
    """See that the keys of a section are roles and posts."""
    known = {role.value for role in Role} | POSTS
    for name in names:
        if raw is not None and name not in known:
            reader.complain(
                f"is neither a role nor a post; {nearest(name, known)}",
                line=line_of(raw, name),
                key=f"{raw.key}.{name}",
            )


def _check_templates(reader: Reader, raw: Raw, names: Names) -> None:
    section, _ = split(raw, "names")
    templates, _ = split(section, "templates") if section else (None, None)
    _check_bearers(reader, templates, names.templates)
    for bearer, each in names.templates.items():
        for template in each:
            try:
                check_template(template)
            except ValueError as error:
                reader.complain(
                    str(error),
                    line=line_of(templates, template) if templates else None,
                    key=f"names.templates.{bearer}",
                )


def _features(
    reader: Reader,
    raw: Raw,
    wanted: Features,
    clauses: Quotations,
) -> ActiveRule:
    """Make a rule of what power levels cannot see to."""
    settings = features.Settings(
        location=wanted.location,
        live_location=wanted.live_location,
        voice=wanted.voice,
        clauses=wanted.clauses,
    )
    section, _ = split(raw, "features")
    _check_clauses(reader, section or raw, settings, clauses)
    return ActiveRule(rule=features.RULE, settings=settings)


def _rules(
    reader: Reader,
    document: _Document,
    lexicon: Lexicon,
    clauses: Quotations,
) -> Iterator[ActiveRule]:
    for name, raw in document.rules.items():
        rule = all_rules().get(name)
        if rule is None:
            hint = nearest(name, all_rules())
            reader.complain(f"is not a rule; {hint}", line=raw.line, key=raw.key)
            continue
        if rule is features.RULE:
            text = 'stands in a section of its own, "features:", not among the rules'
            reader.complain(text, line=raw.line, key=raw.key)
            continue
        if word(raw) == _OFF:
            continue
        exempt, rest = split(raw, "exempt")
        tried, rest = split(rest, "observe")
        settings = reader.read(rest, rule.settings)
        spared = _spared(reader, exempt) if exempt else frozenset()
        observe = reader.read(tried, bool) if tried else False
        if settings is None:
            continue
        _check_clauses(reader, raw, settings, clauses)
        if hasattr(settings, "lexicon"):
            settings = dataclasses.replace(settings, lexicon=lexicon)
        yield ActiveRule(
            rule=rule,
            settings=settings,
            exempt=spared,
            observe=bool(observe),
        )


def _spared(reader: Reader, raw: Raw) -> frozenset[Role | Right]:
    """Read who is exempt: roles and rights, whose names are all different."""
    known: dict[str, Role | Right] = {
        each.value: each for kind in (Role, Right) for each in kind
    }
    found = set()
    for name in reader.read(raw, frozenset[str]) or ():
        if name in known:
            found.add(known[name])
        else:
            reader.complain(
                f'"{name}" is neither a role nor a right; {nearest(name, known)}',
                line=line_of(raw, name),
                key=raw.key,
            )
    return frozenset(found)


def _check_clauses(
    reader: Reader, raw: Raw, settings: Any, clauses: Quotations
) -> None:
    for clause in _cited(settings):
        if clause not in clauses:
            reader.complain(
                f'"{clause}" is not a clause we know; quote it under "clauses"',
                line=line_of(raw, clause),
                key=raw.key,
            )


def _cited(settings: Any) -> Iterator[ClauseId]:
    """Find the clauses that settings cite, in whatever they contain."""
    for each in dataclasses.fields(settings):
        value = getattr(settings, each.name)
        if each.name == "clauses":
            yield from value
        elif isinstance(value, Mapping):
            for below in filter(dataclasses.is_dataclass, value.values()):
                yield from _cited(below)
