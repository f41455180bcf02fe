"""The theme Party day of a month: a relatively fixed day, moved off holidays (domain 11.1,
``theme_day_next``).

Workdays come from an uploaded table first, then from the packaged holiday calendar for the years it knows,
then from the week alone: the State Council announces a year's holidays only late in the year before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from branch_portal.dates import month_bounds

DAY_OF_MONTH, NTH_WEEKDAY = "day_of_month", "nth_weekday"
NEXT_WORKDAY, NO_SHIFT = "next_workday", "none"
LAST = -1

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, slots=True)
class ThemeDayRule:
    """A branch's fixed day: the ``day`` of the month (1..31), or the ``nth`` (1..5, -1 = last) ``weekday``
    (1 = Monday).

    A day that the month lacks means its last one, so the 31st is kept in every month.
    """

    kind: str = DAY_OF_MONTH
    day: int = 5
    nth: int = 1
    weekday: int = 5
    shift: str = NEXT_WORKDAY

    def __post_init__(self) -> None:
        if self.kind not in {DAY_OF_MONTH, NTH_WEEKDAY} or self.shift not in {NEXT_WORKDAY, NO_SHIFT}:
            raise ValueError("unknown kind or shift of a theme day")
        if not 1 <= self.day <= 31 or self.nth not in {1, 2, 3, 4, 5, LAST} or not 1 <= self.weekday <= 7:
            raise ValueError("no such day in any month")

    @property
    def label(self) -> str:
        """每月5日 or 每月第一个周五, with what happens on holidays."""
        if self.kind == DAY_OF_MONTH:
            text = f"每月{self.day}日"
        elif self.nth == LAST:
            text = f"每月最后一个{_WEEKDAYS[self.weekday - 1]}"
        else:
            text = f"每月第{'一二三四五'[self.nth - 1]}个{_WEEKDAYS[self.weekday - 1]}"
        return f"{text}，遇节假日顺延" if self.shift == NEXT_WORKDAY else text


DEFAULT_THEME_DAY = ThemeDayRule()


def is_workday(day: date, overrides: Mapping[date, bool] | None = None) -> bool:
    """Whether people work on ``day``: the uploaded table, the packaged calendar, or Monday to Friday."""
    if overrides and day in overrides:
        return overrides[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_festival(day: date, overrides: Mapping[date, bool] | None = None) -> bool:
    """Whether ``day`` is off for more than being a weekend, as far as tables know."""
    if overrides and day in overrides:
        return not overrides[day]
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(off) and name is not None


def planned_day(rule: ThemeDayRule, year: int, month: int) -> date:
    """The day that the rule names, before any shift."""
    last = month_bounds(year, month)[1].day
    if rule.kind == DAY_OF_MONTH:
        return date(year, month, min(rule.day, last))
    first = (rule.weekday - date(year, month, 1).isoweekday()) % 7 + 1
    days = [date(year, month, number) for number in range(first, last + 1, 7)]
    return days[-1] if rule.nth == LAST or rule.nth > len(days) else days[rule.nth - 1]


def theme_day(
    rule: ThemeDayRule, year: int, month: int, overrides: Mapping[date, bool] | None = None
) -> date:
    """The theme day of a month, shifted to the next workday of the same month when it falls on a day off.

    Where no workday follows in the month, the last one before is taken: the monthly duty belongs to its
    month. A rule that names Saturday or Sunday on purpose is moved only off festivals, and then to the
    next workday. ``overrides`` maps dates to True (workday) or False (day off).
    """
    day = planned_day(rule, year, month)
    if rule.shift == NO_SHIFT:
        return day
    chosen_weekend = rule.kind == NTH_WEEKDAY and rule.weekday >= 6
    off = is_festival(day, overrides) if chosen_weekend else not is_workday(day, overrides)
    if not off:
        return day
    first, last = month_bounds(year, month)
    after = (day + timedelta(days=offset) for offset in range(1, (last - day).days + 1))
    before = (day - timedelta(days=offset) for offset in range(1, (day - first).days + 1))
    for candidate in (*after, *before):
        if is_workday(candidate, overrides):
            return candidate
    return day


def year_of_theme_days(
    rule: ThemeDayRule, year: int, overrides: Mapping[date, bool] | None = None
) -> list[date]:
    """The twelve theme days of a year."""
    return [theme_day(rule, year, month, overrides) for month in range(1, 13)]
