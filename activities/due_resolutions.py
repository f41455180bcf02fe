"""Resolutions that are still to be seen through, as due items of the branch (S4)."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from activities.queries.minutes import resolutions_to_see_to
from activities.rules.kinds import KINDS
from branch_portal.due import DueItem, due_provider

AHEAD = datetime.timedelta(days=30)
_CLAUSE = "会议决议明确责任人和完成时限，抓好落实"


@due_provider
def resolutions_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """Open resolutions whose day comes within a month or has passed. One query."""
    for row in resolutions_to_see_to(branches, day + AHEAD):
        assert row.due_on is not None  # asked for by its day
        organization = row.record.cell or row.branch
        day, kind = row.record.on_date, KINDS[row.record.kind].label
        yield DueItem(
            rule_key="resolution_due",
            subject=f"activities.resolution:{row.uid}",
            due_key=f"{row.due_on:%Y-%m-%d}",
            organization_id=organization.pk,
            organization_name=str(organization),
            # Titles go out by mail: neither words of a meeting nor anybody's name.
            title=f"落实{day.month}月{day.day}日{kind}的第 {row.position} 项决议",
            due_on=row.due_on,
            clause=_CLAUSE,
            url=reverse("activities:resolution", args=[row.uid]),
            action_label="登记",
        )
