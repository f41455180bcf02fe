"""Names and texts of the generated world: skewed as in life, with two-character words that are rare, medium and frequent."""

from random import Random

SURNAMES = (
    ("王", "wang", 72), ("李", "li", 70), ("张", "zhang", 68), ("刘", "liu", 54), ("陈", "chen", 45), ("杨", "yang", 31),
    ("赵", "zhao", 22), ("黄", "huang", 22), ("周", "zhou", 21), ("吴", "wu", 20), ("徐", "xu", 16), ("孙", "sun", 15),
    ("胡", "hu", 13), ("朱", "zhu", 13), ("高", "gao", 12), ("林", "lin", 12), ("何", "he", 11), ("郭", "guo", 11),
    ("马", "ma", 10), ("罗", "luo", 9), ("梁", "liang", 8), ("宋", "song", 8), ("郑", "zheng", 7), ("谢", "xie", 7),
    ("欧阳", "ou yang", 1), ("单", "shan", 1), ("曾", "zeng", 5), ("仇", "qiu", 1),
)  # fmt: skip
GIVEN = (
    ("国", "guo"), ("建", "jian"), ("华", "hua"), ("军", "jun"), ("平", "ping"), ("秀", "xiu"), ("英", "ying"), ("明", "ming"),
    ("志", "zhi"), ("强", "qiang"), ("丽", "li"), ("红", "hong"), ("春", "chun"), ("海", "hai"), ("文", "wen"), ("永", "yong"),
    ("玉", "yu"), ("兰", "lan"), ("伟", "wei"), ("敏", "min"), ("静", "jing"), ("涛", "tao"), ("磊", "lei"), ("超", "chao"),
    ("霞", "xia"), ("梅", "mei"), ("辉", "hui"), ("刚", "gang"), ("燕", "yan"), ("娟", "juan"), ("鑫", "xin"), ("淼", "miao"),
)  # fmt: skip
#: word → one text in so many holds it.
FREQUENT = {"学习": 1, "党员": 1, "讨论": 2, "决定": 3}
MEDIUM = {"灌溉": 60, "幼儿": 60, "消防": 40, "义诊": 80}
RARE = {"桑葚": 4000, "皮影": 6000, "麋鹿": 9000}
_SENTENCES = (
    "会议学习了党章有关条款，党员结合岗位谈了体会。", "讨论了本月工作安排，明确了责任人和完成时限。",
    "会议决定按计划推进，由支部委员会负责落实。", "与会党员围绕主题交流发言，提出了改进意见。",
    "书记传达了上级会议精神，通报了上月工作情况。", "大家一致认为要把群众反映的问题办实办好。",
    "会前征求了党员意见，会后形成了记录并归档。", "组织委员通报了组织生活和学时完成情况。",
)  # fmt: skip
_PLACES = ("党群服务中心", "村部会议室", "社区活动室", "文化广场", "农家书屋")


def name(random: Random) -> tuple[str, str, str]:
    """(name, pinyin, initials)."""
    surname, sound, _ = random.choices(SURNAMES, weights=[each[2] for each in SURNAMES])[0]
    given = random.choices(GIVEN, k=random.choice((1, 2, 2)))
    sounds = f"{sound} {' '.join(each[1] for each in given)}"
    return surname + "".join(each[0] for each in given), sounds, "".join(part[0] for part in sounds.split())


def text(random: Random) -> str:
    """Some sentences of minutes."""
    said = random.choices(_SENTENCES, k=random.randint(3, 7))
    for words in (MEDIUM, RARE):
        for word, one_in in words.items():
            if random.randrange(one_in) == 0:
                said.append(f"会上还研究了{word}有关事项。")
    return "".join(said)


def place(random: Random) -> str:
    return random.choice(_PLACES)
