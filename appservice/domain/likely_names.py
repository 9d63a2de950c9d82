"""
What looks like a person's name, where no roster says so.

A Chinese name is a surname and one or two characters that people give to children, or
«小明»; not a word that happens to begin like one («安全», «文明»). It is a guess: rules
use it only where the names stand in a list, or next to what is said of people.
"""

import re
from typing import Final

_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦柳邢岳齐梅莫庄辛管祝左涂谷祁舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲"
    "成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解柴华车冉房边辜吉饶刁瞿戚"
    "丘古米池滕晋苑邬臧宫全褚廉简娄盖符奚木穆党燕郎冀谈姬屠连郜晏栾郁商蒙计喻窦迟宇敖"
    "冷卓花仇艾蓝都巩井仲乐虞卞竺官楚佟栗匡宗应巫鞠桑荆谌银明沙岑习蔺闫付代缪路时"
)
_COMPOUND: Final = (
    "欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|令狐|轩辕|东方|"
    "南宫|西门|端木|百里|呼延|申屠|澹台"
)
_GIVEN: Final = (
    "修伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲建国文辉力云健斌飞鹏"
    "志宇浩轩然子涵梓晨欣怡雨泽诗思佳嘉俊豪博睿瑞琪雪梅琳燕倩颖莹雯婷妍娇媛瑶瑾璇琦珊"
    "蓉蓓蕾薇芸菲茜莉莎萌萱芷若芮芙荷莲菊竹松柏桐梧枫楠林森彬杉栋梁柱权材桃桦榕天宏洪"
    "鸿弘宝宾宜宣容宽寒寅寿尚小少尔凡凤凯利勤勋春夏秋冬东南卓升卉厚双友可君吉启和哲唯"
    "喜坚城培基堂壮夫奇奕奥妙姗姝姣娅娥婉婧婕嫣孝季宁安宗家宸富寰尧山岚岩岳峰峻崇川洲"
    "巍巧帅希帆帝年庆康廷延彤彦彩彪征微心忆忠念怀恒恩悦惠惟愉慧懿成才扬承拓振捷敬斐新"
    "旋旭昀昂昆昊昌易星昭显晋晏晓晔晖晗景晴晶智暄暖畅曦曼月朋朗望杭柔栩桓梦梵棋楚榆樱"
    "欢歌正武毅民永汉江汐沁沐沛沫泉波泰洁洛津浪海润淇淑淳清渊渝湘源溪滢滨漫漪潇潮澄澜"
    "濛瀚灵灿炎炜炫烁烨焕焱煜熙爱珂珍珠珺琛琢琰琼瑛瑜璐璟璨甜生皓盈益盛真瞳知硕礼祎祖"
    "祥祺禄福科程稚穆立竞童端笑笛筠箐紫素纯纶绍绣继维绮缘羽翔翠耀聪育胜腾致舒航良艺艾"
    "芊芝芬芹苑苒苗茂茗茵茹荣莘菁菡萤葵蒙蓝蔓蕊蕴薪虎虹融衡裕襄言誉语诚谊谦谨贝贞贤贵"
    "赐赫越轶辰达迅迎远迪逸遥邦郁鑫钧钰铁铃铎铖铠铭锋锐锦阳雁雄雅雷霏霖露青靖韬韵韶顺"
    "颂颐颜飒馨香骁骏骐魁鲁鸣鹤麒麟黎黛龙芯芃玥玮珑琬琮沅泓淼淏澍炘煊煦熠燊垚堃坤圣夕"
    "妤娴嫒孜宥屹峥嵘嵩彧忻恺悠懋擎旸昕昱晟晞晰朔朵柯柠桉栎棠楷槿橙檀歆沂泠泳洵浠涓渲"
    "湉溢溥滔漾澎瀛烽煌熹爽牧玄珅瑀瑄瑗璞璋甫皎皙盼瞻碧禾禹秉穗竣笙筱绎绪缇羿翊翌翎翰"
    "翼耘聆臻舜舟苏茉荔荻莞莱菀菱葭蓁蔚蕙蘅蝶训诺谕谣豆赟跃轲遇邑野钊钦锡镇镕闯隽陶陌"
    "隆霄霆韦颉飏馥驰骅骞鲲鹭麓麦默齐龄仁义信仪伊佑佩依侠俐保倬偲兆先光克党兴冰冉冠凌"
    "创初加劲千卫召品善喻园固圆增壹士处奎妮姿威娣婵媚媖孟守官宛密寻展岭州巨帏帜常幸庭"
    "弦归律德必恬惜想意愫慕戎抒拥挺掌政效旺晁曙曜朴杏村杨枝染柳树根格桥桔梨棣椿楼榜槐"
    "樊殿池汝沙治泊泗流淮涌深渠湛湖滋漠潭灏炅炳炼烈照熊燃爵牛独玖珏理琅琨琴瑚瑟璧甄留"
    "白百睦矜砚祁祈秦稻窈章竺笃筝箫精纤纪纬细练绒络统绫缈罡美群翀耕聚肃肖胤腊舫苓范"
    "茶莫菏萧葆蒋蓬薰藜蘭虔衍裴西贯贻赋赞轮辅运逢逵通遂道遵邓邺郡酬醒采里重金钟银铄锴"
    "镜镭门闲阁陈陵需霁震韫顾飘饶骄魏鱼鸥鹃伦悟空鹿蔡骥祯祐佟逍弈暮芒栀婳苡妡溱汶濠珲"
    "璠瑭瑱璎璃玟珣珉钜铉锟鋆昶昪晸旎暹凇沣泺浚淙淞湄湫潞澧熳墨俪奂嫦岑岐檬滟炀焓笠翩"
    "苇菘萦蝉诣谙豫辞逾邈钥阅霓靓鸢鹊麋棉果霜朝凝柒阑钏彻驭渺屿珩琤砾翕荟袁裳谧辛遐酿"
    "铮阙靑鲤鹂勉匀卿厉叙咏哗喆垣墅夷姮娆嫄宓寓尉岱峤崴嵋巽庚廉彗徽怿恪悌慈戍扉拾掬揽"
    "攸敦斓旦旬"
)
_WORDS_WRITTEN: Final = (
    "周一 钱一 单一 同一 统一 唯一 万一 万民 万福 万事 万里 万能 严正 严明 严格 严重 乐"
    "天 任意 任何 任教 任务 "
    "何时 华东 华丽 和平 和谐 成林 成立 成长 成才 成功 成熟 成年 成员 文明 文艺 "
    "文章 文静 文学 文化 文科 文理 文言 方正 方向 方法 方圆 方便 方程 明春 明年 "
    "明星 明显 明天 明月 明日 明白 明早 江南 江苏 江宁 江山 江西 温和 温馨 温柔 "
    "温泉 石林 石家 金华 金星 金银 金秋 金牌 高兴 高强 高峰 高雅 高山 高年 高级 "
    "高考 高三 高二 高一 高中 高温 高大 高等 黄石 黄金 黄山 黄河 齐心 齐全 齐鲁 "
    "白雪 白云 白天 白菜 安静 安全 安宁 安心 安家 安康 安排 平安 平均 常青 常年 "
    "常规 常见 常州 常务 宁静 向阳 时光 时常 时尚 时间 时年 祝福 祝贺 祝愿 马上 "
    "马路 马虎 于是 于今 单元 单位 单词 单选 单科 单独 包括 包裹 关心 关于 关爱 "
    "关系 关注 管理 管道 计划 计算 全家 全国 全年 全天 全班 全校 全体 全心 全力 "
    "全民 全科 全部 全新 全文 全优 全对 全员 全场 全市 全区 全省 成语 阳光 阳台 "
    "阳春 阳历 应该 应用 应付 应急 都好 都能 都来 都在 都有 连续 连年 习惯 习作 "
    "习题 史地 史册 季度 季节 毕业 简单 简历 简洁 简体 段落 段长 章节 温度 温习 "
    "施工 程序 程度 项目 查看 查询 查阅 查收 查重 解放 解答 解题 解决 解析 车站 "
    "车辆 车上 路上 路程 路线 路口 花园 花式 花费 木工 木材 木瓜 米饭 米粉 官方 "
    "官网 古诗 古代 古文 古典 古今 古城 商品 商店 商场 商业 房间 房子 边境 边远 "
    "华人 党员 党团 党课 党委 谈话 谈心 喻意 冷静 冷水 冷饮 乐器 乐园 乐曲 乐理 "
    "乐意 乐谱 乐队 银行 银牌 明信 沙滩 沙发 左右 左边 左手 盛大 盛夏 盛开 游戏 "
    "游泳 游园 游学 游览 游记 景色 景点 景区 曲线 曲子 位置 位于 应有 应当 司机 "
    "司法 梅花 梅雨 龙舟 龙头 牛奶 牛肉 牛年 马年 龙年 雷雨 雷电 雷达 秦朝 汉语 "
    "唐诗 唐朝 宋词 宋朝 元旦 夏天 夏季 夏令 夏日 秋季 春季 金属 金融 金鱼 黄色 "
    "黄豆 白色 白纸 蓝色 蓝天 蓝莓 红色 兰州 兰花 苏州 苏联 杭州 郑州 常德 温州 "
    "贵州 广州 徐州 沧州 汤圆 武汉 武术 武警 成都 重庆 石油 田野 田园 田径 水平 "
    "林场 林业 谷雨 易错 易学 易懂 康复 康乐 童年 童话 童心 童谣 方言 计时 计分 "
    "分数 得分 语文 英语 生物 历史 政治 美术 音乐 体育 化学 地理 物理 科学 道法 "
    "信息 劳动 班会 自习 时政 高效 高速 高铁 高清 高校 高度 高数 高热 高烧 章程 "
    "常识 常用 应试 应届 宗教 宗旨 盖章 付款 付费 代表 代码 代课 代数 代价 代理 "
    "曾经 费用 费心 费力 舒服 舒适 关键 都是 应聘 连读 连线 连词 甘肃 宁夏 青海 "
    "新疆 边城 司令 谢谢 谢师 金奖 银奖 铜奖 祁连 严禁 严防 严肃 汪洋 江河 江湖 "
    "山河 石头 石榴 花生 花卉 花草 花鸟 花名 花样 万元 万人 万分 钱包 毛笔 毛巾 "
    "毛衣 毛线 车票 车费 车位 车次 车号 包子 包书 包车 包干 华山 泰山 戴好 戴口 "
    "戴红 方队 方阵 方块 方格 方式 方面 方案 文具 文件 文字 文本 文体 文综 理综 "
    "文竹 明明 成绩 成果 成品 成为 成人 成双 成交 温差 温书 温课 习得 全程 全套 "
    "全勤 全能 全神 全球 全是 童装 任课 任选 任性 项链 解释 解读 游玩 游客 游行 "
    "单双 单价 单数 单据 席位 席卷 桂花 桂林 桂圆 柳树 柳州 柏树 柏林 华为 应考 "
    "计数 计较 计入 计生 卫生 卫星 祝大 祝你 祝您 祝各 祝家 郁金 雷锋 包容 诚信 "
    "友善 敬业 爱国 富强 民主 自由 公正 法治 和善 左转 右转 水果 水电 池塘 米色 "
    "冷色 暖色 商量 常熟 习近 仲夏 仲秋 花季 贺卡 贺年 贺岁 贺信 贺词 牛仔 木偶 "
    "木耳 木星 水星 火星 土星 万物 万象 万圣 于都 都市 都江 边走 边学 边听 边写 "
    "时事 时期 时区 时候 时长 时段 时速 时代 时刻 时机 路过 路边 路灯 路队 路费 "
    "路面 路人 路途 全景 全称 全英 全卷 宁波 宁可 宁愿 解密 解说 解散 解压 连同 "
    "连夜 连忙 连接 连环 连带 查漏 查找 查验 应对 应邀 应战 代替 代办 代写 代购 "
    "代言 代词 付出 付给 林荫 林木 林地 谷物 梁柱 万全 洪水 洪亮 池水 计量 商标 "
    "商城 车间 车库 盛典 盛世 常春 乐高 乐章 乐学 乐读 华语 华润 华夏 汤料 温情 "
    "温水 温暖 高品 高分 高手 高原 高空 高低 明确 明了 明晰 马拉 马克 马戏 江北 "
    "江东 金黄 金色 金额 金光 金币 金典 白板 白酒 白发 白领 白兔 白马 秦岭 石子 "
    "石墨 石灰 石膏 花朵 花香 花开 官兵 官司 季军 冠军 亚军 殷切 殷勤 边框 房屋 "
    "房价 房东 柴火 柴油 古筝 古老 古镇 古风 古人 古董 全都 全票 全面 简介 简易 "
    "简报 简图 简笔 单身 单调 单号 单程 单人 单子 管弦 管好 管家 管教 关门 关灯 "
    "关窗 关怀 关闭 关卡 关头 毕竟 尤其 焦点 焦虑 顾客 顾虑 顾问 顾全 熊猫 熊大 "
    "熊二 艾滋 段考 余下 余数 余额 余弦 余地 余光 邵东 夏至 夏装 程式 傅立 许多 许可 "
    "许久 许愿 何为 何人 何况 何必 何处 何不 何以 何年 何事 沈阳 罗马 罗列 高老 "
    "王老 李老 曹操 刘备 关羽 张飞 李白 杜甫 白居 苏轼 王维 孟子 孔子 庄子 孙子 "
    "鲁迅 毛泽 周恩 邓小 岳飞 文天 王子 王国 王后 王者 王牌 公主 "
)
_WORDS: Final = frozenset(_WORDS_WRITTEN.split())
"""Words that begin like a name; and people nobody keeps marks of."""

