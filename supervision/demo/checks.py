"""A spot check of the committee that is half read, and an inspection with one finding of a branch."""

import datetime
from random import Random

from members.models import PartyOrganization, User
from supervision.actions.inspections import FindingFacts, InspectionFacts, raise_finding, write_inspection
from supervision.actions.spot_checks import draw_check, judge_item
from supervision.queries.spot_checks import Stratum

_DRAWN, _READ = 8, 3


def build_checks(
    committee: PartyOrganization,
    branches: list[PartyOrganization],
    staff: User,
    *,
    today: datetime.date,
    random: Random,
) -> None:
    """Of the last half year; the finding is due in ten days."""
    stratum = Stratum(committee, today - datetime.timedelta(days=183), today)
    check = draw_check(
        by=staff, title="组织生活记录抽查", stratum=stratum, size=_DRAWN, seed=random.randrange(2**48)
    )
    for item in check.items.order_by("position")[:_READ]:
        judge_item(by=staff, item=item, result="fits")
    facts = InspectionFacts("组织生活检查", today - datetime.timedelta(days=3), staff.display_name)
    inspection = write_inspection(by=staff, facts=facts, branches=branches)
    finding = FindingFacts(
        branches[0], "other", "年度计划没有在党务公开栏公布。", today + datetime.timedelta(days=10)
    )
    raise_finding(by=staff, inspection=inspection, facts=finding)
