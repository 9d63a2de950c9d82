"""
Any bytes into something to parse.

Synapse takes numbers and nesting that Python's readers refuse, and one pupil's message
must not stop the road: what cannot be read strictly is read leniently, and iteratively.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

_MOST_DIGITS: Final = 4000
"""Python refuses to read longer integers (4,300 digits)."""
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOKEN: Final = re.compile(
    r'"(?P<string>(?:[^"\\]|\\.)*)"?|(?P<mark>[\[\]{}:,])|(?P<word>[^\s"\[\]{}:,]+)',
    re.DOTALL,
)
_WORDS: Final = {"true": True, "false": False, "null": None}

_fast: Final = msgspec.json.Decoder().decode


def decode(raw: bytes) -> object:
    """
    Read JSON, and of what is none as much as can be understood. Never raises.

    Strings of JSON that was read leniently may hold lone surrogates; ``parse``
    replaces them.
    """
    try:
        return decode_json(raw)
    except ValueError:
        return _leniently(raw.decode("utf-8-sig", "replace"))


def decode_json(raw: bytes) -> object:
    """
    Read JSON, with numbers and nesting of any size; else as ``decode``.

    Raises:
        ValueError: It is not JSON. (Not of what is nested too deeply to be sure.)
    """
    try:
        value: object = _fast(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _slowly(raw.decode("utf-8-sig", "replace"))
    return value


def clean(text: str) -> str:
    """Replace lone surrogates, which neither UTF-8 nor Postgres can hold."""
    if text.isascii() or not _LONE_SURROGATE.search(text):
        return text
    return _LONE_SURROGATE.sub("\ufffd", text)


def _slowly(text: str) -> object:
    try:
        value: object = json.loads(text, parse_int=_whole, strict=False)
    except RecursionError:
        return _leniently(text)
    return value


def _whole(digits: str) -> int:
    """Cut an integer off where Python would refuse to read it."""
    return int(digits[:_MOST_DIGITS])


def _leniently(text: str) -> object:
    """
    Build what the tokens say, however deep, and whatever is missing or too many.

    No recursion: ``open_`` holds the containers that are not closed yet.
    """
    root: list[object] = []
    open_: list[tuple[list[object] | dict[str, object], str | None]] = [(root, None)]
    for mark, value in _tokens(text):
        container, key = open_[-1]
        if mark in ("}", "]"):
            if len(open_) > 1:
                open_.pop()
        elif mark == ":":
            pass
        elif mark == ",":
            open_[-1] = (container, None)
        elif isinstance(container, dict) and key is None and isinstance(value, str):
            open_[-1] = (container, value)
        else:
            _put(container, key, value)
            open_[-1] = (container, None)
            if isinstance(value, (dict, list)):
                open_.append((value, None))
    return root[0] if len(root) == 1 else root


def _put(
    container: list[object] | dict[str, object], key: str | None, value: object
) -> None:
    if isinstance(container, list):
        container.append(value)
    else:
        container[key if key is not None else str(len(container))] = value


def _tokens(text: str) -> Iterator[tuple[str | None, Any]]:
    for match in _TOKEN.finditer(text):
        if match["string"] is not None:
            yield None, _string(match["string"])
        elif match["word"] is not None:
            yield None, _word(match["word"])
        elif match["mark"] == "{":
            yield None, {}
        elif match["mark"] == "[":
            yield None, []
        else:
            yield match["mark"], None


def _string(inner: str) -> str:
    try:
        value: str = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return inner
    return value


def _word(word: str) -> object:
    if word in _WORDS:
        return _WORDS[word]
    try:
        return float(word[:400])
    except ValueError:
        return word
