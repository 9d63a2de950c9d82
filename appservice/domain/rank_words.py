"""
How marks and ranks are spoken of in a school: the expressions that ``ranks.py`` uses.

All are linear: repetitions are bounded and stand side by side.
"""

import re
from typing import Final

from appservice.domain.likely_names import HAN, NAME

MAY_BE: Final = re.compile(
    r"[0-9]|第[一二三]|名|分|等|考|最[高低好差]|比|优|良|及格|倒数|垫底|最后|十|rank"
    r"|fail|class|grade|bottom"
    r"|exam|test|lowest|highest|成绩|top |mark|score"
    r"|(?<![a-z])[a-d](?![a-z])"
)
CERTAIN: Final = re.compile(
    r"成绩|分数|得分|总分|均分|排名|名次|排行|满分|及格|\d{2}分?以[上下]|考了|考得|考出"
    r"|等第|正确率"
    r"|准确率|score|exam|test"
    r"|quiz|grade|marks\b|rank|midterm|\bfinals?\b"
)
EXAM: Final = re.compile(
    r"考试|测[验试评]|小测|单元(?=测|考|卷|练)|期中|期末|月考|周考|联考|模考|一模|二模"
    r"|语文|数学"
    r"|英语|物理|化学|生物|历史|地理|政治|道法|科学|听写|默写|口算|计算|试卷|卷子|作文"
)
OTHER_NUMBERS: Final = re.compile(
    r"座位|座号|考场|准考证|电话|手机|号码|联系方式|学号|尺码|鞋码|身高|体重|体温|血压"
    r"|值日|值周"
    r"|路线|宿舍|寝室|床位|床号|报名|捐|缴费|交费|书费|班费|票|年龄|岁|房号|门牌|取件"
    r"|借阅|借书"
    r"|出场|顺序|跳绳|仰卧|俯卧|跳远|铅球|步数|阅读量|页|打卡|车牌|尺寸|seat|phone|room"
    r"|shoe"
    r"|height|weight|size|locker"
)
POINTS: Final = re.compile(
    r"加分|扣分|积分|加\d|扣\d|红花|星星|小组分|表现分|卫生分|纪律分"
)
CONTEST: Final = re.compile(
    r"运动会|田径|跳远|跳高|铅球|接力|[1-8][05]0米|\d ?米|长跑|短跑|赛|演讲|朗诵|书法"
    r"|绘画|合唱|棋|杯|荣获|获奖|[一二三特]等奖|race|match|contest|competition|sports"
    r"|relay"
    r"|jump"
)
OF_OWN: Final = re.compile(
    r"我家|我们家|我儿子|我女儿|我孩子|我娃|我闺女|俺家"
    r"|my (?:son|daughter|child|kid|boy|girl)"
)
ASKED: Final = re.compile(r"多少|几分|平均每|how many|how much|average of")
"""What sums ask for: «小明考了90分,小红考了80分,平均多少分?»."""

