"""How long before its day a reminder comes, in plain words and back: 提前 30 天、7 天，当天，过后每 7 天共 8 次.

Stored are minutes before the anchor (negative ones after it) and calendar months before it; people read and write words.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
MOST_DAYS, MOST_MONTHS, MOST = 366, 12, 24
#: A year before: the anchor is always nearer than that, so the reminder comes the moment it is planned.
AT_ONCE = MOST_DAYS * DAY

_UNITS = {"分钟": 1, "分": 1, "小时": HOUR, "天": DAY, "日": DAY, "周": WEEK, "星期": WEEK}
_SEPARATORS = re.compile(r"[、,;。\n]|和|以及")
_ON_THE_DAY = {"当天", "当日", "到期日", "到期当天"}
_NOW = {"马上", "立即", "立刻"}
_ONE = re.compile(r"(提前|过后|逾期|之后)?(\d{1,6})个?(分钟|分|小时|天|日|周|星期|月)(之?前|之?后)?")
_SERIES = re.compile(r"(过后|逾期|之后)?每(\d{1,6})(天|日|周|星期)共(\d{1,3})次")


class OffsetsError(ValueError):
    """Words that say no time; the message is Chinese and names the mend."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """Minutes and calendar months before the anchor, the earliest first; equal ones are one."""

    minutes: tuple[int, ...] = ()
    months: tuple[int, ...] = ()

    @classmethod
    def of(cls, minutes: Iterable[int], months: Iterable[int] = ()) -> "Offsets":
        """In order, and "no month before" as "no minute before": both are the day itself."""
        whole = set(months)
        exact = set(minutes) | ({0} if 0 in whole else set())
        return cls(tuple(sorted(exact, reverse=True)), tuple(sorted(whole - {0}, reverse=True)))

    def __bool__(self) -> bool:
        return bool(self.minutes or self.months)


def parse_offsets(text: str) -> Offsets:
    """What the words say. “提前” or “过后” holds until the other is written; without either it is 提前."""
    parts = [part for part in _SEPARATORS.split(_plain(text)) if part]
    if not parts:
        raise OffsetsError("请至少写一个时间，如“提前 3 天”；不需要这种提醒时请停用。")
    minutes: list[int] = []
    months: list[int] = []
    after = False
    for part in parts:
        if part in _ON_THE_DAY:
            minutes.append(0)
        elif part in _NOW:
            minutes.append(AT_ONCE)
        elif series := _SERIES.fullmatch(part):
            after = True
            minutes += _series(part, series)
        elif one := _ONE.fullmatch(part):
            after = _after(one, after)
            number = -int(one[2]) if after else int(one[2])
            if one[3] == "月":
                months.append(_within(part, number, MOST_MONTHS, f"{MOST_MONTHS} 个月"))
            else:
                minutes.append(_within(part, number * _UNITS[one[3]], MOST_DAYS * DAY, f"{MOST_DAYS} 天"))
        else:
            raise OffsetsError(
                f"“{part}”看不懂，请用数字写成“提前 3 天”“提前 1 小时”“当天”或“过后 7 天”，几个时间之间用顿号隔开。"
            )
    found = Offsets.of(minutes, months)
    if len(found.minutes) + len(found.months) > MOST:
        raise OffsetsError(f"一种提醒最多 {MOST} 次，请减少一些。")
    return found


def say_offsets(offsets: Offsets) -> str:
    """The words that `parse_offsets` reads back as the same."""
    before = [f"{months} 个月" for months in offsets.months if months > 0]
    before += [_length(minutes) for minutes in offsets.minutes if 0 < minutes < AT_ONCE]
    after = [-minutes for minutes in offsets.minutes if minutes < 0]
    late = [f"{-months} 个月" for months in offsets.months if months < 0]
    late = _late(after) + late
    return "，".join(
        [
            *(["马上"] if AT_ONCE in offsets.minutes else []),
            *(["提前 " + "、".join(before)] if before else []),
            *(["当天"] if 0 in offsets.minutes else []),
            *(["过后" + "、".join(late)] if late else []),
        ]
    )


def _late(after: Sequence[int]) -> list[str]:
    """After the day; weeks on end are said once."""
    step = after[0] if after else 0
    if len(after) > 2 and step % DAY == 0 and all(m == step * n for n, m in enumerate(after, start=1)):
        return [f"每 {step // DAY} 天共 {len(after)} 次"]
    return [" " * (not index) + _length(minutes) for index, minutes in enumerate(after)]


def _length(minutes: int) -> str:
    for unit, word in ((DAY, "天"), (HOUR, "小时")):
        if minutes % unit == 0:
            return f"{minutes // unit} {word}"
    return f"{minutes} 分钟"


def _series(part: str, series: re.Match) -> list[int]:
    times = int(series[4])
    step = int(series[2]) * _UNITS[series[3]]
    if not 1 <= times <= MOST or not step:
        raise OffsetsError(f"“{part}”不对：天数要大于 0，次数在 1 到 {MOST} 之间。")
    _within(part, step * times, MOST_DAYS * DAY, f"{MOST_DAYS} 天")
    return [-step * number for number in range(1, times + 1)]


def _after(one: re.Match, so_far: bool) -> bool:
    word = f"{one[1] or ''}{one[4] or ''}"
    if not word:
        return so_far
    return "前" not in word


def _within(part: str, number: int, most: int, words: str) -> int:
    if abs(number) > most:
        raise OffsetsError(f"“{part}”太长，最多 {words}。")
    return number


def _plain(text: str) -> str:
    return re.sub(r"[^\S\n]", "", unicodedata.normalize("NFKC", text))
