"""Policies as they were read, so that a case is told by the rules of its time."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

KEEP: Final = """
    INSERT INTO policy_versions (digest, kind, version, effective_from, content)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (digest) DO NOTHING
"""

OF_KIND: Final = """
    SELECT digest, kind, version, effective_from, content, read_at
      FROM policy_versions
     WHERE kind = $1
     ORDER BY read_at, version
"""


async def keep(
    connection: Any,
    digest: bytes,
    *,
    kind: str,
    version: str,
    effective_from: date,
    content: Mapping[str, Any],
) -> None:
    """Keep a policy in force; one that is known already is left as it is."""
    written = json.dumps(content, ensure_ascii=True)
    await connection.execute(KEEP, digest, kind, version, effective_from, written)


async def of_kind(connection: Any, kind: str) -> list[Any]:
    """List the versions of a kind's policy, oldest first."""
    return await connection.fetch(OF_KIND, kind)
