"""
YAML files into frozen dataclasses, with every mistake named by file, line and key.

``load`` knows no particular file: the fields of the dataclass say what may stand in it.
A field without a default must be there; a field of type ``Raw`` is kept for a second
look with ``Reader.read``, once it is known what it ought to be.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Any,
    Final,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from appservice.domain.spelling import nearest
from appservice.mistakes import ConfigError, Mistake
from appservice.scalars import TAG, convert

__all__ = ["ConfigError", "Mistake", "Raw", "Reader", "load"]

T = TypeVar("T")

QUOTED: Final = re.compile(r"'[^']{20,}'")
"""What a parser quotes, where it is as long as a secret."""

_BROKEN: Final = object()
"""Stands where a value could not be read; what is wrong is among the mistakes."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A part of a document that waits to be read."""

    node: Node
    key: str

    @property
    def line(self) -> int:
        return _line(self.node)


def load(path: Path, into: type[T], *, text: str | None = None) -> T:
    """
    Read a YAML file into a dataclass.

    Args:
        path: The file; its name stands in messages as it is given here.
        into: A dataclass. A relative ``Path`` in the file is left as written.
        text: The file's text, where it has been read already.

    Raises:
        ConfigError: With all that is wrong, not only the first.
    """
    reader = Reader(path)
    value = reader.root(into, text=text)
    reader.finish()
    return value


