"""谈心谈话 that a branch still owes this year: said from October on, in numbers, because titles leave the portal by mail."""

import datetime
from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from activities.queries.talks import coverage_of
from activities.rules.talks import CLAUSE
from branch_portal.due import DueItem, due_provider

SHOWN_FROM_MONTH = 10


@due_provider
def talks_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch with a gap. The number of queries does not depend on how many branches there are."""
    listed = list(branches) if day.month >= SHOWN_FROM_MONTH else []
    if not listed:
        return
    stands = coverage_of(listed, day)
    for branch in listed:
        stand = stands[branch.pk]
        if stand.complete:
            continue
        yield DueItem(
            rule_key="heart_talk_gap",
            subject=f"activities.talks:{branch.uid}",
            due_key=str(day.year),
            organization_id=branch.pk,
            organization_name=str(branch),
            title=f"{day.year}年度谈心谈话：{stand.sentence}",
            due_on=datetime.date(day.year, 12, 31),
            clause=CLAUSE,
            url=reverse("activities:talks") + "?" + urlencode({"branch": branch.uid.hex, "year": day.year}),
            action_label="查看缺口",
        )
