"""Reminding branches of what they lack: one message to each, and a mark on the workbench until it is held."""

import datetime
from collections.abc import Sequence
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from activities.actions.locks import lock_branches
from activities.models import ActivityKind
from activities.queries.defaults import theme_day_of
from activities.rules.cadence import MISSING
from activities.rules.strip import PeriodStatus
from activities.rules.theme_day import UploadedDays
from branch_portal.dates import local_date
from members.models import PartyOrganization, User
from notices.actions.slots import plan_reminders
from supervision.models import BranchReminder, RemindedPeriod
from supervision.queries.nudges import QUIET, SHOWN, Askable, askable, sender_for
from supervision.rules.lacks import lack_words, period_title

RULE_KEY = "committee_reminder"


@transaction.atomic
def remind_branches(
    *,
    by: User,
    branches: Sequence[PartyOrganization],
    year: int,
    kind: str = "",
    period: int = 0,
    note: str = "",
) -> list[BranchReminder]:
    """Send each branch one reminder of all that it lacks (of one kind, of one period); returns what was sent.

    Whoever was reminded of the same within a week, and whoever lacks nothing any more, is left out.
    """
    lock_branches(branch.pk for branch in branches)
    now = timezone.now()
    found = askable(branches, year, local_date(now), kind=kind, period=period)
    return [_remind(by, one, year, note.strip(), now) for one in found if one.lacks]


def _remind(by: User, one: Askable, year: int, note: str, now: datetime.datetime) -> BranchReminder:
    branch, sender, day = one.branch, sender_for(by, one.branch), local_date(now)
    if sender is None:
        raise LookupError(f"{by.pk} reminds branch {branch.pk} in nobody's name")
    reminder = BranchReminder.objects.create(branch=branch, sender=sender, sent_by=by, sent_at=now, note=note)
    RemindedPeriod.objects.bulk_create(
        RemindedPeriod(
            reminder=reminder,
            branch=branch,
            kind=kind,
            year=year,
            period=status.index,
            quiet=(day, day + QUIET),
        )
        for kind, periods in one.lacks.items()
        for status in periods
    )
    plan_reminders(
        by=by,
        rule_key=RULE_KEY,
        subject=f"supervision.reminder:{reminder.uid}",
        organization=branch,
        anchor=now,
        not_after=now + SHOWN,
        audience={"kind": "branch_officers", "organization": branch.pk},
        now=now,
        **message(sender, one, note),
    )
    return reminder


def message(sender: PartyOrganization, one: Askable, note: str) -> dict[str, str]:
    """Title, body and link. The committee's own words stay on the workbench: mail may carry the rest outside."""
    kind, periods = next(iter(one.lacks.items()))
    single = one.count == 1
    what = period_title(kind, periods[0]) if single else f"{one.count} 项组织生活"
    body = f"{one.branch}：{lack_words(one.lacks)}。已经开展的请补记；确实没有开展的，不要补造记录，请与{sender}联系。"
    return {
        "title": f"{sender}提醒：{what}还没有记录",
        "body": body + (f"{sender}另有留言，见工作台。" if note else ""),
        "link": form_url(one.branch, kind, periods[0]) if single else reverse("workbench"),
    }


def form_url(
    branch: PartyOrganization, kind: str, period: PeriodStatus, uploaded: UploadedDays | None = None
) -> str:
    """The pre-filled form of what is lacking; a period that is over is filled in with a day of its own.

    One query for a theme day, unless the year's holidays are given.
    """
    query = {"for": str(branch.uid)}
    if period.status == MISSING:
        day = period.last
        if kind == ActivityKind.THEME_DAY:
            day = theme_day_of(branch, period.first, uploaded)
        query["date"] = day.isoformat()
    return f"{reverse('activities:new', args=[kind])}?{urlencode(query)}"
