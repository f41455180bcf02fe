"""The holiday tables in force: what was uploaded stands in front of the packaged calendar."""

import datetime
from collections.abc import Iterable

from activities.models import HolidayTable
from activities.rules.theme_day import UploadedDays


def tables_in_force(years: Iterable[int] | None = None) -> list[HolidayTable]:
    """The newest version of each year, the latest year first. One query."""
    tables = HolidayTable.objects.order_by("-year", "-version").distinct("year")
    return list(tables if years is None else tables.filter(year__in=list(years)))


def uploaded_days(years: Iterable[int]) -> UploadedDays:
    """What the tables in force say of these years. One query."""
    tables = tables_in_force(years)
    days = {datetime.date.fromisoformat(day): not off for table in tables for day, _name, off in table.days}
    return UploadedDays(days, years=[table.year for table in tables])


def versions_of(year: int) -> list[HolidayTable]:
    """Every version of a year, the one in force first."""
    return list(HolidayTable.objects.filter(year=year).select_related("created_by").order_by("-version"))
