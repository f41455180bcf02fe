"""Answers that branches owe a committee: due items for their officers, from the day after the notice was sent.

On the day itself the notice is news enough; a reminder would say the same twice.
"""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from branch_portal.dates import local_date
from branch_portal.due import DueItem, due_provider
from notices.queries.notices import ASKED_FOR, owed_answers


@due_provider
def notice_answers_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """One item per branch and notice. One query however many branches there are."""
    owed = owed_answers(list(branches), sent_before=day, due_since=day - ASKED_FOR)
    for target in owed:
        notice = target.notice
        if notice.deadline is None:  # the database keeps a deadline beside every wish for an answer
            continue
        yield DueItem(
            rule_key="notice_answer_due",
            subject=target.subject,
            due_key=f"{local_date(notice.deadline):%Y%m%d}",
            organization_id=target.branch_id,
            organization_name=str(target.branch),
            title=f"答复{notice.organization}的通知",
            due_on=local_date(notice.deadline),
            clause="",
            url=reverse("notices:notice", args=[notice.uid]),
            action_label="去答复",
        )
