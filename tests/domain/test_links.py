"""What kind of link a link is."""

import pytest

from appservice.domain.links import LINKS_AT_MOST, LinkKind, find_links, looks_alike


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("http://[::1]:8080/x", LinkKind.IP),
        ("http://0x7f000001/", LinkKind.IP),
        ("https://user:pw@evil.example:443/x", LinkKind.USER_INFO),
        ("hxxps://evil.example", LinkKind.SPELLED_OUT),
        ("matrix:r/games:other.example", LinkKind.INVITE),
        ("weixin://dl/business", LinkKind.PAYMENT),
        ("w w w . 8 8 8 8 . c o m", LinkKind.SPELLED_OUT),
        ("goo.gl/abc", LinkKind.SHORTENER),
        ("see www.example.org/a?b=c", LinkKind.OTHER),
    ],
)
def test_a_link_has_a_kind(text: str, kind: LinkKind):
    assert [link.kind for link in find_links(text)] == [kind]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("baidu.com", False),
        ("www.icbc.com.cn", False),
        ("icbc.com.cn.evil.top", True),
        ("qq-vip.xyz", True),
        ("ba1du.com", True),
        ("xn--80ak6aa92e.com", True),
        ("xn--\u00ff.com", True),
        ("xn--fiqs8s", False),
        ("jd.com.gov.cn", False),
        ("localhost", False),
    ],
)
def test_hosts_made_to_be_taken_for_others(host: str, expected: bool):  # noqa: FBT001 (a table)
    assert looks_alike(host) is expected


def test_the_same_host_counts_once_and_there_is_a_limit():
    many = " ".join(f"www.h{number}.com" for number in range(500))

    assert len(find_links("a.com a.com/x A.COM")) == 1
    assert len(find_links(many)) == LINKS_AT_MOST
