"""Parts of YAML documents, laid over each other and taken apart before reading."""

from collections.abc import Iterator

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from appservice.documents import Raw


def overlay(base: Raw, over: Raw) -> Raw:
    """Lay a document over another: sections are joined, all else is replaced."""
    return Raw(node=_overlay(base.node, over.node), key=over.key)


def split(raw: Raw, name: str) -> tuple[Raw | None, Raw]:
    """Take one key out of a section; the first is None where it is not there."""
    if not isinstance(raw.node, MappingNode):
        return None, raw
    taken = None
    rest = []
    for key, value in raw.node.value:
        if isinstance(key, ScalarNode) and key.value == name:
            taken = Raw(node=value, key=f"{raw.key}.{name}" if raw.key else name)
        else:
            rest.append((key, value))
    node = MappingNode(raw.node.tag, rest, raw.node.start_mark, raw.node.end_mark)
    return taken, Raw(node=node, key=raw.key)


def word(raw: Raw | None) -> str | None:
    """Give a part that is a single word; None for anything else."""
    return raw.node.value if raw and isinstance(raw.node, ScalarNode) else None


def line_of(raw: Raw, value: str) -> int:
    """Find the line of a part in which a word stands."""
    for node in _words(raw.node):
        if node.value == value and node.start_mark is not None:
            return int(node.start_mark.line) + 1
    return raw.line


def _words(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _words(key)
            yield from _words(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _words(item)


def _overlay(base: Node, over: Node) -> Node:
    if not isinstance(base, MappingNode) or not isinstance(over, MappingNode):
        return over
    names = {key.value: number for number, (key, _) in enumerate(base.value)}
    pairs = list(base.value)
    for key, value in over.value:
        number = names.get(key.value) if isinstance(key, ScalarNode) else None
        if number is None:
            pairs.append((key, value))
        else:
            pairs[number] = (key, _overlay(pairs[number][1], value))
    return MappingNode(over.tag, pairs, over.start_mark, over.end_mark)
