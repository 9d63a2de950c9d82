"""Links in a text, also disguised ones, and what kind of link each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from appservice.domain.text import fold

LINKS_AT_MOST: Final = 200

_SPELLED_WITHIN: Final = 16_000
"""Characters in which links that are no links to a client are looked for."""


class LinkKind(Enum):
    """Why a link deserves a look."""

    DANGEROUS = "dangerous"
    """A scheme that runs something: ``javascript:``, ``data:``."""
    USER_INFO = "user_info"
    """``https://www.bank.cn@elsewhere.example``."""
    LOOK_ALIKE = "look_alike"
    """A host that is made to be taken for another."""
    IP = "ip"
    """A number instead of a host."""
    PAYMENT = "payment"
    """It asks for money."""
    INVITE = "invite"
    """It leads into another group or to a stranger's contact."""
    SHORTENER = "shortener"
    """It does not show where it leads."""
    SPELLED_OUT = "spelled_out"
    """«baidu 点 com»: written so that no program sees a link."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link, as far as it was understood."""

    written: str
    host: str
    """In small letters, without port; "" where there is none."""
    kind: LinkKind


_TLD: Final = (
    "com|cn|net|org|top|xyz|vip|cc|me|gg|io|co|info|biz|club|site|online|shop|icu|ltd"
    "|tech|"
    "wang|work|fun|live|pro|tv|app|link|win|bid|mobi|asia|hk|tw|ru|jp|kr|uk|us|de|im|ly"
    "|gd|"
    "gl|gy|la|ink|bet|casino|games|loan|lol|sbs|cfd|bond|rest|"
    "edu|gov|space|website|store|run|pw|ws|su|cyou|buzz|monster|tk|ml|ga|cf"
)
_MAY_BE: Final = re.compile(r"[:/@]|\.|点|。| dot |\(dot|\[dot", re.IGNORECASE)
_WITH_SCHEME: Final = re.compile(
    r"(?P<scheme>https?|hxxps?"
    r"|ftp)\s?[:\uff1a]\s?[/\\\uff0f]{2}(?P<auth>[^\s/\\?#\"'<>,。、;)\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09\u300b\u3011\u201d]{1,300})"
    r"(?P<rest>[^\s\"'<>,。、;)\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09\u300b\u3011\u201d]{0,300})",
    re.IGNORECASE,
)
_DANGEROUS: Final = re.compile(
    r"(?<![a-z])(?:javascript|vbscript"
    r"|livescript)\s{0,2}:\s{0,2}(?=\S{0,80}[(=;%\[])[^\s\"'<>]{1,100}"
    r"|(?<![a-z])data:(?:text/|application/|image/svg)[^\s\"'<>]{1,100}"
    r"|(?<![a-z])(?:intent|file|ms-[a-z]{2,20}|jar|search-ms):/{0,3}[^\s\"'<>]{3,100}",
    re.IGNORECASE,
)
_PAYMENT_SCHEMES: Final = re.compile(
    r"(?:wxp|alipays?|weixin|mqqapi)://[^\s\"'<>]{1,100}"
)
_BARE: Final = re.compile(
    rf"(?<![a-z0-9@./_-])(?P<host>(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,5}}(?:{_TLD}))"
    r"(?P<rest>(?::\d{1,5})?(?:/[^\s\"'<>,。、;)\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09\u300b\u3011\u201d]{0,300})?)(?![a-z0-9_-]"
    r"|\.[a-z])",
    re.IGNORECASE,
)
_SPELLED: Final = re.compile(
    r"(?<![a-z0-9])(?P<label>[a-z0-9][a-z0-9-]{1,40})\ {0,2}"
    r"(?P<dot>点|。|\(\ ?(?:dot|点|\.)\ ?\)|\[\ ?(?:dot|点|\.)\ ?\]|\ dot\ |\ \.\ |\ \."
    r"|\.\ )\ {0,2}"
    r"(?P<tld>com|cn|net|org|top|xyz|vip|cc|club|shop|icu|info)(?![a-z0-9])"
)
_SPACED: Final = re.compile(
    r"(?<![a-z0-9])(?:[a-z0-9]\ ){2,30}\.\ (?:(?:[a-z0-9]\ ){1,30}\.\ ){0,3}"
    r"(?P<tld>c\ o\ m|c\ n|n\ e\ t|o\ r\ g|t\ o\ p|x\ y\ z|v\ i\ p|c\ c|c\ l\ u\ b)"
    r"(?![a-z0-9])"
)
"""Every letter by itself: «w w w . a b c . c o m»."""

