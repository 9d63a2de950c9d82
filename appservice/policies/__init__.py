"""
The policies: one YAML a room kind, ours here and a school's own in its directory.

The name of a file is that of the kind (``年级组.yaml``). A school's file may say
``extends: class_students`` and then only what is different; one of the same name as
ours takes its place. ``clauses.yaml`` holds the clauses that policies cite, word by
word.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from appservice import lexicons as word_lists
from appservice.documents import ConfigError, Mistake
from appservice.domain.ids import KindName
from appservice.domain.policy import Policy
from appservice.policies.clauses import FILE as CLAUSES
from appservice.policies.clauses import read as read_clauses
from appservice.policies.describing import describe, differences, digest
from appservice.policies.reading import Shelf

__all__ = [
    "SHIPPED",
    "describe",
    "differences",
    "digest",
    "load_all",
    "not_ready",
    "with_retention",
]

SHIPPED: Final = Path(__file__).parent

NO_KINDS: Final = frozenset({CLAUSES, "coverage.yaml"})
"""Files beside the policies that are none."""


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
    policies: dict[KindName, Policy] = {}
    mistakes: list[Mistake] = []
    try:
        quoted = {**read_clauses(SHIPPED), **(read_clauses(directory or SHIPPED))}
    except ConfigError as error:
        mistakes.extend(error.mistakes)
        quoted = dict(read_clauses(SHIPPED))
    try:
        lexicon = word_lists.load(lexicons)
    except ConfigError as error:
        mistakes.extend(error.mistakes)
        lexicon = word_lists.load()
    shelf = Shelf(files=files, shipped=SHIPPED, clauses=quoted, lexicon=lexicon)
    for name, path in sorted(files.items()):
        try:
            policies[KindName(name)] = shelf.policy(path)
        except ConfigError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise ConfigError(dict.fromkeys(mistakes))
    return MappingProxyType(policies)


def _files(directory: Path) -> list[Path]:
    if not directory.is_dir():
        text = "is not a directory"
        raise ConfigError([Mistake(file=str(directory), line=None, key="", text=text)])
    try:
        found = sorted(directory.iterdir())
    except OSError as error:
        text = f"cannot be read: {error.strerror}"
        mistake = Mistake(file=str(directory), line=None, key="", text=text)
        raise ConfigError([mistake]) from None
    return [
        path for path in found if path.suffix == ".yaml" and path.name not in NO_KINDS
    ]


def with_retention(
    loaded: Mapping[KindName, Policy], default: timedelta | None
) -> Mapping[KindName, Policy]:
    """Say how long records are kept where a policy does not say it itself (A54)."""
    return MappingProxyType(
        {
            kind: dataclasses.replace(
                policy, retention_min=policy.retention_min or default
            )
            for kind, policy in loaded.items()
        }
    )


def not_ready(policy: Policy, *, today: date) -> Iterator[str]:
    """Say why rooms of a kind cannot be kept yet, and what to do."""
    if policy.retention_min is None:
        yield (
            "nobody has said how long its records are kept (A54, “at least [X] years” "
            "is blank in the regulation); write e.g. `retention_min: 3y` under "
            "`policies:` in the configuration, or into the policy"
        )
    if policy.source.effective_from > today:
        yield (
            f"its policy comes into force on {policy.source.effective_from}; keep the "
            "earlier file in its place until then"
        )
