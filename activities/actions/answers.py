"""Telling one member what the branch has decided about something of theirs; the words name no person and no reason."""

import datetime

from django.utils import timezone

from notices.actions.slots import plan_reminders

KEY = "attendance_answer"
WORTH_TELLING = datetime.timedelta(days=14)


def tell_member(*, by, row, subject: str, title: str, link: str) -> None:
    """`row` has a member and a branch; who has left the branch since is not told (G6)."""
    now = timezone.now()
    plan_reminders(
        by=by,
        rule_key=KEY,
        subject=subject,
        organization=row.branch,
        anchor=now,
        not_after=now + WORTH_TELLING,
        audience={"kind": "members", "ids": [row.member_id]},
        title=title,
        body="请登录门户查看。",
        link=link,
    )
