"""What own study asks of a branch: to look at what its members have handed in."""

import datetime
from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from branch_portal.dates import local_date
from branch_portal.due import DueItem, due_provider
from learning.queries.submissions import waiting_by_branch

LOOK_WITHIN = datetime.timedelta(days=14)
CLAUSE = "个人自学由党员申报、党支部审核"


@due_provider
def submissions_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One line a branch, due two weeks after the oldest was handed in. Two queries, whatever the number of branches."""
    listed = {branch.pk: branch for branch in branches}
    if not listed:
        return
    for waiting in waiting_by_branch(listed):
        branch = listed[waiting.branch_id]
        due_on = local_date(waiting.since) + LOOK_WITHIN
        yield DueItem(
            rule_key="submission_review",
            subject=f"learning.submissions_of:{branch.uid}",
            due_key=f"{due_on:%Y%m%d}",
            organization_id=branch.pk,
            organization_name=str(branch),
            title=f"审核自学申报（{waiting.count} 项）",
            due_on=due_on,
            clause=CLAUSE,
            url=reverse("learning:review") + "?" + urlencode({"branch": branch.uid}),
            action_label="去审核",
        )
