"""Saving a year's holidays as a new version."""

import datetime
from collections.abc import Sequence

from django.db import connection, transaction

from activities.models import HolidayTable
from members.actions.errors import ActionRefused

_LOCK = 0x686F6C69  # any number that no other advisory lock of the portal uses


@transaction.atomic
def save_holidays(
    *, by, year: int, days: Sequence[tuple[datetime.date, str, bool]], source: str = ""
) -> HolidayTable:
    """Put a new version of the year in force; the earlier ones stay. Refused for who has no say in what is everybody's."""
    if not by.access.may_edit_dictionaries:
        raise ActionRefused("节假日表由上级党委或系统管理员登记。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    stored = [[day.isoformat(), name, off] for day, name, off in days]
    last = HolidayTable.objects.filter(year=year).order_by("-version").first()
    if last is not None and last.days == stored and last.source == source:
        raise ActionRefused(f"与 {year} 年现行的第 {last.version} 版相同，没有改动。")
    return HolidayTable.objects.create(
        year=year, version=last.version + 1 if last else 1, days=stored, source=source, created_by=by
    )
