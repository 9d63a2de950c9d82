"""What a reader sees of HTML, and what hides in its attributes."""

import html
import re
from typing import Final

_TAG: Final = re.compile(r"<[a-zA-Z/!?](?:[^'\">]|\"[^\"]*\"|'[^']*')*+>")
_SIMPLE_TAG: Final = re.compile(r"<[a-zA-Z/!?][^>]*+>")
_NAME: Final = re.compile(r"</?([a-zA-Z0-9-]+)")
_LINES: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_ATTEMPTS: Final = 100
"""How often a tag may turn out to be none before quotes are no longer minded."""


def looks_like_html(text: str) -> bool:
    """Tell whether there is anything to strip or to decode."""
    return "<" in text or "&" in text


def strip(text: str) -> tuple[str, list[str]]:
    """
    Take the tags off, iteratively and in linear time.

    Returns:
        What is shown, with entities decoded and a line end for each block; and what
        stands inside of tags that say more than their name (``alt``, ``title``,
        ``href``, comments).
    """
    shown: list[str] = []
    hidden: list[str] = []
    at = failures = 0
    last = text.rfind(">")
    while 0 <= (start := text.find("<", at)) < last:
        tag = _TAG.match(text, start) if failures < _ATTEMPTS else None
        if tag is None:
            failures += 1
            tag = _SIMPLE_TAG.match(text, start)
        if tag is None:
            shown.append(text[at : start + 1])
            at = start + 1
            continue
        shown.append(text[at:start])
        at = tag.end()
        if _is_line(tag[0]):
            shown.append("\n")
        if "=" in tag[0] or tag[0].startswith(("<!", "<?")):
            hidden.append(html.unescape(tag[0][1:-1]))
    shown.append(text[at:])
    return html.unescape("".join(shown)), hidden


def _is_line(tag: str) -> bool:
    name = _NAME.match(tag)
    return name is not None and name[1].lower() in _LINES
