"""
The policies: one YAML a room kind, ours here and a school's own in its directory.

The name of a file is that of the kind (``年级组.yaml``). A school's file may say
``extends: class_students`` and then only what is different; one of the same name as
ours takes its place. ``clauses.yaml`` holds the clauses that policies cite, word by
word.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from appservice import lexicons as word_lists
from appservice.document_trees import line_of, overlay, split, word
from appservice.documents import ConfigError, Mistake, Raw, Reader
from appservice.domain.house import Features, Names, RightLevels, Settings
from appservice.domain.ids import ClauseId, KindName
from appservice.domain.lexicon import Lexicon
from appservice.domain.names import check_template
from appservice.domain.people import POSTS, Right, Role
from appservice.domain.policy import Clause, Policy
from appservice.domain.rule import ActiveRule
from appservice.domain.rules import all_rules, features
from appservice.domain.spelling import nearest

SHIPPED: Final = Path(__file__).parent
_CLAUSES: Final = "clauses"
_OFF: Final = "off"
"""Instead of settings: a rule that the policy extended has, and this one has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quotation:
    document: str
    text: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """What may stand in a policy's file."""

    title: str
    title_en: str
    version: str
    language: Literal["zh_Hans", "en"] = "zh_Hans"
    roles: tuple[Role, ...]
    rights: Mapping[str, frozenset[Right]]
    names: Names = field(default_factory=Names)
    levels: RightLevels = field(default_factory=RightLevels)
    features: Features = field(default_factory=Features)
    settings: Settings = field(default_factory=Settings)
    rules: Mapping[str, Raw] = field(default_factory=lambda: MappingProxyType({}))
    clauses: Mapping[ClauseId, _Quotation] = field(
        default_factory=lambda: MappingProxyType({})
    )


def load_all(
    directory: Path | None = None, *, lexicons: Path | None = None
) -> Mapping[KindName, Policy]:
    """
    Read every policy, ours and a school's.

    Args:
        directory: The school's own policies; None where it has none.
        lexicons: The school's own word lists, likewise.

    Raises:
        ConfigError: With all mistakes of all files.
    """
    files = {path.stem: path for path in _files(SHIPPED)}
    if directory is not None:
        files |= {path.stem: path for path in _files(directory)}
    files.pop(_CLAUSES, None)
    lexicon = word_lists.load(lexicons)
    policies: dict[KindName, Policy] = {}
    mistakes: list[Mistake] = []
    try:
        clauses = _clauses(SHIPPED) | (_clauses(directory) if directory else {})
    except ConfigError as error:
        mistakes.extend(error.mistakes)
        clauses = _clauses(SHIPPED)
    for name, path in sorted(files.items()):
        try:
            policies[KindName(name)] = _load(path, files, clauses, lexicon)
        except ConfigError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise ConfigError(dict.fromkeys(mistakes))
    return MappingProxyType(policies)


def _files(directory: Path) -> list[Path]:
    if not directory.is_dir():
        text = "is not a directory"
        raise ConfigError([Mistake(file=str(directory), line=None, key="", text=text)])
    return sorted(path for path in directory.iterdir() if path.suffix == ".yaml")


def _clauses(directory: Path) -> dict[ClauseId, Clause]:
    path = directory / f"{_CLAUSES}.yaml"
    if not path.exists():
        return {}
    reader = Reader(path)
    of_quotations: Any = Mapping[ClauseId, _Quotation]
    quotations = reader.read(reader.tree(), of_quotations)
    reader.finish()
    return _quoted(quotations or {})


def _quoted(quotations: Mapping[ClauseId, _Quotation]) -> dict[ClauseId, Clause]:
    return {
        name: Clause(
            id=name, document=each.document, text=each.text, summary=each.summary
        )
        for name, each in quotations.items()
    }


def _load(
    path: Path,
    files: Mapping[str, Path],
    clauses: Mapping[ClauseId, Clause],
    lexicon: Lexicon,
) -> Policy:
    """Read one policy; ``files`` are all kinds that it may extend."""
    reader = Reader(path)
    raw = _extended(reader, path, files, ())
    document = reader.read(raw, _Document)
    if document is None:
        raise ConfigError(reader.mistakes)
    known = {**clauses, **_quoted(document.clauses)}
    _check_rights(reader, raw, document)
    _check_templates(reader, raw, document.names)
    rules = (
        *_rules(reader, document, lexicon, known),
        _features(reader, raw, document.features, known),
    )
    reader.finish()
    return Policy(
        kind=KindName(path.stem),
        title=document.title,
        title_en=document.title_en,
        version=document.version,
        language=document.language,
        roles=document.roles,
        rights=document.rights,
        names=document.names,
        levels=document.levels,
        features=document.features,
        settings=document.settings,
        rules=rules,
        clauses=MappingProxyType(
            {name: known[name] for rule in rules for name in _cited(rule.settings)}
        ),
    )


def _extended(
    reader: Reader, path: Path, files: Mapping[str, Path], below: tuple[Path, ...]
) -> Raw:
    """Lay a file over the one it extends, and so on."""
    extends, own = split(Reader(path).tree() if below else reader.tree(), "extends")
    if extends is None:
        return own
    name = word(extends) or ""
    shipped = SHIPPED / f"{name}.yaml"
    # A school's file that takes the place of ours may extend ours.
    base = shipped if name == path.stem else files.get(name)
    if base is None or base in (path, *below) or not base.exists():
        others = set(files) - {path.stem}
        text = f'extends "{name}", which cannot be extended; {nearest(name, others)}'
        raise ConfigError(
            [Mistake(file=str(path), line=extends.line, key="extends", text=text)]
        )
    return overlay(_extended(reader, base, files, (path, *below)), own)


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
    clauses: Mapping[ClauseId, Clause],
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
    clauses: Mapping[ClauseId, Clause],
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
        settings = reader.read(rest, rule.settings)
        spared = reader.read(exempt, frozenset[Role]) if exempt else frozenset()
        if settings is None:
            continue
        _check_clauses(reader, raw, settings, clauses)
        if hasattr(settings, "lexicon"):
            settings = dataclasses.replace(settings, lexicon=lexicon)
        yield ActiveRule(rule=rule, settings=settings, exempt=spared or frozenset())


def _check_clauses(
    reader: Reader, raw: Raw, settings: Any, clauses: Mapping[ClauseId, Clause]
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
