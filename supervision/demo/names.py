"""Generated names: common surnames and given characters, no two people of the demo alike."""

from random import Random

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_MALE = "建国志强永明文斌海军家伟立新德胜春生玉林学民宏伟长青卫东世杰国庆少华金山树林晓峰振华俊杰浩然子轩宇航"
_FEMALE = "秀英桂兰玉华春梅淑珍丽娟海燕晓红美玲雪梅慧敏小芳红霞翠萍秋月文静佳怡思雨婷婷雅琴彩云金凤"


def pairs(characters: str) -> list[str]:
    return [characters[index : index + 2] for index in range(0, len(characters) - 1, 2)]


class Names:
    """Draws unused names."""

    def __init__(self, random: Random):
        self.random = random
        self.used: set[str] = set()

    def draw(self, gender: str) -> str:
        given = pairs(_MALE if gender == "male" else _FEMALE)
        while True:
            first = self.random.choice(given)
            # A fifth have one character, as in life; the rest two, sometimes mixed from two common pairs.
            kind = self.random.random()
            if kind < 0.2:
                first = first[0]
            elif kind < 0.6:
                first = first[0] + self.random.choice(given)[1]
            name = self.random.choice(_SURNAMES) + first
            if name not in self.used:
                self.used.add(name)
                return name
