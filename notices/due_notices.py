"""Answers that branches owe a committee: due items for their officers, from the day after the notice was sent.

On the day itself the notice is news enough; a reminder would say the same twice.
"""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.dates import local_date, local_datetime
from branch_portal.due import DueItem, due_provider
from notices.models import NoticeTarget

#: What nobody has asked for again in two months is the committee's to settle with the branch.
_ASKED_FOR = datetime.timedelta(days=60)


@due_provider
def notice_answers_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch and notice. One query however many branches there are."""
    since = local_datetime(day - _ASKED_FOR)
    owed = (
        NoticeTarget.objects.filter(
            member__isnull=True,
            branch__in=list(branches),
            sent_at__lt=local_datetime(day),
            notice__deadline__gte=since,
        )
        .waiting()
        .select_related("notice__organization", "branch")
    )
    for target in owed.order_by("notice__deadline", "pk"):
        notice = target.notice
        yield DueItem(
            rule_key="notice_answer_due",
            subject=f"notices.target:{target.uid}",
            due_key=f"{local_date(notice.deadline):%Y%m%d}",
            organization_id=target.branch_id,
            organization_name=str(target.branch),
            title=f"答复{notice.organization}的通知",
            due_on=local_date(notice.deadline),
            clause="",
            url=reverse("notices:notice", args=[notice.uid]),
            action_label="去答复",
        )
