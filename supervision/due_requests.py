"""Answers that branches owe a committee's work request: due items for their officers, until it is answered or closed."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.dates import local_date
from branch_portal.due import DueItem, due_provider
from supervision.queries.requests import ASKED_FOR, owed_targets


@due_provider
def requests_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch and request. One query however many branches there are."""
    for target in owed_targets(list(branches), due_since=day - ASKED_FOR):
        request = target.request
        due_on = local_date(request.deadline)
        yield DueItem(
            rule_key="work_request_due",
            subject=target.subject,
            due_key=f"{due_on:%Y%m%d}",
            organization_id=target.branch_id,
            organization_name=str(target.branch),
            title=f"办理{request.organization}的工作要求：{request.safe_title}",
            due_on=due_on,
            clause="",
            url=reverse("supervised:request", args=[target.uid]),
            action_label="去修改" if target.returned_at else "去办理",
            # On the day itself the message that it came is news enough.
            not_before=local_date(target.sent_at) + datetime.timedelta(days=1),
        )
