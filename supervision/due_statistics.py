"""半年统计、年度统计: owed by each committee until its figures are reported (domain 11.1)."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.due import DueItem, committee_due_provider
from members.models import PartyOrganization
from supervision.models import StatisticsReport

AHEAD = datetime.timedelta(days=14)
#: After this nobody is asked any more: a committee that reports otherwise is not to be told for ever.
UNTIL = datetime.timedelta(days=60)
CLAUSE = "党内统计半年报和年报"


def anchors(day: datetime.date) -> list[tuple[str, datetime.date]]:
    """The reports that are asked for on a day: the rule's key and the day of the figures."""
    days = [
        (key, datetime.date(year, month, last))
        for year in (day.year - 1, day.year)
        for key, month, last in (("half_year_statistics", 6, 30), ("annual_statistics", 12, 31))
    ]
    return [(key, anchor) for key, anchor in days if anchor - AHEAD <= day <= anchor + UNTIL]


@committee_due_provider
def statistics_due(*, committees, day: datetime.date) -> Iterable[DueItem]:
    """Two queries at most, whatever the number of committees; none in the months between."""
    asked = anchors(day)
    if not asked:
        return []
    return _owed(committees, asked)


def _owed(committees, asked: list[tuple[str, datetime.date]]) -> Iterable[DueItem]:
    reports = StatisticsReport.objects.unscoped("whoever asks has chosen the committees")
    done = set(
        reports.filter(organization__in=committees, as_of__in=[anchor for _, anchor in asked]).values_list(
            "organization_id", "as_of"
        )
    )
    for committee in committees:
        if committee.kind != PartyOrganization.Kind.COMMITTEE:
            continue
        for key, anchor in asked:
            if (committee.pk, anchor) in done or committee.founded_on > anchor:
                continue
            words = "年半年" if key == "half_year_statistics" else "年度"
            yield DueItem(
                rule_key=key,
                subject=f"members.organization:{committee.uid}",
                due_key=f"{anchor:%Y%m%d}",
                organization_id=committee.pk,
                organization_name=str(committee),
                title=f"上报{anchor.year}{words}党内统计",
                due_on=anchor,
                clause=CLAUSE,
                url=f"{reverse('supervision:statistics')}?organization={committee.uid}&day={anchor.isoformat()}",
                action_label="查看统计",
                by_committee=True,
            )
