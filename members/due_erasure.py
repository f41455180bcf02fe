"""删除或停止处理申请 that wait for an answer (PIPL §47, §50: to be answered; the portal asks for fifteen days)."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.due import DueItem, due_provider
from members.queries.erasure import open_erasures

CLAUSE = "《个人信息保护法》第四十七条、第五十条：删除请求应当受理，拒绝的应当说明理由"


@due_provider
def erasures_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    for row in open_erasures(branches):
        branch = row.member.branch or row.member.left_branch
        yield DueItem(
            rule_key="erasure_due",
            subject=f"members.erasure:{row.uid}",
            due_key=f"{row.due_on:%Y%m%d}",
            organization_id=branch.pk,
            organization_name=str(branch),
            title="答复党员删除或停止处理个人信息的申请",
            due_on=row.due_on,
            clause=CLAUSE,
            url=reverse("members:erasure", args=[row.uid]),
            tell_superior=True,
        )
