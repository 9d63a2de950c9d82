"""Ranking: marks beside names go, and every other number beside a name stays."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.domain.events import Inspected, Place
from appservice.domain.files import FileFacts, FileSort
from appservice.domain.ids import EventId, PersonId
from appservice.domain.people import Role
from appservice.domain.pupils import PupilFinder
from appservice.domain.rule import Category, Context, Outcome
from appservice.domain.rules.ranking import RULE, Settings, check
from tests.builders import (
    NOON,
    ROOM,
    TEACHER,
    XIAOMING,
    author,
    context,
    edited,
    message,
    past,
    reacted,
)

USUAL = Settings()
COMPARES = [
    "张三98 李四87",
    "张三:98\n李四:87",
    "王小明 语文95 数学98 英语100\n李华 语文90 数学85 英语92",
    "第一名:张三,第二名:李四",
    "班级排名:1.王小明 2.李华 3.赵雨萱",
    "张三第3名",
    "这次期中考试张三考了58分,要加油",
    "李华又是倒数第一",
    "全班前十名:张三、李四、王五、赵六",
    "不及格名单:张三、李四",
    "90分以上的同学有:张三、李四、王五",
    "满分:王小明",
    "Tom 95, Jerry 88, ranked 3rd in class",
    "姓名,语文,数学\n张三,98,87\n李四,88,92",
    "姓名\t学号\t总分\n张三\t20230101\t289\n李四\t20230102\t276",
    "| 姓名 | 数学 |\n|---|---|\n| 王小明 | 98 |\n| 李华 | 87 |",
    "张三九十八分,李四八十七分",
    "陈思远数学只考了45分",
    "王小明年级第12名",
    "张三 A 李四 B+ 王五 C 期中数学等级",
    "1号98分 2号87分 3号65分 本次测验成绩",
    "优秀:张三、李四;良好:王五、赵六;这次数学测验",
    "Lucy got 45% on the maths test",
    "欧阳娜娜总分678,司马懿总分654",
    "本次月考 刘子涵 年级排名15 陈思远 年级排名32",
    "恭喜王小明这次考试得了全班第一名",
    "刘子涵(98) 陈思远(95) 王一诺(90)",
    "98 张三\n95 李四\n60 王五",
    "张三:语文 98,数学 100;李四:语文 76,数学 69",
    "期末成绩公布:李明95、王芳88、张伟76、刘洋65",
    "本次单元测试,第一名陈晨,第二名周子轩,第三名何雨桐",
    "这次数学周测班里最低分是刘强,才42分",
    "月考成绩排名\n1 刘子涵 286\n2 王雨泽 280\n3 陈一诺 275",
    "语文成绩:\n张伟 92\n王芳 85\n李娜 78\n刘强 60",
    "李娜期末总分289,班级第2;王芳总分275,班级第8",
    "倒数三名是:张三、李四、王五",
    "进步最大的是李华,从30名升到第5名",
    "数学100分的有:张子涵、李雨泽",
    "周杰这次考了班级倒数第二",
    "各位家长,这是孩子们的成绩:陈浩 88,林欣怡 93,吴俊杰 71",
    "Emily 92, Jack 85, Olivia 78 - midterm results",
    "Class ranking: 1. Amy 2. Bob 3. Cindy",
    "Tom failed the maths exam with 42 points",
    "Score list: Li Ming 88, Wang Fang 92",
    "David is bottom of the class again",
    "Here are the test scores:\nTom\t90\nLucy\t85\nMike\t60",
    "王梓涵同学数学考了满分,李浩然只有60分",
    "张三85分,比李四的92分低",
    "小明95分 小红88分 小刚76分",
    "张三,98\n李四,76\n王五,88",
    "李华:优 张伟:良 王芳:及格(期末等级)",
    "张 三 98 李 四 87",
    "全班第一是李华,第二是王芳",
    "英语听写:王雨 100 李然 95 陈果 60",
    "成绩单:①张三 95 ②李四 90 ③王五 85",
    "张三同学的成绩是98分,李四同学的成绩是87分",
    "年级前50名我班有:张三(12名)、李四(33名)",
    "张三语文九十五,李四语文八十八",
    "这次考试最高分张三,最低分李四",
    "A等:张三、李四 B等:王五",
    "期中考试成绩出来了,王浩然 135 李思琪 128 张宇航 119",
    "月考前三名:刘洋、陈静、赵磊,大家向他们学习",
    "各位家长,这次数学单元测试,李欣怡100,王子轩98,陈晓东95,周婷86,吴磊59",
    "孙悦悦总分602排名第8,郑浩总分588排名第15",
    "本次考试班级第一是黄诗涵,年级第三",
    "林宇 语文112 数学98 英语120 总分330 排名12",
    "许佳琪同学从班级第20名进步到第5名,值得表扬",
    "姓名 总分 名次\n王浩 678 1\n李梅 665 2\n赵强 650 3",
    "姓名|语文|数学|英语\n王浩|98|95|99\n李梅|90|88|92",
    "1.王浩 98\n2.李梅 95\n3.赵强 93",
    "第1名 王浩\n第2名 李梅\n第3名 赵强",
    "倒数五名:王浩、李梅、赵强、孙丽、周明,请家长引起重视",
    "张伟这次考试退步了,只有62分",
    "李明数学不及格,请家长来学校一趟",
    "这次全班只有王芳和刘强不及格",
    "王浩:A+;李梅:B;赵强:C",
    "优:王浩 李梅\n良:赵强 孙丽\n这次语文测试等级",
    "本班排名:王浩(1)、李梅(2)、赵强(3)",
    "年级前十:王浩、李梅",
    "王浩然英语只得了45分,家长请关注",
    "小刚85,小丽92,小华78,这次小测成绩",
    "王浩98、李梅97、赵强96、孙丽95",
    "单词听写成绩:王浩20/20,李梅18/20,赵强12/20",
    "默写正确率:王浩 100% 李梅 95% 赵强 60%",
    "这次模拟考:王浩650分,李梅640分",
    "成绩(满分100):王浩,98;李梅,87;赵强,76",
    "Test results: Alice 98, Bob 76, Charlie 54",
    "Top 3: Alice, Bob, Charlie",
    "Ranking: 1st Alice, 2nd Bob, 3rd Charlie",
    "Bob got the lowest score in class",
    "Alice is first in the class with 98 points",
    "Midterm: Wang Hao - 98; Li Mei - 95",
    "Bob scored 54/100, please talk to him",
    "王浩,李梅,赵强三位同学总分都在280以上",
    "90分以上:王浩、李梅\n80-89分:赵强、孙丽\n60分以下:周明",
    "王浩期末考第一,李梅第二",
    "这次物理最高分是王浩98分",
    "张三丰的数学成绩是全班倒数第一",
    "体育测试:王浩 95分 李梅 88分",
    "欧阳修文 95\n司马光明 88",
    "马丽语文:88 数学:92 英语:90;高峰语文:70 数学:65 英语:60",
    "王浩进步10名,李梅退步5名",
    "学号01:98分,学号02:87分,学号03:77分",
    "李小龙 考了全年级第2",
    "王浩同学的语文成绩全班最高",
    "全班最高分:王浩 99",
    "这次小测,班里就李梅一个人没及格",
    "恭喜以下同学获得满分:王浩、李梅",
    "九十分以上的:王浩、李梅、赵强",
    "本周计算比赛得分:王浩 95 李梅 90",
    "期末成绩排名(1-10):王浩 李梅 赵强 孙丽 周明",
    "小明第一,小红第二,小刚第三,这是这次考试的名次",
    "张悦考得最好,王浩考得最差",
    "王浩班级排名由10升到3",
    "李梅的分数比赵强高20分",
    "各科成绩如下\n王浩:语98数95英90\n李梅:语88数85英80",
    "王浩 语98 数95 英90",
    "一等:王浩 二等:李梅(本次月考等次)",
    "班级前十名单如下:1王浩2李梅3赵强",
    "学习之星按成绩排:王浩>李梅>赵强",
    "赵强,58分,不及格",
    "这次英语考试,王浩100、李梅99.5、赵强60",
    "王浩 98\t李梅 87\t赵强 76",
    "【成绩公示】王浩:总分286,班名1,级名5",
    "孙丽语文及格了,数学没及格",
    "Alice got A, Bob got C in the final",
    "Final grades: Alice A, Bob B, Charlie D",
    "Lily: Math 98, English 95; Lucy: Math 76, English 80",
    "Here's the class rank list: 1. Alice Wang 2. Bob Li",
    "Amy 98 Ben 76 Cindy 88",
    "Mike only got 40 points in the exam",
    "Lucy is the top student and Mike is the bottom student in our class",
    "Bob's score is 45, Alice's score is 98",
    "Bob's math score: 45",
    "亲爱的家长,以下是本次数学考试成绩:\n张浩宇:95分\n李雨桐:88分\n王子墨:92分",
    "班级成绩排名表:第一名陈思齐 298分,第二名杨乐乐 295分",
    "陈思齐考了第一,杨乐乐考了第二,刘畅考了第三",
    "孩子们的听写情况:全对:张浩宇、李雨桐;错1个:王子墨;错5个以上:刘畅",
    "这次测验低于60分的同学:刘畅、周子涵",
    "优秀(90以上):张浩宇、李雨桐,合格:刘畅",
    "语文第一单元:张浩宇A 李雨桐A+ 王子墨B",
    "刘畅又考了倒数第三,家长要重视啊",
    "张浩宇语文96数学99,李雨桐语文90数学85",
    "恭喜张浩宇荣获期中考试全班第一名!",
    "我们班最后几名是刘畅、周子涵",
    "总分排名:张浩宇>李雨桐>王子墨",
    "刘畅这次数学才考了三十五分",
    "周子涵期末各科:语文85、数学79、英语92",
    "各位家长好,这次期中考试班级前五是张浩宇、李雨桐、王子墨、刘畅、周子涵",
    "数学成绩单\n1\t张浩宇\t99\n2\t李雨桐\t95",
    "张浩宇 (95), 李雨桐 (88)",
    "张浩宇=95;李雨桐=88",
    "张浩宇…95 李雨桐…88",
    "张浩宇——95 李雨桐——88",
    "95-张浩宇 88-李雨桐",
    "张浩宇:优+ 李雨桐:优 王子墨:良",
    "本次测试成绩,王子墨成绩优秀 96 分,刘畅待提高 55 分",
    "Zhang Haoyu: 95 points; Li Yutong: 88 points",
    "Exam ranking - No.1 Zhang Haoyu, No.2 Li Yutong",
    "Kevin's rank is 5th and Lily's rank is 12th",
    "Students who failed: Kevin, Lily, Jack",
    "Full marks: Kevin, Lily",
    "Kevin got full marks, Lily got 60%",
    "The lowest mark was Kevin's 35",
    "名次 姓名 总分\n1 张浩宇 298\n2 李雨桐 295",
    "Maths test: Anna 92, Ben 75, Cathy 88",
    "Anna scored the highest in our class",
    "Ben came last in the exam",
    "Top students: 1. Anna (98) 2. Ben (95)",
    "Ben failed the English test again",
    "Anna: A, Ben: C, Cathy: B+",
    "Congratulations to Anna for ranking first in the grade",
    "The average score is 85, Anna got 98 and Ben got 60",
    "Li Hua got 59 in math, he needs to work harder",
    "Class rank: Anna 1st, Ben 2nd, Cathy 3rd",
    "Exam results - Anna: 95%, Ben: 67%",
]
DOES_NOT = [
    "成绩单已发,请查收",
    "1 张三 2 李四 3 王五 4 赵六",
    "张三 13800138000 李四 13900139000",
    "3月1日值日:张三 3月2日值日:李四",
    "今天学习第3课",
    "明天8:30集合,请准时",
    "请完成练习册第12页",
    "本次考试满分100分,时间90分钟",
    "全班平均分提高了,大家继续努力",
    "表扬张三、李四作业认真",
    "运动会:9:00 100米预赛,10:00 跳远决赛",
    "语文98页,数学35页,英语Unit 3",
    "书费每人35元",
    "座位表:第1排 张三 李四 第2排 王五 赵六",
    "张三 130 李四 140 校服尺码",
    "张三 36.5 李四 36.7 体温正常",
    "数学98分以上才能评优",
    "请张三、李四、王五明天带跳绳",
    "周一 数学 周二 语文",
    "高一3班 高二5班 人数 45",
    "王老师办公室电话 021-55556666",
    "期末考试时间:6月25日 语文 9:00-11:00",
    "请大家背诵第3单元单词",
    "Please read Unit 3 Page 45",
    "张三今天请假",
    "任务1 完成练习 任务2 预习",
    "我这次考了98分,好开心",
    "孩子考了多少分啊?",
    "李华 3本 王芳 2本 图书角借书登记",
    "期末考试各科时间安排:语文90分钟,数学90分钟",
    "张三迟到10分钟",
    "谢谢王老师",
    "今天阅读30分钟,第5章",
    "距离中考还有98天",
    "作文满分60分,选择题30分",
    "老师,张明今天要9点到校",
    "白雪公主的故事读到第12页",
    "请收到的家长回复1",
    "王老师 85 号信箱",
    "计算题 98 道",
    "期末考场安排:张三 第3考场 12号,李四 第3考场 13号",
    "学号1 张三 学号2 李四",
    "张三 男 12岁 李四 女 11岁",
    "语文:98页背诵;数学:87页练习",
    "订校服:张伟 150 王芳 155 李娜 160",
    "明天周三,上午10点,地点302教室",
    "春游分组:第1组 张三 李四 王五 第2组 赵六 孙七",
    "身高:张三145,李四138",
    "捐书:张三5本,李四8本",
    "投票结果:张三32票,李四28票",
    "第一名的奖品是一本书",
    "得了第一名的班级可以优先选座位",
    "我们班这次排名年级第三,大家辛苦了",
    "三班98分,四班95分,卫生评比",
    "卫生检查:三(1)班 98,三(2)班 95",
    "考了多少分不重要,重要的是努力",
    "Room 302, Floor 3, Monday 9:00",
    "Tom, Jerry and Lucy are on duty on Monday",
    "Bus 12 leaves at 7:30, Bus 15 at 7:45",
    "Chapter 3, 4 and 5 are in the exam",
    "There are 45 students in Class 3",
    "The full mark of the test is 100",
    "Lily is 12 and Tom is 13 years old",
    "Tom 13800138000",
    "Maths homework: page 98, exercises 1-10",
    "My son got 98 in the exam, so happy",
    "我家宝贝这次考了98分",
    "体育中考项目:1000米、跳远、跳绳",
    "优秀作业:张三、李四、王五",
    "优秀班干部:张三、李四",
    "明明有98个苹果,小红有87个苹果,一共有多少个?",
    "张老师生日6月15,李老师生日7月20",
    "作业:语文第15课,数学第98页,英语第3单元",
    "校车路线:张三 2号线 李四 3号线",
    "今天的值日生是张三、李四,请18:00前完成",
    "各组得分:第一组98,第二组95,第三组90",
    "背诵过关:张三、李四、王五",
    "请以下同学交作业:张三、李四",
    "周末气温 12-18 度",
    "唐诗三百首第98首",
    "王维 23 岁写下这首诗",
    "李白 杜甫 白居易 考前必背",
    "牛顿 1687年发表",
    "期中考试成绩已发到各位家长的私信,请查收",
    "期中考试定于11月5日至6日,请同学们认真复习",
    "考试安排:语文 8:30-11:00,数学 14:00-16:00",
    "本次考试满分150分,及格线90分",
    "家长会定于周五下午3点,地点各班教室",
    "明天值日:王浩、李梅、赵强",
    "请王浩、李梅、赵强的家长明天来领校服",
    "座位调整:第一组 王浩 李梅 第二组 赵强 孙丽",
    "运动会报名:100米 王浩 赵强,跳远 李梅",
    "校服尺码统计:王浩 160,李梅 155,赵强 165",
    "午餐费 350元,请于周三前交",
    "三好学生候选人:王浩、李梅、赵强",
    "王浩同学拾金不昧,特此表扬",
    "恭喜王浩、李梅在书法比赛中获奖",
    "请完成练习册第15-20页",
    "第3单元测试卷请家长签字",
    "今天的家庭作业:1.背诵第5课 2.预习第6课",
    "各位家长,疫苗接种时间为周四9:00,地点报告厅",
    "学校总机:021-64321234,班主任办公室:021-64321235",
    "考点:第一中学,准考证明天发",
    "明天降温到5度,请注意保暖",
    "3月12日植树节活动,7:30校门口集合",
    "班级人数45人,男生23人,女生22人",
    "午休12:30-13:30",
    "本学期共20周,第18周期末考试",
    "阅读书目:《西游记》《水浒传》《朝花夕拾》",
    "分班名单:高一1班 王浩 李梅 高一2班 赵强 孙丽",
    "宿舍安排:301 王浩 赵强 302 周明 吴磊",
    "大家考得不错,继续努力",
    "这次考试全班进步很大,平均分比上次提高了5分",
    "下周一升旗手:王浩、李梅",
    "今日迟到人数2人,请家长督促孩子按时到校",
    "语文课代表王浩,数学课代表李梅",
    "图书角:王浩借《三国演义》,李梅借《红楼梦》",
    "各小组组长:第1组王浩 第2组李梅 第3组赵强 第4组孙丽",
    "班委选举结果:班长王浩,副班长李梅,学习委员赵强",
    "合唱比赛我班获得第二名",
    "请以下同学明天带作业本:王浩、李梅",
    "高一(3)班 98人参加,高一(4)班 95人参加",
    "王老师 8:00-9:00 李老师 9:00-10:00",
    "古诗《静夜思》李白 《春晓》孟浩然",
    "The exam is on Monday at 9, Room 301",
    "Please bring 20 yuan for the trip",
    "Unit 3 test on Friday, pages 30-45",
    "Bus 5 leaves at 7:30 from Gate 2",
    "Tom, Jerry and Alice are on duty this week",
    "Congratulations to Alice and Bob for the art prize",
    "Parents' meeting: 3 pm, Hall 2",
    "今天课堂表现优秀的同学:张浩宇、李雨桐",
    "作业全优:张浩宇、李雨桐、王子墨",
    "书写漂亮的小朋友:李雨桐、周子涵",
    "本周阅读之星:张浩宇",
    "请张浩宇、刘畅、周子涵同学明天补交回执",
    "明天轮到第3组值日:张浩宇、李雨桐",
    "午餐退费名单:张浩宇 25元 李雨桐 30元",
    "张浩宇跳绳180个,李雨桐跳绳165个,破纪录啦",
    "视力筛查:请张浩宇、刘畅家长带孩子复查",
    "课外班时间:周一 16:00-17:00 围棋,周三 16:00-17:00 书法",
    "本学期成绩评定采用等级制:优、良、合格、待合格",
    "成绩采用A、B、C、D四个等级",
    "考试范围:第1-4单元",
    "数学卷子满分100,附加题20",
    "语文要求:生字第1-8课,每个抄2遍",
    "家长开放日流程:8:00签到 8:30听课 10:00座谈",
    "三年级2班 42人 三年级3班 41人",
    "4月12日春游,费用98元,含午餐",
    "校车1号车:张浩宇 李雨桐;2号车:王子墨 刘畅",
    "小红花榜:张浩宇5朵 李雨桐4朵",
    "请各位家长登录 https://jyt.zj.gov.cn 查询",
    "防溺水安全教育:请家长签字",
    "防校园欺凌知识讲座周五下午两点",
    "学校严禁学生带手机入校",
    "预防流感,勤洗手戴口罩",
    "孩子们今天的表现都很棒!",
    "请大家关注天气预报,明天有雨",
    "合唱团成员:张浩宇、李雨桐",
    "今天的升旗仪式非常成功",
    "明天上午第二节课改为数学",
    "请各位同学带好红领巾",
    "王浩同学的水杯在办公室",
    "周五下午大扫除,请自带抹布",
    "明天7:20到校早读",
    "下周一举行消防演练",
    "请班长统计人数",
    "作业本用完的同学可以到小卖部购买",
    "昨天的作业整体完成得不错",
    "同学们暑假快乐,注意安全",
    "图书馆今天闭馆",
    "语文课本请包好书皮",
    "本周五开家长会",
    "恭喜我班获得流动红旗",
    "期末复习资料已经印好,明天发",
    "校园广播站招募小播音员",
    "祝贺王浩同学获得市级作文比赛一等奖",
    "Please remember to bring your PE kit tomorrow",
    "School starts at 8:00 next Monday",
    "No homework today, enjoy the weekend",
    "My daughter Anna is sick today",
    "Ben will be picked up by his grandma",
    "Anna's birthday party is on Saturday at 3",
    "Can Ben sit next to Anna?",
    "Does anyone have the spelling list for unit 5?",
    "We are 10 minutes late, sorry",
    "Thank you for the lovely photos",
    "How much is the school trip? 50 yuan?",
    "Anna lost her water bottle, it is blue",
    "Happy New Year to all teachers and parents",
    "The bus number 12 is late today",
    "Is there football practice on Tuesday at 4pm?",
    "Anna, Ben and Cathy are going together",
    "Grade 3 has 120 students",
    "@王老师 孩子今天请假",
    "@李雨桐妈妈 你好",
    "@所有老师 辛苦了",
    "老师辛苦了🌹🌹🌹",
    "🎉🎉🎉生日快乐",
    "👨\u200d👩\u200d👧 周末亲子活动真开心",
    "Спасибо за всё",
    "ありがとうございます",
    "안녕하세요",
    "مرحبا بالجميع",
    "H₂O 和 CO₂ 的化学式",
    "x² + y² = r²",
    "½ + ¼ = ¾",
    "①②③④⑤",
    "Tel: 021-64321234",
    "邮编200030",
    "车牌号沪A12345",
    "订单号2024123456789012345",
    "ISBN 978-7-111-12345-6",
    "会议ID:123-456-789",
    "密码1234",
    "WiFi:school-guest",
    "圆周率3.14159265358979",
    "公式 a:b=c:d",
    "时间:2026.3.15-2026.3.20",
    "3.15晚会看了吗",
    "比分2:1",
    "身高1.45米体重40公斤",
    "体温36.5正常",
    "http://www.moe.gov.cn",
    "https://basic.smartedu.cn/",
    "下载国家中小学智慧教育平台app",
    "点开这个链接 https://www.xuexi.cn/",
    "今天在京东买了书",
    "淘宝上有卖校服吗",
    "微信群里的通知看了吗",
    "QQ邮箱可以吗",
    "支付宝交学费可以吗",
]
PUPILS = PupilFinder(
    {"阿依古丽·买买提": [PersonId("s1")], "平平": [PersonId("s2")]},
    {"小明": [PersonId("s3")]},
)


def outcome(body: str, known: Context | None = None) -> Outcome:
    found = tuple(check(message(body), USUAL, known or context()))
    return found[0].outcome if found else Outcome.ALLOW


def knowing(*own: str, role: Role = Role.GUARDIAN) -> Context:
    mine = frozenset(map(PersonId, own))
    return Context(author=author(role), pupils=PUPILS, own_pupils=mine)


def file_with(*rows: tuple[str, ...]) -> Inspected:
    return Inspected(
        event_id=EventId("$found"),
        room_id=ROOM,
        sender=TEACHER,
        sent_at=NOON,
        target=EventId("$sheet"),
        facts=FileFacts(
            sort=FileSort.SPREADSHEET,
            media_type="application/vnd.ms-excel",
            size=9,
            tables=(rows,),
        ),
    )


@pytest.mark.parametrize("body", COMPARES)
def test_what_compares_pupils_is_hidden(body: str):
    assert outcome(body).hides


@pytest.mark.parametrize("body", COMPARES)
def test_the_width_of_signs_is_no_matter(body: str):
    """Some keyboards write ：, and some :."""
    wide = {code - 0xFEE0: code for code in (0xFF1A, 0xFF0C, 0xFF1B, 0xFF08, 0xFF09)}

    assert outcome(body.translate(wide)).hides


@pytest.mark.parametrize("body", DOES_NOT)
def test_other_numbers_beside_names_stay(body: str):
    assert outcome(body) is Outcome.ALLOW


def test_teachers_are_bound_too():
    """B1-43 is meant for them first of all."""
    assert RULE.binds_staff
    assert outcome("张三98 李四87", context(Role.TEACHER)) is Outcome.REFUSE


@pytest.mark.parametrize(
    "body", ["班级平均分92", "热烈祝贺我班张三100米第一名,李四跳高第二名"]
)
def test_what_names_nobodys_marks_is_a_hint_at_most(body: str):
    """How the class did, and who won a race."""
    assert outcome(body) is Outcome.HINT


@pytest.mark.parametrize("body", ["阿依古丽买买提考了58分", "平平这次第30名"])
def test_one_pupil_of_the_roster_is_enough(body: str):
    """By names that nobody would take for names."""
    assert outcome(body) is Outcome.ALLOW
    assert outcome(body, knowing()) is Outcome.REFUSE


def test_of_ones_own_child_one_may_tell():
    """A hint that everybody reads it, and no more."""
    assert outcome("平平这次考了98分", knowing("s2")) is Outcome.HINT
    assert outcome("平平这次考了98分", knowing("s1")) is Outcome.REFUSE
    assert outcome("我家张明这次考了98分") is Outcome.HINT


def test_a_sheet_with_marks_is_hidden():
    """What an inspector read in a file, as a person would see it."""
    rows = (("姓名", "语文", "数学"), ("张三", "98", "87"), ("李四", "88", "92"))
    (violation,) = check(file_with(*rows), USUAL, context(Role.TEACHER))

    assert violation.outcome is Outcome.REFUSE
    assert violation.category is Category.RANKING
    assert violation.evidence.place == Place.FILE.value


def test_a_sheet_without_marks_stays():
    rows = (("姓名", "电话"), ("张三", "120"), ("李四", "110"))

    assert not tuple(check(file_with(*rows), USUAL, context(Role.TEACHER)))


def test_a_picture_called_marks_is_flagged_and_its_author_told():
    """Nobody here can read what it shows."""
    picture = message(
        "期中成绩.png", msgtype="m.image", media="mxc://x/y", place=Place.FILE_NAME
    )
    (violation,) = check(picture, USUAL, context(Role.TEACHER))

    assert violation.outcome is Outcome.FLAG
    assert violation.tells_author


@pytest.mark.parametrize(
    ("words", "role", "is_flagged"),
    [
        ("这次的成绩排名", Role.TEACHER, True),
        ("这次的成绩排名", Role.STUDENT, False),
        ("成绩已单独私信各位", Role.TEACHER, False),
        ("今天的春游", Role.TEACHER, False),
    ],
)
def test_words_of_staff_about_marks_make_their_picture_suspect(words, role, is_flagged):
    picture = message("IMG_1.jpg", msgtype="m.image", media="mxc://x/y")
    known = context(role, recent=[past(words, ago=timedelta(minutes=1))])

    assert bool(tuple(check(picture, USUAL, known))) is is_flagged


def test_an_edit_is_judged_and_a_reaction_is_not():
    assert tuple(check(edited("张三98 李四87"), USUAL, context()))
    assert not tuple(check(reacted("张三98 李四87"), USUAL, context()))


@given(st.text("张三李四98分第一名:、,|\n\t 成绩abTom", max_size=60))
def test_it_judges_anything(body: str):
    """Any text has a verdict."""
    assert outcome(body) in Outcome


def test_names_of_own_children_are_those_of_the_sender():
    """The tests above speak of one sender."""
    assert knowing().author.user_id == XIAOMING
