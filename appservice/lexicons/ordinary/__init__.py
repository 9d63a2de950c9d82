"""
Ordinary messages of a school, to try lists and rules on.

None of them may be held. A school's own words that stand in one are warned of.
"""

from functools import cache
from pathlib import Path


@cache
def messages() -> tuple[str, ...]:
    """List the messages, one of each."""
    text = (Path(__file__).parent / "messages.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
