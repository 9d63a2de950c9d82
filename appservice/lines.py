"""Where a key stands in a YAML file, to complain about a value after it was read."""

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from appservice.documents import Mistake


class Lines:
    """The lines of one file, which ``documents.load`` has read without complaint."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        text = path.read_text(encoding="utf-8-sig")
        self._root: Node | None = YAML(typ="safe", pure=True).compose(text)

    def mistake(self, key: str, text: str) -> Mistake:
        """
        Say what is wrong with the value of a key.

        Args:
            key: A path such as ``listen.port`` or ``namespaces.users[1].regex``. Where
                it is not in the file (a default), the nearest key above it is named.
            text: What is wrong, and what to do.
        """
        node, line = self._root, None
        for part in key.replace("[", ".[").split("."):
            node = _below(node, part)
            if node is None:
                break
            line = node.start_mark.line + 1
        return Mistake(file=self._file, line=line, key=key, text=text)


def _below(node: Node | None, part: str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode):
        found: Node = node.value[int(part.strip("[]")) - 1]
        return found
    return None
