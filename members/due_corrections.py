"""更正申请 that wait for the branch's answer (PIPL §46: in good time; the portal asks for fifteen days)."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.due import DueItem, due_provider
from members.queries.corrections import open_corrections

CLAUSE = "《个人信息保护法》第四十六条：及时更正、补充"


@due_provider
def corrections_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    for row in open_corrections(branches):
        branch = row.member.branch
        yield DueItem(
            rule_key="correction_due",
            subject=f"members.correction:{row.uid}",
            due_key=f"{row.due_on:%Y%m%d}",
            organization_id=branch.pk,
            organization_name=str(branch),
            title="答复党员的信息更正申请",
            due_on=row.due_on,
            clause=CLAUSE,
            url=reverse("members:correction", args=[row.uid]),
        )
