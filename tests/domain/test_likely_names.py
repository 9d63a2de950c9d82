"""What looks like a name without a roster."""

import pytest

from appservice.domain.likely_names import is_likely

NAMES = (
    "张三 李四 王小明 李华 陈思远 欧阳娜娜 刘子涵 赵雨萱 王一诺 张梓涵 李沐宸 司马懿 "
    "马晓东 吴昊天 陆一鸣 朱一龙 徐若汐 周杰伦 何雨桐 小红 王子轩 "
    "白雪莹 阿依古丽·买买提"
)
WORDS = (
    "安全 文明 高一 周一至 周一 周三 语文 数学 第三 黄色 何时 任务 时间 金额 高兴 方便 "
    "应该 "
    "马上 白天 江苏 全班 温馨 单元 包括 都能 平均 成绩 祝贺 石家庄 你好"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_names_look_like_names(name: str):
    assert is_likely(name)


@pytest.mark.parametrize("word", WORDS.split())
def test_words_that_begin_like_a_name_do_not(word: str):
    assert not is_likely(word)
