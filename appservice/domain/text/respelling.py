"""
The respelled view of a folded text: what was written in other signs.

«弓虽女干» is put together, «草泥🐎» read aloud, «傻(sha)逼» freed of its readings, and
«一三八零零…» written in digits. What comes of an innocent text may be nonsense; it is
only looked through for words.
"""

import re
from typing import Final

from appservice.domain.text.readings import READINGS, SYLLABLES
from appservice.domain.text.rewriting import Rewriting

_COMPONENTS: Final = (
    "弓虽强 女干奸 女又奴 亻尔你 女马妈 亻也他 女也她 氵去法 车仑轮 贝者赌 口巴吧 "
    "扌丁打 又鸟鸡 月半胖 犭者猪 犭句狗 扌喿操 贝戋贱 女表婊 火包炮 纟勺约 衤果裸 "
    "耳卯聊 女昌娼 女票嫖 疒知痴 歹匕死 氵衮滚 乂木杀 君羊群 扌殳投 纟工红 忄青情 "
    "白勺的 土立垃 土及圾 辶畐逼 畐辶逼 亻言信 月凶胸 广发废 亻叟傻 亻夋俊 虫春蠢 "
    "石欠砍 扌甬捅 弓单弹 木仓枪 讠射谢 示申神 口我哦 米且粗 氵壬淫 石皮破 日月明 "
    "尸比屁 尸水尿 口交咬 门虫闽 米田共粪 尸米屎 尸穴屄 入肉肏 人肉肏"
)
_EMOJI: Final = (
    "🐎马 🐴马 🏇马 🐶狗 🐕狗 🐷猪 🐖猪 🐽猪 💩屎 🌿草 🌱草 ☘草 🍀草 🐔鸡 🐓鸡 "
    "🥚蛋 🧧红包 👍赞 ➕加 💣炸弹 🔪刀 🗡刀 💰钱 💵钱 🐢龟 👴爷 🔫枪 🐮牛 🐂牛 "
    "🧠脑 🗑垃圾 🚮垃圾 💀死 ☠死 ⚰死 🎫票 🗳投票 🛰卫星 🐧扣扣 💊药 ❤心 🐍蛇 "
    "🐀鼠 🐦鸟 👄嘴 🌶辣 🍐梨 🍎苹果 🚗车 🌽玉米 🍌香蕉 🎰赌 🎲赌 🐑羊 🍵茶 🖐五 "
    "✋五 👊打 🤛打 💪强 🈲禁 🈵满 🈚无 🈶有 ㊙密 🉐得 🈴合 🈳空 🅱b 🅾o 🆎ab "
    "🆗ok ✖x ❌x ⭕o"
)
_NUMERALS: Final = dict(
    zip(
        "0123456789〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺",
        "0123456789001234567891234567891",
        strict=True,
    )
)
_SIGNS: Final = {
    **{entry[:-1]: entry[-1] for entry in _COMPONENTS.split()},
    **{entry[0]: entry[1:] for entry in _EMOJI.split()},
}
_HAN: Final = r"\u3400-\u9fff"
_NUMERAL: Final = "".join(_NUMERALS)
_SPELLED_OUT: Final = re.compile(
    rf"(?P<said>[{_HAN}])\ ?(?P<open>[(\[{{<【「《〔'\"])?\ ?(?P<reading>[a-z]{{1,6}})"
    r"[1-5]?\ ?[)\]}>】」》〕'\"]?(?![a-z])"
    rf"|(?P<digits>(?:[{_NUMERAL}][-. ·_]{{0,2}}){{6,}}[{_NUMERAL}])"
    rf"|(?P<signs>{'|'.join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))})"
)
_SIGN: Final = re.compile(f"[{''.join(sorted({sign[0] for sign in _SIGNS}))}]")
_READING: Final = re.compile(rf"[{_HAN}]\W{{0,3}}[a-z]")
_LATIN: Final = re.compile("[a-z]")
_NUMBER: Final = re.compile(rf"[{_NUMERAL}](?:[-. ·_]{{0,2}}[{_NUMERAL}]){{6}}")


def _respelled(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "digits":
            return "".join(_NUMERALS.get(c, "") for c in match.group())
        case "signs":
            return _SIGNS[match.group()]
        case _:
            return _without_reading(match)


def _without_reading(match: re.Match[str]) -> str:
    said, reading = match["said"], match["reading"]
    is_pinyin = reading in _ALL if match["open"] else reading == READINGS.get(said)
    return said if is_pinyin else match.group()


_ALL: Final = frozenset(SYLLABLES)
_REWRITING: Final = Rewriting(pattern=_SPELLED_OUT, replace=_respelled)


def respelling(folded: str) -> Rewriting | None:
    """Give what may respell a text; None where there is nothing of the sort."""
    if _NUMBER.search(folded):
        return _REWRITING
    if folded.isascii() or not (
        _SIGN.search(folded) or (_LATIN.search(folded) and _READING.search(folded))
    ):
        return None
    return _REWRITING