_NUMERAL: Final = r"(?:\d{1,3}|[一二三四五六七八九十两]{1,3})"
_REACHED: Final = (
    rf"(?:前|后|倒数前?)第?\ ?{_NUMERAL}\ ?(?:名(?!单))?",
    rf"第\ ?{_NUMERAL}\ ?名(?!单)",
    rf"倒数第?{_NUMERAL}?名?",
    r"(?:班级|年级|全班|全校|班里)第[一二三]",
    r"不及格|没及格|未及格|不合格|满分|最高分|最低分",
    r"\d{2,3}(?:\.5)?\ ?分?(?:及?以上|及?以下|\+)",
    r"\d{2,3}\ ?[-~到至]\ ?\d{2,3}分?|\d{2,3}分",
    r"[一二三四五六七八九]十五?分?(?:以上|以下)",
    r"(?:成绩|考试|班级|年级|总分)[^\n:]{0,4}(?:排名|名次|排行榜?|排序)",
    r"[一二三四]等(?=\ ?:)",
    r"[a-d]\+?等|[a-d]\+?(?=\ ?:)|优秀?(?=\ ?[:(])|良好?(?=\ ?[:(])",
    r"错\ ?\d{1,2}\ ?[个题处](?:以上)?|(?:最后|前|后)[几三五十]名(?!单)",
)
GROUP: Final = re.compile(
    "(?:" + "|".join(_REACHED) + ")"
    r"(?:\([^)\n]{0,10}\))?(?:的?(?:同学|学生|孩子|名单|人员|小朋友|有|是|为|还有|分别"
    r"|如下){1,2}){0,2}的?"
    r"[ ]?[:是有为(\n ]?[:\d. \n]{0,4}"
    rf"(?P<names>(?:[{HAN}]{{2,4}}[、, /和\d.\n]{{1,5}}){{0,12}}[{HAN}]{{2,4}})"
)
_SAID: Final = (
    (
        r"(?:考|得|拿)(?:了|到|个)?个?\ ?\d{1,3}(?:\.5)?"
        r"(?:\ ?分(?!钟)|(?![\d.年月日号点个本页次元]))"
    ),
    r"(?:考|得|拿)(?:了|到)?(?:[一二三四五六七八九]?十[一二三四五六七八九]?|百)分(?!钟)",
    r"(?:只|才|仅|竟)(?:有|考|得)?了?\ ?\d{1,3}\ ?分(?!钟)",
    (
        r"(?:成绩|分数|总分|得分|语文|数学|英语|物理|化学|生物|历史|地理|政治|科学)"
        r"[是为: ]{0,2}\d{1,3}(?:\.5)?\ ?分?(?![\d.年月日号点个本页次元楼室])"
    ),
    rf"第\ ?{_NUMERAL}\ ?名|倒数(?!计)|垫底|最后一名|没及格|不及格|最低分|全班最低",
    (
        r"(?:班级|年级|全班|全年级|班里|年段|考了?|排名?|位列|名列)(?:了|在)?"
        rf"(?:前|第)\ ?{_NUMERAL}"
    ),
    r"排名?\ ?\d{1,3}|(?:年级|班级)[\d一二三四五六七八九十百]{1,5}多?名",
    r"(?:总分|成绩|分数|得分)[^\n。!?;\d]{0,6}\d{2,3}\ ?分?(?:以上|以下|多分|左右)",
    r"(?:成绩|分数|总分|考)[^\n。!?;]{0,6}(?:最高|最低|最好|最差|垫底|第一|倒数)",
    r"排名[^\n。!?;]{0,8}[升降掉进退跌滑][^\n。!?;]{0,4}\d{1,3}",
    rf"(?:分数|成绩|总分|考)[^\n。!?;]{{0,4}}比[{HAN}]{{2,6}}[高低多少好差强]",
    r"[语数英]\ ?:?\d{2,3}[分 ,、]{0,2}[语数英物科]\ ?:?\d{2,3}",
    r"(?:进步|退步|上升|下降|前进|后退|提高|倒退)了?\d{1,3}[名位]",
)
SAID_OF: Final = re.compile(r"[^\n。!?;]{0,18}?(?:" + "|".join(_SAID) + ")")
ONE: Final = re.compile(f"(?P<name>{NAME}){SAID_OF.pattern}")
ORDERED: Final = re.compile(rf"{NAME}(?:\ ?>{{1,2}}\ ?{NAME}){{1,20}}")
HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
BEFORE_ONE: Final = frozenset(
    "就仅说是有和与班的喜扬评叫们像看让对比给把被诉听只连祝学试次考末中天月期里家"
)
BY_NUMBER: Final = re.compile(
    r"(?<!\d)\d{1,2}\ ?号\ ?:?\ ?\d{1,3}(?:\.5)?(?:分|(?![\d楼室月日年点]))"
    r"|学号\ ?:?\d{1,8}\ ?[:, ]\ ?\d{1,3}(?:\.5)?分"
)
HIGHEST_TOTAL: Final = 750
"""Points of the examination for senior high school and university."""

MEAN: Final = re.compile(r"(?:平均分|最高分|最低分)(?:是|为|:|只有)?\ ?\d")
IS_GRADE: Final = re.compile("优|良|[一二三四]等")
PADDED: Final = re.compile(rf"(?<![{HAN}])([{HAN}])[ ]{{1,3}}([{HAN}])(?![{HAN}])")
"""A name of two characters set as wide as one of three, as tables do."""
