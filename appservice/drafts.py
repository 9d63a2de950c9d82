"""
A file read as far as it goes, so that all its mistakes can be told at once.

``documents`` finds what is no value at all; whoever knows the file looks at the values
afterwards and complains here. What was broken has a value that nobody wrote: complaints
about it are left out.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Generic, TypeVar

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from appservice.documents import Reader
from appservice.mistakes import ConfigError, Mistake, Wrong

T = TypeVar("T")


class Draft(Generic[T]):
    """The value of one file, and what is wrong with it so far."""

    value: T
    """With defaults, or something empty, where the file is broken."""

    def __init__(self, path: Path, into: type[T]) -> None:
        """
        Read the file.

        Raises:
            ConfigError: There is no such file, or it is not YAML.
        """
        reader = Reader(path, lenient=True)
        raw = reader.tree()
        value = reader.read(raw, into)
        assert value is not None
        self.value = value
        self._root: Node = raw.node
        self._file = reader.file
        self._broken = [mistake.key for mistake in reader.mistakes]
        self._mistakes = list(reader.mistakes)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All that is wrong, in the order of the file."""
        return tuple(sorted(self._mistakes, key=lambda each: each.line or 0))

    def is_sound(self, key: str) -> bool:
        """Whether somebody wrote this value, or left it out."""
        return not any(
            key == other or _is_below(key, other) or _is_below(other, key)
            for other in self._broken
        )

    def complain(self, wrong: Iterable[Wrong]) -> None:
        """Note what is wrong, unless something is with the values it is about."""
        found = [
            (key, text)
            for key, text, besides in wrong
            if all(map(self.is_sound, (key, *besides)))
        ]
        for key, text in found:
            line = self._line(key)
            mistake = Mistake(file=self._file, line=line, key=key, text=text)
            self._mistakes.append(mistake)
        # Not before: one value may be wrong in two ways.
        self._broken += [key for key, _ in found]

    def finish(self) -> T:
        """
        Return the value.

        Raises:
            ConfigError: Something is wrong.
        """
        if self._mistakes:
            raise ConfigError(self.mistakes)
        return self.value

    def _line(self, key: str) -> int | None:
        """Find a key; where it is not in the file (a default), the nearest above it."""
        node: Node | None = self._root
        line = None
        for part in key.replace("[", ".[").split("."):
            node = _below(node, part)
            if node is None:
                break
            line = node.start_mark.line + 1
        return line


def _is_below(key: str, other: str) -> bool:
    return not other or key.startswith((f"{other}.", f"{other}["))


def _below(node: Node | None, part: str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and part.startswith("["):
        found: Node = node.value[int(part.strip("[]")) - 1]
        return found
    return None
