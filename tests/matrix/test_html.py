"""HTML: what is shown, what hides in tags, and no way to make it slow."""

from collections.abc import Callable

import pytest

from appservice.matrix.html import strip


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>a</b>b", "ab"),
        ("a<br>b", "a\nb"),
        ("<p>a</p>", "\na\n"),
        ("I <3 u > me", "I <3 u > me"),
        ("a < b", "a < b"),
        ("<b", "<b"),
        ("a<b title='>'>c", "ac"),
        ("a<b title='>c", "ac"),
        ("&lt;b&gt;&#20667;", "<b>傻"),
        ("<<b>a", "<a"),
        ("", ""),
    ],
)
def test_what_a_reader_sees_is_left(html: str, shown: str):
    """Tags go, blocks become lines, and a lonely sign stays a sign."""
    assert strip(html)[0] == shown


@pytest.mark.parametrize(
    "html", ['<img alt="傻">', "<a title=傻>a</a>", "<!-- 傻 -->", "<?傻?>"]
)
def test_what_hides_in_a_tag_is_given_too(html: str):
    """Some client shows it: as a tip, or for want of the picture."""
    assert any("傻" in inner for inner in strip(html)[1])


@pytest.mark.parametrize(
    "part",
    ["<", "<a", "<a ", "<a'", '<a"', "<a>", "<>", "&lt;", "<!", "<a '>", "<傻"],
)
@pytest.mark.parametrize("end", ["", ">"])
def test_no_html_takes_long(part: str, end: str, processor_time: Callable[[], float]):
    """64 KiB of unclosed tags are read at once."""
    html = part * (65536 // len(part.encode())) + end

    started = processor_time()
    strip(html)

    assert processor_time() - started < 0.5
