"""Telling a branch's officers that a record came back; the words name no person and nothing of the meeting."""

import datetime

from django.utils import timezone

from activities.models import ActivityRecord
from activities.queries.subjects import record_url
from activities.rules.kinds import KINDS
from branch_portal.dates import format_date_cn
from notices.actions.slots import plan_reminders

KEY = "record_returned"
WORTH_TELLING = datetime.timedelta(days=30)


def tell_of_return(*, by, record: ActivityRecord) -> None:
    """At once; the work to do stands on the workbench besides."""
    assert record.return_due_on is not None  # set with the return
    now = timezone.now()
    plan_reminders(
        by=by,
        rule_key=KEY,
        subject=f"activities.record:{record.uid}:returned",
        organization=record.branch,
        anchor=now,
        not_after=now + WORTH_TELLING,
        audience={"kind": "branch_officers", "organization": record.cell_id or record.branch_id},
        title=f"请修改记录：{format_date_cn(record.on_date)}{KINDS[record.kind].label}",
        body=f"上级党组织已退回修改，请于{format_date_cn(record.return_due_on)}以前重新提交。",
        link=record_url(record),
    )