_GROUP_NUMBER: Final = re.compile(
    r"(?:qq群|扣扣群|企鹅群|群号|加群|进群|telegram"
    r"|电报群)(?:号码?)?[:是 ]{0,3}\d{6,11}(?!\d)"
)
_SHORTENERS_WRITTEN: Final = (
    "t.cn dwz.cn url.cn suo.im bit.ly tinyurl.com goo.gl t.co is.gd ow.ly sourl.cn tb.c"
    "n "
    "m.tb.cn buff.ly cutt.ly rb.gy shorturl.at rebrand.ly v.gd 985.so dwz.mk mrw.so suo"
    ".nz "
    "a.mp tiny.cc s.id reurl.cc lihi.cc dwz1.cc w.url.cn 6du.in u.to b23.wtf qr.net"
)
_SHORTENERS: Final = frozenset(_SHORTENERS_WRITTEN.split())
_INVITES: Final = re.compile(
    r"(?:weixin\.qq\.com/g/|u\.wechat\.com/|(?:t|telegram)\.(?:me|dog)/|discord\.gg/"
    r"|discord(?:app)?\.com/invite|chat\.whatsapp\.com/|wa\.me/|jq\.qq\.com/"
    r"|qm\.qq\.com/"
    r"|line\.me/|signal\.group/|join\.skype\.com|work\.weixin\.qq\.com/(?:gm|u|ca)/"
    r"|qun\.qq\.com)"
)
_PAYMENTS: Final = re.compile(
    r"qr\.alipay\.com|(?:paypal\.me|paypal\.com/paypalme|ko-fi\.com|buymeacoffee\.com)/"
    r"|payapp\.weixin\.qq\.com|wx\.tenpay\.com|qianbao\.qq\.com"
)
_MATRIX: Final = re.compile(
    r"(?:matrix\.to/#/|matrix:(?:r|roomid)/)(?P<id>[^\s?\"'<>]{1,255})"
)
_IP: Final = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}|0x[0-9a-f]{6,8}|\d{8,10}|\[[0-9a-f:.]+\]"
    r"|0\d{3,}(?:\.0\d*){0,3}"
)
_KNOWN_WRITTEN: Final = (
    "baidu qq weixin wechat taobao tmall jd alipay icbc ccb abchina boc cmbchina bankco"
    "mm "
    "12306 bilibili douyin kuaishou weibo zhihu xiaohongshu meituan pinduoduo netease "
    "google microsoft apple icloud paypal amazon facebook instagram netflix github stea"
    "m "
    "steampowered roblox outlook gmail dingtalk feishu tencent huawei xiaomi zoom"
)
_KNOWN: Final = frozenset(_KNOWN_WRITTEN.split())
_BRANDS: Final = frozenset(
    {
        *("qq", "weixin", "wechat", "taobao", "alipay", "icbc", "ccb", "baidu", "jd"),
        *("douyin", "paypal", "icloud", "appleid", "steam", "roblox", "12306"),
    }
)
"""Names that nobody else has a reason to bear beside a hyphen."""

_KNOWN_HOST: Final = re.compile(
    r"(?:^|[.-])(?:icbc|ccb|boc|baidu|qq|taobao|jd|alipay|12306|apple|icloud|paypal"
    r"|google|microsoft|"
    r"weixin|gov|edu)[.-](?:com|cn|net|gov|edu)(?:[.-]cn)?[.-]"
)
_CONFUSED: Final = tuple(str.maketrans("015$3", f"o{one}sse") for one in "li")
_TWO_LEVELS: Final = frozenset({"com", "net", "org", "gov", "edu", "ac", "co"})


def find_links(text: str) -> list[Link]:
    """List the links in a text, as written and unfolded; each host and kind once."""
    if not _MAY_BE.search(text):
        return []
    found: dict[tuple[str, LinkKind], Link] = {}
    for number, link in enumerate(_links(text)):
        if number == LINKS_AT_MOST:
            break
        found.setdefault((link.host, link.kind), link)
    return list(found.values())


