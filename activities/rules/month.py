"""A month as whole weeks, Monday first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from activities.rules.theme_day import is_workday
from branch_portal.dates import month_bounds


def month_weeks(first: date) -> list[list[date]]:
    """The weeks that a month touches, each from Monday to Sunday."""
    start, last = month_bounds(first.year, first.month)
    monday = start - timedelta(days=start.weekday())
    weeks = []
    while monday <= last:
        weeks.append([monday + timedelta(days=offset) for offset in range(7)])
        monday += timedelta(days=7)
    return weeks


def day_mark(day: date, overrides: Mapping[date, bool] | None = None) -> str:
    """休 for a weekday off, 班 for a weekend worked, "" for what the week says anyway."""
    working = is_workday(day, overrides)
    if working == (day.weekday() < 5):
        return ""
    return "班" if working else "休"