class Reader:
    """Reads the parts of one file and collects what is wrong with them."""

    def __init__(self, path: Path, *, lenient: bool = False) -> None:
        """
        Begin with a file.

        Args:
            path: The file; its name stands in messages as it is given here.
            lenient: Whether a section with mistakes becomes a value all the same, with
                defaults, or something empty, for what is broken (``drafts``).
        """
        self._lenient = lenient
        self.file = str(path)
        self.mistakes: list[Mistake] = []
        self._path = path
        self._seen: set[int] = set()

    def complain(self, text: str, *, line: int | None = None, key: str = "") -> None:
        """Note a mistake and go on."""
        self.mistakes.append(Mistake(file=self.file, line=line, key=key, text=text))

    def finish(self) -> None:
        """
        Do nothing where nothing is wrong.

        Raises:
            ConfigError: Something was.
        """
        if self.mistakes:
            raise ConfigError(sorted(self.mistakes, key=_position))

    def root(self, into: type[T], *, text: str | None = None) -> T:
        """
        Read the whole file.

        Returns:
            The value, or something unusable where there were mistakes: ask ``finish``.

        Raises:
            ConfigError: There is no such file, or it is not YAML.
        """
        value: T = self._read(self.tree(text).node, into, "")
        return value

    def tree(self, text: str | None = None) -> Raw:
        """
        Take the whole file as it is, to be read later.

        Raises:
            ConfigError: There is no such file, or it is not YAML.
        """
        node = self._compose(self._text() if text is None else text)
        return Raw(node=node or MappingNode(f"{TAG}map", []), key="")

    def read(self, raw: Raw, into: type[T]) -> T | None:
        """Read a part that was left raw; None where that brought up mistakes."""
        before = len(self.mistakes)
        value: T = self._read(raw.node, into, raw.key)
        return value if self._lenient or len(self.mistakes) == before else None

    def _fail(self, text: str, *, line: int | None = None) -> ConfigError:
        self.complain(text, line=line)
        return ConfigError(self.mistakes)

    def _text(self) -> str:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            raise self._fail("there is no such file") from None
        except OSError as error:
            raise self._fail(f"cannot be read: {error.strerror}") from None
        except ValueError:
            raise self._fail("cannot be the name of a file") from None
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise self._fail("is not UTF-8; save it as UTF-8", line=line) from None

    def _compose(self, text: str) -> Node | None:
        try:
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark is not None else None
            # What is quoted there may be a token in a place where none belongs.
            said = QUOTED.sub("…", str(error.problem))
            raise self._fail(f"is not YAML: {said}", line=line) from None
        except (YAMLError, ValueError) as error:
            first = str(error).strip().splitlines()[0]
            raise self._fail(f"is not YAML: {first}") from None
        except RecursionError:
            raise self._fail("is nested too deeply") from None
        return node

    def _read(self, node: Node, into: Any, key: str) -> Any:
        """Read a node as a type; ``_BROKEN`` where it is none."""
        if into is Raw:
            return Raw(node=node, key=key)
        if isinstance(into, NewType):
            return self._read(node, into.__supertype__, key)
        if dataclasses.is_dataclass(into):
            return self._section(node, into, key)
        origin = get_origin(into)
        if origin in (Union, UnionType):
            return self._optional(node, into, key)
        if origin in (tuple, frozenset):
            return self._list(node, into, key)
        read = self._mapping if origin is Mapping else self._scalar
        return read(node, into, key)

    def _refuse(self, node: Node, key: str, text: str) -> object:
        self.complain(text, line=_line(node), key=key)
        return _BROKEN

    def _optional(self, node: Node, into: Any, key: str) -> Any:
        (inner,) = (kind for kind in get_args(into) if kind is not NoneType)
        return None if _is_empty(node) else self._read(node, inner, key)

    def _list(self, node: Node, into: Any, key: str) -> Any:
        if not isinstance(node, SequenceNode):
            return self._refuse(node, key, "must be a list, such as [one, another]")
        inner = get_args(into)[0]
        if self._is_repeated(node, key):
            return _BROKEN
        values = [
            self._read(item, inner, f"{key}[{n}]")
            for n, item in enumerate(node.value, start=1)
        ]
        return _BROKEN if _BROKEN in values else get_origin(into)(values)

    def _mapping(self, node: Node, into: Any, key: str) -> Any:
        if _is_empty(node):
            return MappingProxyType({})
        key_type, value_type = get_args(into)
        found: dict[Any, Any] = {}
        for name_node, value_node in self._pairs(node, key):
            below = _join(key, name_node.value)
            name = self._read(name_node, key_type, below)
            found[name] = self._read(value_node, value_type, below)
        if _BROKEN in found or any(value is _BROKEN for value in found.values()):
            return _BROKEN
        return MappingProxyType(found)

    def _section(self, node: Node, into: Any, key: str) -> Any:
        if _is_empty(node):
            node = MappingNode(f"{TAG}map", [], node.start_mark, node.end_mark)
        before = len(self.mistakes)
        hints = _hints(into)
        fields = {field.name: field for field in _fields(into)}
        given: dict[str, Any] = {}
        for name_node, value_node in self._pairs(node, key):
            name = name_node.value
            if name not in fields:
                hint = nearest(name, fields)
                self._refuse(
                    name_node, _join(key, _shown(name)), f"is not a key here; {hint}"
                )
            else:
                given[name] = self._read(value_node, hints[name], _join(key, name))
        if isinstance(node, MappingNode):
            for name, field in fields.items():
                if name not in given and _is_required(field):
                    self._refuse(node, _join(key, name), "is missing")
        if len(self.mistakes) > before:
            if not self._lenient:
                return _BROKEN
            given = {k: v for k, v in given.items() if v is not _BROKEN}
            given = _stand_ins(into, given) | given
        try:
            return into(**given)
        except ValueError as error:
            return self._refuse(node, key, str(error))

    def _pairs(self, node: Node, key: str) -> Iterable[tuple[ScalarNode, Node]]:
        """Go through a mapping; complain where it is none, or gives a key twice."""
        if not isinstance(node, MappingNode):
            self._refuse(node, key, 'must be a section of keys, such as "key: value"')
            return
        if self._is_repeated(node, key):
            return
        names: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, ScalarNode):
                self._refuse(name, key, "a key must be a single word")
            elif name.value in names:
                self._refuse(name, _join(key, name.value), "is given twice")
            else:
                names.add(name.value)
                yield name, value

    def _is_repeated(self, node: Node, key: str) -> bool:
        """An alias may contain itself, or a bomb; nobody needs one here."""
        if id(node) in self._seen and node.anchor:
            self._refuse(node, key, "aliases (*name) are not used here")
            return True
        self._seen.add(id(node))
        return False

    def _scalar(self, node: Node, into: Any, key: str) -> Any:
        if not isinstance(node, ScalarNode):
            return self._refuse(node, key, "must be a single value")
        if _is_empty(node):
            return self._refuse(node, key, "is empty")
        try:
            return convert(node, into)
        except (ValueError, OverflowError) as error:
            return self._refuse(node, key, f'"{node.value[:100]}" {error}')


@cache
def _hints(into: Any) -> Mapping[str, Any]:
    return get_type_hints(into)


def _fields(into: Any) -> list[dataclasses.Field[Any]]:
    """List the fields a file may fill; ``injected`` ones are for the program."""
    return [
        field
        for field in dataclasses.fields(into)
        if field.init and "injected" not in field.metadata
    ]


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return (
        field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    )


def _stand_ins(into: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make something empty for each field that must be there and is not."""
    return {
        field.name: _empty(_hints(into)[field.name])
        for field in _fields(into)
        if field.name not in given and _is_required(field)
    }


def _empty(kind: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        return kind(**_stand_ins(kind, {}))  # type: ignore[operator]  # it is a class
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None
    return (origin or kind)()


def _shown(name: str) -> str:
    """Shorten what is no key: an address in its place may hold a password."""
    return name if len(name) <= 60 and "://" not in name else "…"


def _position(mistake: Mistake) -> tuple[int, str]:
    return mistake.line or 0, mistake.key


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and str(node.tag) == f"{TAG}null"


def _line(node: Node) -> int:
    return node.start_mark.line + 1 if node.start_mark is not None else 1


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