_BEGINNINGS: Final = frozenset(
    {
        *(
            "王子",
            "王国",
            "白雪",
            "白云",
            "高峰",
            "高强",
            "高雅",
            "高山",
            "文静",
            "方正",
        ),
        *(
            "方圆",
            "江山",
            "江南",
            "黄山",
            "黄河",
            "安宁",
            "金星",
            "石林",
            "雷雨",
            "夏天",
        ),
        *(
            "华丽",
            "万里",
            "万民",
            "平安",
            "常青",
            "明月",
            "成功",
            "孙子",
            "乐天",
            "夏雨",
        ),
        *(
            "林木",
            "沈阳",
            "苏州",
            "温柔",
            "安康",
            "安静",
            "金秋",
            "金华",
            "秦岭",
            "汪洋",
        ),
        *(
            "白马",
            "马克",
            "毛笔",
            "石头",
            "童心",
            "史册",
            "段考",
            "时光",
            "向阳",
            "康乐",
        ),
    }
)
"""Words of which a longer name may well be made: 王子轩."""

_PLACEHOLDERS: Final = "张三|李四|王五|赵六|孙七|周八|吴九|郑十|钱二"
HAN: Final = "\u3400-\u9fff"
"""Han characters, for a class of a pattern."""

NAME: Final = (
    rf"(?:{_PLACEHOLDERS}|小[{_GIVEN}]|(?:{_COMPOUND})[{_GIVEN}]{{1,2}}"
    rf"|[{_SURNAMES}](?:[{_GIVEN}]{{1,2}}|[一大三][{_GIVEN}一]|[{_GIVEN}]一))"
)
"""A regular expression for what may be a name; ask ``is_likely`` of what it finds."""

