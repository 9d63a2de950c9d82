"""The policies in force: read as configured, complete, and on record."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from appservice import policies
from appservice.config import Config
from appservice.domain.ids import KindName
from appservice.domain.policy import Policy
from appservice.store import policy_versions


def load_policies(config: Config) -> Mapping[KindName, Policy]:
    """Read the shipped policies and the school's own."""
    loaded = policies.load_all(
        config.policies.directory, lexicons=config.lexicons.directory
    )
    return policies.with_retention(loaded, config.policies.retention_min)


class NotReady(Exception):
    """A kind of room cannot be kept yet; the message says why and what to do."""


def require_ready(kinds: Mapping[KindName, Policy], wanted: Iterable[KindName]) -> None:
    """
    See that the policies of these kinds can be put into force.

    Raises:
        NotReady: With all that is missing.
    """
    today = datetime.now(tz=UTC).date()
    missing = [
        f"{kind}: {why}"
        for kind in sorted(set(wanted) & kinds.keys())
        for why in policies.not_ready(kinds[kind], today=today)
    ]
    if missing:
        raise NotReady("; ".join(missing))


async def keep_versions(
    connection: Any, kinds: Mapping[KindName, Policy]
) -> Mapping[KindName, str]:
    """Put the policies in force on record; return what judgements call each."""
    names: dict[KindName, str] = {}
    for kind, policy in kinds.items():
        described = policies.describe(policy)
        digest = policies.digest(described)
        await policy_versions.keep(
            connection,
            digest,
            kind=kind,
            version=policy.version,
            effective_from=policy.source.effective_from,
            content=described,
        )
        names[kind] = f"{kind} {policy.version} {digest.hex()[:8]}"
    return names
