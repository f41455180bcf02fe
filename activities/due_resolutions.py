"""Resolutions that are still to be seen through, as due items of the branch (S4)."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from activities.queries.minutes import resolutions_to_see_to
from branch_portal.due import DueItem, due_provider

AHEAD = datetime.timedelta(days=30)
_CLAUSE = "会议决议明确责任人和完成时限，抓好落实"


@due_provider
def resolutions_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """Open resolutions whose day comes within a month or has passed. One query."""
    for row in resolutions_to_see_to(branches, day + AHEAD):
        assert row.due_on is not None  # asked for by its day
        organization = row.record.cell or row.branch
        owner = f"（责任人：{row.owner_name}）" if row.owner_name else ""
        yield DueItem(
            rule_key="resolution_due",
            subject=f"activities.resolution:{row.uid}",
            due_key=f"{row.due_on:%Y-%m-%d}",
            organization_id=organization.pk,
            organization_name=str(organization),
            title=f"落实决议：{row.text[:40]}{owner}",
            due_on=row.due_on,
            clause=_CLAUSE,
            url=reverse("activities:resolution", args=[row.uid]),
            action_label="登记",
        )
