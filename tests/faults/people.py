"""Many recipients of reminders, written by a process that works on the stack's own database."""

import datetime

from django.utils import timezone

from branch_portal.dates import today_shanghai
from learning.models import MemberYear
from notices.actions.robots import add_robot
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
    _meeting(branch, "faults:1", due)
    return due


def crowd(*, members: int, mailed: int, robots: list[str]) -> None:
    """The large branch, the first `mailed` of whose members have addresses, and a small branch for each robot's address."""
    committee = make.organization("committee")
    large = make.organization(parent=committee, name="大支部")
    for index in range(members):
        email = address(index) if index < mailed else ""
        make.user(f"r{index}", member=make.member(large), email=email)
    for number, url in enumerate(robots):
        branch = make.organization(parent=committee, name=f"小支部{number}")
        secretary = make.member(branch)
        make.tenure(secretary, "secretary")
        add_robot(
            by=make.user(f"s{number}", member=secretary),
            organization=branch,
            kind="wecom",
            name="群",
            url=url,
        )
    # What else falls due for such branches is not counted here.
    ReminderRule.objects.exclude(key="meeting_notice").update(enabled=False)
    ReminderRule.objects.filter(key="meeting_notice").update(offsets_minutes=[60], urgent=True)


def meetings(*, at_once: int, spread: int, seconds: float, robots: int) -> None:
    """Reminders of the large branch: `at_once` due in two seconds, `spread` over the time after; one for each robot in the
    middle of it."""
    from members.models import PartyOrganization

    start = timezone.now() + datetime.timedelta(seconds=2)
    large = PartyOrganization.objects.get(name="大支部")
    for number in range(at_once):
        _meeting(large, f"burst:{number}", start)
    for number in range(spread):
        _meeting(
            large, f"spread:{number}", start + datetime.timedelta(seconds=seconds * (number + 1) / spread)
        )
    for number in range(robots):
        branch = PartyOrganization.objects.get(name=f"小支部{number}")
        _meeting(branch, f"robot:{number}", start + datetime.timedelta(seconds=seconds / 2))


def town() -> None:
    """The people of tests/personas.py, each with an address, told at every hour of the day."""
    from members.models import User
    from tests.personas import build_world

    build_world()
    for user in User.objects.all():
        user.email = f"{user.username}@demo.example"
        user.save()
    ReminderRule.objects.update(urgent=True)


def address(index: int) -> str:
    return f"r{index}@demo.example"


def _meeting(branch, subject: str, due: datetime.datetime) -> None:
    anchor = due + datetime.timedelta(hours=1)
    plan_reminders(
        by=None,
        rule_key="meeting_notice",
        subject=subject,
        organization=branch,
        anchor=anchor,
        not_after=anchor,
        audience={"kind": "branch_members", "organization": branch.pk},
        title="主题党日",
        body="地点：党群服务中心。",
        link="/activities/",
    )
