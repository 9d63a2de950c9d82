"""The evasion suite: every disguise of every word is seen through."""

import pytest

from appservice import lexicons
from tests.suites.disguises import EVERY, HAN, LATIN, Disguise

HAN_WORDS = {
    "操你妈": "vulgar",
    "王八蛋": "abuse",
    "去死吧": "abuse",
    "法轮功": "cult",
    "六合彩": "gambling",
    "百家乐": "gambling",
    "抢红包": "red_packet",
    "成人网站": "pornography",
    "砍死你们": "violence",
    "加我微信领": "advertising",
}
SHORT_WORDS = {
    "傻逼": "abuse",
    "脑残": "abuse",
    "贱人": "abuse",
    "婊子": "vulgar",
    "约炮": "pornography",
    "裸聊": "pornography",
    "博彩": "gambling",
    "拉票": "vote",
    "集赞": "like_collecting",
    "募捐": "fundraising",
}
LATIN_WORDS = {
    "fuck": "vulgar",
    "bitch": "vulgar",
    "cunt": "vulgar",  # codespell:ignore
    "slut": "vulgar",
    "whore": "vulgar",
    "moron": "abuse",
    "retard": "abuse",
    "bastard": "abuse",
    "porn": "pornography",
    "nudes": "pornography",
}
SIMPLER_WITHOUT_LINES = {"first letters"}
"""Two characters, or four letters, begin lines by chance."""

CASES = [
    *((word, name, EVERY[name]) for name in EVERY for word in HAN_WORDS),
    *((word, name, HAN[name]) for name in HAN for word in HAN_WORDS if name == "twice"),
    *(
        (word, name, how)
        for name, how in {**EVERY, **HAN}.items()
        for word in SHORT_WORDS
        if name not in SIMPLER_WITHOUT_LINES and name != "commas of Japan"
    ),
    *(
        (word, name, how)
        for name, how in {**EVERY, **LATIN}.items()
        for word in LATIN_WORDS
        if name not in SIMPLER_WITHOUT_LINES
    ),
]
LISTS = {**HAN_WORDS, **SHORT_WORDS, **LATIN_WORDS}


def found(text: str) -> set[str]:
    """The lists of which something stands in a text, whether sure or not."""
    return {hit.list_name for hit in lexicons.load().hits(text)}


@pytest.mark.parametrize(
    ("word", "how"),
    [pytest.param(word, how, id=f"{word} {name}") for word, name, how in CASES],
)
def test_a_disguised_word_is_found(word: str, how: Disguise):
    """Alone, and with other words around it on lines of their own."""
    disguised = how(word)

    assert LISTS[word] in found(disguised)
    assert LISTS[word] in found(f"今天天气很好\n{disguised}\n明天见")


@pytest.mark.parametrize(
    ("text", "list_name"),
    [
        # Split characters
        ("弓虽女干你", "pornography"),
        ("亻尔女马死了", "abuse"),
        ("扌喿亻尔女马", "vulgar"),
        ("氵去车仑功", "cult"),
        ("纟勺火包吗", "pornography"),
        ("去歹匕吧", "abuse"),
        ("扌丁歹匕你", "violence"),
        ("衤果耳卯", "pornography"),
        ("贝者博网站", "gambling"),
        ("又鸟巴", "vulgar"),
        # Emoji read aloud
        ("草泥🐎", "vulgar"),
        ("操你🐎", "vulgar"),
        ("你🐎死了", "abuse"),
        ("🐷狗不如", "abuse"),
        ("抢🧧啦", "red_packet"),
        ("发个🧧呗", "red_packet"),
        ("集👍38个", "like_collecting"),
        ("求👍", "like_collecting"),
        ("➕微信领资料", "advertising"),
        ("🐶杂种", "abuse"),
        # Readings in brackets or beside
        ("傻(sha)逼(bi)", "abuse"),
        ("傻（shǎ）逼", "abuse"),
        ("操【cāo】你妈", "vulgar"),
        ("法[fǎ]轮[lún]功", "cult"),
        ("约yue炮pao", "pornography"),
        ("六(liù)合(hé)彩(cǎi)", "gambling"),
        ("去「qu」死「si」吧", "abuse"),
        ("百(bǎi)家(jiā)乐(lè)", "gambling"),
        ("裸(luo)聊(liao)", "pornography"),
        ("拉(la)票(piao)", "vote"),
        # Pinyin and initials
        ("shabi", "abuse"),
        ("ni ge sha bi", "abuse"),
        ("caonima", "vulgar"),
        ("cao ni ma", "vulgar"),
        ("fa lun gong", "cult"),
        ("wangbadan", "abuse"),
        ("nmsl", "abuse"),
        ("CNM", "vulgar"),
        ("你是SB", "abuse"),
        ("qusiba", "abuse"),
        # Homophones
        ("草你马", "vulgar"),
        ("王巴旦", "abuse"),
        ("法伦功", "cult"),
        ("发轮工", "cult"),
        ("佰家樂", "gambling"),
        ("溜合采", "gambling"),
        ("抢鸿包", "red_packet"),
        ("你个沙碧", "abuse"),
        ("成仁网站", "pornography"),
        ("去四吧", "abuse"),
        # Traditional and variant characters
        ("法輪功", "cult"),
        ("傻屄", "abuse"),
        ("儍逼", "abuse"),
        ("艹你媽", "vulgar"),
        ("約砲", "pornography"),
        ("賭場", "gambling"),
        ("搶紅包", "red_packet"),
        ("腦殘", "abuse"),
        ("賤人", "abuse"),
        ("成⼈⽹站", "pornography"),
        # Contacts of adverts
        ("加薇信abc12345领资料", "advertising"),
        ("➕V:hello_2024", "advertising"),
        ("加卫星xyz98765了解", "advertising"),
        ("咨询扣扣123456789", "advertising"),
        ("加VX①③⑧0013８０００", "advertising"),
        ("加微信一三八零零一三八零零零", "advertising"),
        ("加威信壹叁捌零零壹叁捌零零零", "advertising"),
        ("+ v 信 : a b c d 1 2 3 4 5", "advertising"),
        ("加v❤13800138000", "advertising"),
        ("加6️⃣合彩群:六️合彩", "gambling"),
        # Latin words with signs in them
        ("sh1tty", "vulgar_mild"),
        ("f*ck you", "vulgar"),
        ("fu©k", "vulgar"),
        ("a$$hole", "vulgar"),
        ("b!tch", "vulgar"),
        ("p0rn", "pornography"),
        ("f**k", "vulgar"),
        ("d1ckhead", "vulgar"),
        ("m0th3rfuck3r", "vulgar"),
        ("k1ll y0urself", "abuse"),
    ],
)
def test_other_disguises_are_seen_through(text: str, list_name: str):
    """What no function makes of a word, people make of it."""
    assert list_name in found(text)


def test_the_suite_is_as_large_as_it_says():
    """At least thirty ways, ten words each."""
    ways = {name for _, name, _ in CASES}

    assert len(ways) >= 30
    assert all(sum(name == way for _, name, _ in CASES) >= 10 for way in ways)
