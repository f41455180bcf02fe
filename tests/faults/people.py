"""Many recipients of one reminder, written by a process that works on the stack's own database."""

import datetime

from django.utils import timezone

from branch_portal.dates import today_shanghai
from learning.models import MemberYear
from notices.actions.slots import plan_reminders
from notices.models import ReminderRule
from tests import factories as make


def plan_for(number: int, *, in_seconds: float) -> datetime.datetime:
    """A branch of `number` members, each with an account and an address, and one reminder; returns when it is due."""
    branch = make.organization(parent=make.organization("committee"))
    members = [make.member(branch) for _ in range(number)]
    for index, member in enumerate(members):
        make.user(f"r{index}", member=member, email=address(index))
    # With the year's study done, so that the calendar has nothing else to tell them.
    year = today_shanghai().year
    MemberYear.objects.bulk_create(
        MemberYear(member=member, branch=branch, year=year, required_hours=32, hours=32) for member in members
    )
    ReminderRule.objects.filter(key="meeting_notice").update(offsets_minutes=[60])
    due = timezone.now() + datetime.timedelta(seconds=in_seconds)
    anchor = due + datetime.timedelta(hours=1)
    plan_reminders(
        by=None,
        rule_key="meeting_notice",
        subject="faults:1",
        organization=branch,
        anchor=anchor,
        not_after=anchor,
        audience={"kind": "branch_members", "organization": branch.pk},
        title="主题党日",
        body="地点：党群服务中心。",
        link="/activities/",
    )
    return due


def address(index: int) -> str:
    return f"r{index}@demo.example"