def is_of(host: str, domains: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether a host is one of the domains, or below one."""
    return any(host == each or host.endswith(f".{each}") for each in domains)


def _links(text: str) -> Iterator[Link]:
    if ":" in text or "\uff1a" in text:
        yield from _with_colon(text)
    if "." in text:
        for match in _BARE.finditer(text):
            host = match["host"].lower()
            yield Link(written=match[0], host=host, kind=_kind(host, match[0].lower()))
    folded = fold(text[:_SPELLED_WITHIN])
    for match in _SPELLED.finditer(folded):
        host = f"{match['label']}.{match['tld']}"
        yield Link(written=match[0], host=host, kind=LinkKind.SPELLED_OUT)
    for match in _SPACED.finditer(folded):
        host = match[0].replace(" ", "")
        yield Link(written=match[0], host=host, kind=LinkKind.SPELLED_OUT)
    for match in _GROUP_NUMBER.finditer(folded):
        yield Link(written=match[0], host="", kind=LinkKind.INVITE)


def _with_colon(text: str) -> Iterator[Link]:
    for match in _DANGEROUS.finditer(text):
        yield Link(written=match[0], host="", kind=LinkKind.DANGEROUS)
    for match in _PAYMENT_SCHEMES.finditer(text):
        yield Link(written=match[0], host="", kind=LinkKind.PAYMENT)
    for match in _MATRIX.finditer(text):
        is_room = match["id"].lower().startswith(("#", "!", "%23", "%21"))
        if is_room or match[0].startswith("matrix:r"):
            host = match["id"].partition(":")[2].partition("/")[0].lower()
            yield Link(written=match[0], host=host, kind=LinkKind.INVITE)
    for match in _WITH_SCHEME.finditer(text):
        yield _with_scheme(match)


def _with_scheme(match: re.Match[str]) -> Link:
    user, at, place = match["auth"].rpartition("@")
    host = place.lower()
    if host.startswith("["):
        host = host.partition("]")[0] + "]"
    else:
        host = host.partition(":")[0].strip(".")
    address = host + match["rest"].lower()
    kind = LinkKind.USER_INFO if at and user else _kind(host, address)
    if kind is LinkKind.OTHER and match["scheme"].lower().startswith("hxxp"):
        kind = LinkKind.SPELLED_OUT
    return Link(written=match[0], host=host, kind=kind)


def _kind(host: str, address: str) -> LinkKind:
    if _IP.fullmatch(host):
        return LinkKind.IP
    if looks_alike(host):
        return LinkKind.LOOK_ALIKE
    for kind, is_one in (
        (LinkKind.PAYMENT, _PAYMENTS.search(address) is not None),
        (LinkKind.INVITE, _INVITES.search(address) is not None),
        (LinkKind.SHORTENER, host.removeprefix("www.") in _SHORTENERS),
    ):
        if is_one:
            return kind
    return LinkKind.OTHER


def looks_alike(host: str) -> bool:
    """Whether a host is made to be read as that of somebody else."""
    shown = _unpunycoded(host)
    label = _main_label(fold(shown))
    if not shown.isascii():
        letters = [c for c in _main_label(shown) if c.isalpha()]
        # Letters of other scripts that fold to Latin ones are there to deceive.
        return any(not c.isascii() for c in letters) and label.isascii()
    if _KNOWN_HOST.search(f"{host.rsplit('.', 1)[0]}.") and label not in _KNOWN:
        return not host.endswith((".gov.cn", ".edu.cn", ".edu", ".gov"))
    if label not in _KNOWN and not _BRANDS.isdisjoint(label.split("-")):
        return True
    plain = label.replace("rn", "m").replace("vv", "w")
    confused = {plain.translate(table) for table in _CONFUSED}
    return label not in _KNOWN and not confused.isdisjoint(_KNOWN)


def _unpunycoded(host: str) -> str:
    if "xn--" not in host:
        return host
    labels = []
    for label in host.split("."):
        try:
            shown = label[4:].encode("ascii").decode("punycode")
        except (UnicodeError, ValueError, OverflowError):
            shown = label
        labels.append(shown if label.startswith("xn--") else label)
    return ".".join(labels)


def _main_label(host: str) -> str:
    """Return the label somebody registered: ``baidu`` of ``www.baidu.com.cn``."""
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _TWO_LEVELS:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else labels[0]
