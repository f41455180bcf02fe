"""Order by surname strokes, as ballots list candidates: number of strokes, then the first stroke (横竖撇点折).

The table holds the common surnames in that order. Unknown ones come last and are named on the page, so that people put
them in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

SURNAMES_BY_STROKES: dict[int, str] = {
    2: "丁卜刁",
    3: "于万干上山千凡门广习马子弓卫",
    4: "王丰元韦云木尤车牙戈支区太井夫水贝毛牛仇公乌凤长仓从勾文方卞计尹孔邓巴毋",
    5: "甘古左石艾平可龙厉东卢叶申田史冉占帅归北白丛令印乐包仝丘付代冯兰宁邝汉司皮边台尼弘召",
    6: "邢吉巩匡西百毕权过成尧戎达吕曲师光朱伍任华全危向后仲伊乔邬先多年闫关米江池汤安齐许庄刘农宇兴祁羊问牟那阳阮阴孙纪羽贠",
    7: "麦芮花苏杜杨李严劳巫芦折来求豆邴吴岑时肖员步别邱何余佟谷狄邹利佘邸冷汪沙沈沃沐宋闵应辛怀况初完张陆陈邵邰纳迟",
    8: "苗英苟范林欧武茅郁郏拓苑幸杭其奇尚卓罗易明虎昌国呼岳季金周鱼和竺牧郇欣郑单庞郎於法冼宓官宗定宛房京祈屈孟居承经练降终弥",
    9: "封项荆赵胡南柯查柏柳荀荣茹药郝郦相故战哈冒是思昝钟钮种侯俞段饶皇郗郜独保修信禹须钦香逄施洪洛洗姜宫宣祝娄闻恽闾祖奕彦贺费姚胥骆",
    10: "秦袁耿莫晋贾夏聂莘桂桓索敖班都栗荷原顾柴晏晁党钱倪徐殷翁奚铁郭席唐凌高涂浦诸容海宾谈栾益家陶姬能桑展",
    11: "黄萧菅曹戚龚梅盛勒堵萨眭崔常鄂符矫银笪梁康章商阎麻鹿淳渠盖寇宿密扈粘谌尉屠隋逯巢续隗",
    12: "彭葛董蒋韩覃粟斯惠植揭琚喻景嵇傅焦储鲁程智舒释童曾温游富谢普湛滑禄强缑",
    13: "靳蓝蒲蒙楚赖雷甄楼鄢裘蓟路虞睢鲍解詹简阙廉窦褚满雍溥福慈",
    14: "蔡蔺綦臧慕蔚裴管鲜廖谭端赛漆谯阚熊翟缪暨",
    15: "樊暴墨黎滕德稽颜潘",
    16: "霍薛薄燕操冀穆衡澹",
    17: "戴鞠檀璩藏魏繁濮糜蹇",
    18: "藤瞿",
}
_PLACES: dict[str, tuple[int, int]] = {
    character: (strokes, place)
    for strokes, characters in SURNAMES_BY_STROKES.items()
    for place, character in enumerate(characters)
}
_UNKNOWN = (99, 0)


def surname_strokes(name: str) -> int | None:
    """Strokes of the surname's first character, None where the table does not know it."""
    place = _PLACES.get(name.strip()[:1])
    return place[0] if place else None


def by_strokes(
    people: Iterable[T], *, name: Callable[[T], str], sound: Callable[[T], str] | None = None
) -> list[T]:
    """People in ballot order; who has the same surname follows by pinyin of the whole name."""
    return sorted(
        people,
        key=lambda person: (
            _PLACES.get(name(person).strip()[:1], _UNKNOWN),
            sound(person) if sound else name(person),
        ),
    )


def unknown_surnames(names: Sequence[str]) -> list[str]:
    """Names that people have to put in their place."""
    return [name for name in names if surname_strokes(name) is None]
