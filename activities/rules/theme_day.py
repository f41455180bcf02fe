"""The theme Party day of a month: a relatively fixed day, moved off holidays (domain 11.1,
``theme_day_next``).

Workdays come from an uploaded table first, then from the packaged holiday calendar for the years it knows,
then from the week alone: the State Council announces a year's holidays only late in the year before. A year that
was uploaded is known by its table alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from branch_portal.dates import month_bounds

DAY_OF_MONTH, NTH_WEEKDAY = "day_of_month", "nth_weekday"
NEXT_WORKDAY, PREVIOUS_WORKDAY, NO_SHIFT = "next_workday", "previous_workday", "none"
SHIFTS = {NEXT_WORKDAY: "，遇节假日顺延", PREVIOUS_WORKDAY: "，遇节假日提前", NO_SHIFT: ""}
LAST = -1
UPLOADED, PACKAGED, WEEK_ALONE = "uploaded", "packaged", "week"

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class UploadedDays(dict[date, bool]):
    """Days that an uploaded table names (True: worked, False: off), and the years that it knows whole."""

    def __init__(self, days: Mapping[date, bool] | None = None, *, years: Iterable[int] = ()) -> None:
        super().__init__(days or {})
        self.years = frozenset(years)


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
        if self.kind not in {DAY_OF_MONTH, NTH_WEEKDAY} or self.shift not in SHIFTS:
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
        return text + SHIFTS[self.shift]


DEFAULT_THEME_DAY = ThemeDayRule()


def is_workday(day: date, overrides: Mapping[date, bool] | None = None) -> bool:
    """Whether people work on ``day``: the uploaded table, the packaged calendar, or Monday to Friday."""
    if overrides and day in overrides:
        return overrides[day]
    if _uploaded(overrides, day.year):
        return day.weekday() < 5
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_festival(day: date, overrides: Mapping[date, bool] | None = None) -> bool:
    """Whether ``day`` is off for more than being a weekend, as far as tables know."""
    if overrides and day in overrides:
        return not overrides[day]
    if _uploaded(overrides, day.year):
        return False
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
    """The theme day of a month, shifted to the next (or previous) workday of the same month when it falls on a day off.

    Where none follows (or precedes) in the month, the nearest on the other side is taken: the monthly duty belongs
    to its month. A rule that names Saturday or Sunday on purpose is moved only off festivals, and then to a workday.
    ``overrides`` maps dates to True (workday) or False (day off).
    """
    day = planned_day(rule, year, month)
    if rule.shift == NO_SHIFT:
        return day
    chosen_weekend = rule.kind == NTH_WEEKDAY and rule.weekday >= 6
    off = is_festival(day, overrides) if chosen_weekend else not is_workday(day, overrides)
    if not off:
        return day
    return nearest_workday(day, overrides, backwards=rule.shift == PREVIOUS_WORKDAY)


def nearest_workday(
    day: date, overrides: Mapping[date, bool] | None = None, *, backwards: bool = False
) -> date:
    """The day itself when it is worked, else the next workday of its month, else the one before; ``backwards``: the
    other way round. A month without any keeps the day."""
    first, last = month_bounds(day.year, day.month)
    after = [day + timedelta(days=offset) for offset in range(1, (last - day).days + 1)]
    before = [day - timedelta(days=offset) for offset in range(1, (day - first).days + 1)]
    for candidate in (day, *before, *after) if backwards else (day, *after, *before):
        if is_workday(candidate, overrides):
            return candidate
    return day


def source_of_year(year: int, overrides: Mapping[date, bool] | None = None) -> str:
    """Where the holidays of a year come from: an uploaded table, the packaged calendar, or nowhere."""
    if _uploaded(overrides, year):
        return UPLOADED
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return WEEK_ALONE
    return PACKAGED


def _uploaded(overrides: Mapping[date, bool] | None, year: int) -> bool:
    return isinstance(overrides, UploadedDays) and year in overrides.years


def year_of_theme_days(
    rule: ThemeDayRule, year: int, overrides: Mapping[date, bool] | None = None
) -> list[date]:
    """The twelve theme days of a year."""
    return [theme_day(rule, year, month, overrides) for month in range(1, 13)]
