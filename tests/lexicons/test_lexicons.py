"""The shipped lists: school talk is safe, a school's own files are read."""

from pathlib import Path

import pytest

from appservice import lexicons
from appservice.documents import ConfigError
from appservice.domain.lexicon import LISTS


@pytest.mark.parametrize(
    "text",
    [
        "白色情人节快乐",
        "西尼玛莎拉蒂",
        "老司机8折",
        "成绩出来了",
        "The class has a new assignment.",
        "马克思主义课",
        "史记里的战国故事,战争与和平",
        "中秋发红包灯笼手工",
        "他妈妈的手机没电了,他妈的手机也没电了",
        "广播体操你妈妈看了吗",
        "help sb. do sth.; Sb is antimony",
        "废物利用小制作",
        "特殊学校的智障儿童",
        "古诗:举头望明月,低头思故乡",
        "投票选班长,每人一票",
        "请符合条件的同学报名",
        "收到",
        "角色情感分析,景色情怀",
        "我靠窗坐,你去死记硬背也没用",
        "预约架子鼓课,节约架构",
        "红色情怀主题班会",
        "传教士利玛窦来华,佛教传入中国",
        "五四运动:学生罢课,工人罢工,商人罢市",
        "Moby Dick and The Idiot are novels; bass, pass, Scunthorpe, cocktail",
        "集满10朵小红花换奖品",
        "做作业要追求赞美之外的东西",
        "学校禁止拉票,严禁集赞,不得募捐",
    ],
)
def test_school_talk_is_safe(text: str):
    """A false alarm costs more trust than a missed word."""
    assert lexicons.load().hits(text) == ()


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_list_is_shipped_and_finds_its_own_words(name: str):
    """No list is empty, and no word is hidden by folding or an allowed word."""
    (words,) = (each for each in lexicons.read(lexicons.SHIPPED) if each.name == name)

    assert len(words.words) >= 20
    for word in words.words:
        assert name in {hit.list_name for hit in lexicons.load().hits(f"「{word}」")}


def test_the_files_of_a_school_add_to_ours(tmp_path: Path):
    """Ours stay; the school's come on top, and its allowed words excuse ours."""
    (tmp_path / "abuse.txt").write_text("# ours\n三脚猫\n+蠢猪故事\n", "utf-8-sig")

    lexicon = lexicons.load(tmp_path)

    assert [hit.found for hit in lexicon.hits("三脚猫")] == ["三脚猫"]
    assert [hit.found for hit in lexicon.hits("蠢猪")] == ["蠢猪"]
    assert lexicon.hits("蠢猪故事") == ()


def test_the_signs_of_a_line_say_what_it_is(tmp_path: Path):
    """Words, doubtful words, patterns, and what excuses them."""
    lines = ["甲乙丙", "?丁戊己", "~ 请.{0,8}投\\d号", "?~ 庚.辛", "+~ 课文.{0,9}"]
    (tmp_path / "vote.txt").write_text("\n\n".join(lines), "utf-8")

    def vote(text: str) -> list[tuple[str, bool]]:
        hits = lexicons.load(tmp_path).hits(text)
        return [(hit.found, hit.is_sure) for hit in hits if hit.list_name == "vote"]

    assert vote("甲乙丙") == [("甲乙丙", True)]
    assert vote("丁戊己") == [("丁戊己", False)]
    assert vote("请大家投６号！") == [("请大家投６号", True)]
    assert vote("庚壬辛") == [("庚壬辛", False)]
    assert vote("课文里的甲乙丙") == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("的", '"的" stands in every second message; write a longer word'),
        ("a", '"a" stands in every second message'),
        ("\u200b", "is nothing one can see"),
        ("?", "is nothing one can see"),
        ("~ (?<=a)b", "look-around cannot be used"),
        ("~ (a", "is no pattern of RE2: missing )"),
        ("~ a*", "matches without a single character"),
        ("好" * 101, "is longer than 100 characters"),
    ],
)
def test_what_would_be_found_everywhere_or_nowhere_is_refused(
    tmp_path: Path, line: str, wrong: str
):
    """A list holding «的» would hide every message; file and line are named."""
    (tmp_path / "vote.txt").write_text(f"拉拉票\n\n{line}\n", "utf-8")

    with pytest.raises(ConfigError) as caught:
        lexicons.load(tmp_path)

    assert "vote.txt:3: " in str(caught.value)
    assert wrong in str(caught.value)


def test_files_that_are_no_lists_are_named(tmp_path: Path):
    """A mistyped file name would otherwise be ignored in silence."""
    (tmp_path / "abuze.txt").write_text("x")
    (tmp_path / "vote.txt").write_bytes("拉票".encode("gb18030"))
    (tmp_path / "cult.txt").mkdir()

    with pytest.raises(ConfigError) as caught:
        lexicons.load(tmp_path)

    text = str(caught.value)
    assert 'abuze.txt: is not the name of a word list; did you mean "abuse"?' in text
    assert "vote.txt: is not UTF-8" in text
    assert "cult.txt: cannot be read" in text
