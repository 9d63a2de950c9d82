"""
One file into its facts: ``python -m appservice.inspector``.

What to look into stands in JSON on standard input, for a name among the arguments could
be read by everybody on the machine. Writes JSON to standard output. Limits are set
before anything is read; where one is hit, the process dies.
"""

import resource
import sys
from pathlib import Path
from typing import Final

import msgspec

from appservice.inspector.look import look

MEMORY: Final = 1536 * 2**20
"""Bytes of address space: a large picture and the libraries."""

SECONDS: Final = 15
"""Of processor time."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which file, and what the message says of it."""

    path: str
    name: str = ""
    declared: str = ""


def main() -> None:
    """Look into one file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    data = Path(asked.path).read_bytes()
    facts = look(data, name=asked.name, declared=asked.declared)
    sys.stdout.buffer.write(msgspec.json.encode(facts))


if __name__ == "__main__":
    main()