_NAME: Final = re.compile(NAME)
_MINORITY: Final = re.compile(rf"[{HAN}]{{2,6}}[·•・‧][{HAN}]{{2,8}}")

ENGLISH: Final = (
    "aaron|abby|ann|carrie|cathy|coco|dora|elsa|erica|hugo|ian|jackie|jeremy|jill|joan"
    "|judy|lena|lola|marcus|martin|naomi|neil|pam|philip|polly|rita|rosie|shirley|susie"
    "|teddy|terry|theo|tyler|vera|wayne|winnie|adam|aiden|alan|alex|alice|amanda|amber"
    "|amelia|amy|andrew|andy|angela|"
    "anna|anne|annie|anthony|aria|ashley|austin|ava|bella|ben|benjamin|betty|bob|bobby|"
    "brian|carl|carol|catherine|charles|charlie|charlotte|chloe|chris|christina|cindy|"
    "claire|daisy|daniel|dave|david|dennis|derek|diana|dylan|eddie|edward|elena|ella|"
    "ellen|emily|emma|eric|ethan|eva|evan|eve|fiona|frank|gary|gavin|george|grace|"
    "hannah|harry|helen|henry|iris|isaac|isabella|ivy|jack|jackson|jacob|jake|james|"
    "jane|jason|jay|jeff|jenny|jerry|jessica|jim|jimmy|joe|john|johnny|jordan|joseph|"
    "josh|joy|julia|julie|justin|karen|kate|katie|kelly|ken|kevin|kitty|kyle|larry|"
    "laura|lauren|leo|leon|liam|lily|linda|lisa|liz|logan|louis|lucas|lucy|luke|lydia|"
    "mandy|maria|marie|mary|mason|matt|matthew|max|megan|mia|michael|michelle|mike|"
    "molly|nancy|nathan|nick|nicole|nina|noah|nora|oliver|olivia|oscar|owen|patrick|"
    "paul|peggy|peter|phoebe|rachel|ray|rebecca|richard|rick|robert|roger|rose|ruby|"
    "ryan|sally|sam|samantha|samuel|sandy|sara|sarah|scott|sean|selina|simon|sofia|"
    "sophia|sophie|stella|stephanie|steve|steven|sue|susan|tiffany|tim|tina|toby|tom|"
    "tommy|tony|tracy|victor|vicky|victoria|vincent|vivian|wendy|william|yolanda|zack|"
    "zoe"
)
"""Given names in small letters, as pupils in China bear them in English lessons."""


def is_likely(name: str) -> bool:
    """Tell whether a whole run of folded Han characters is most likely a name."""
    if _MINORITY.fullmatch(name):
        return True
    return (
        _NAME.fullmatch(name) is not None
        and name not in _WORDS
        and (name[:2] not in _WORDS or (name[:2] in _BEGINNINGS and len(name) > 2))
    )
