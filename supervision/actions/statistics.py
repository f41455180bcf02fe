"""统计报表: worked out by a job where it takes long, and kept as it was reported."""

import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.models import PartyOrganization, User
from supervision.models import StatisticsReport, StatisticsRun
from supervision.queries.statistics import figures_of, organizations_reported
from supervision.queries.statistics_reports import KEEP_HOURS, figures_at_hand
from supervision.rules.statistics import checks, to_data

JOB_KIND = "supervision.statistics"
#: The days of the half-yearly and the annual report.
HALF_YEAR, YEAR = (6, 30), (12, 31)
_RIGHTS = "您的权限在提交以后有变化，不能统计这个党组织。"


def is_reporting_day(day: datetime.date) -> bool:
    return (day.month, day.day) in (HALF_YEAR, YEAR)


@transaction.atomic
def queue_statistics(*, by: User, organization: PartyOrganization, day: datetime.date) -> Job:
    """Have a worker count a large subtree on a past day; the figures wait a day for whoever asked."""
    title = f"统计：{organization.short_name or organization.name}，截至{format_date_cn(day).split('（')[0]}"
    return enqueue(
        by=by,
        kind=JOB_KIND,
        title=title[:120],
        arguments={"organization": str(organization.uid), "day": day.isoformat()},
    )


@job(JOB_KIND)
def run_statistics(job: Job, progress: Progress) -> JobResult:
    """Count with the rights of this moment, and forget what this owner had counted longer ago than it is kept."""
    day = datetime.date.fromisoformat(job.arguments["day"])
    root = organizations_reported(job.owner).filter(uid=job.arguments["organization"]).first()
    if root is None:
        raise JobRefused(_RIGHTS)
    progress.start(1)
    figures = figures_of(root, day)
    old = timezone.now() - datetime.timedelta(hours=KEEP_HOURS)
    StatisticsRun.objects.own(job.owner).filter(made_at__lt=old).delete()
    StatisticsRun.objects.create(owner=job.owner, organization=root, as_of=day, figures=to_data(figures))
    return JobResult(
        figures={"summary": f"党员 {figures.members} 人。结果保留 {KEEP_HOURS} 小时。"},
        url=f"{reverse('supervision:statistics')}?organization={root.uid}&day={day.isoformat()}",
    )


@transaction.atomic
def keep_report(
    *, by: User, organization: PartyOrganization, day: datetime.date, explanation: str = ""
) -> StatisticsReport:
    """Keep the figures of a half-year or year as they are now; a second time makes a further revision.

    Refused before the day has come, and where a check fails and nobody explains it.
    """
    if not is_reporting_day(day):
        raise ActionRefused("上报的截止日期应为 6 月 30 日或 12 月 31 日。")
    if day > today_shanghai():
        raise ActionRefused(f"{format_date_cn(day).split('（')[0]}还没有到，到了当天再上报。")
    # The organisation's row is the lock, so that two at once are two revisions.
    PartyOrganization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    found = figures_at_hand(user=by, root=organization, day=day)
    if found is None:
        raise ActionRefused("这个范围的数字还没有统计，请先点“开始统计”，完成后再上报。")
    judged = checks(found.figures)
    failed = sum(not check.holds for check in judged)
    if failed and not explanation.strip():
        raise ActionRefused(f"有 {failed} 项校验没有通过，请写明原因后再上报。")
    last = StatisticsReport.objects.filter(organization=organization, as_of=day).aggregate(
        revision=Max("revision")
    )
    note_reason(explanation.strip() or "上报统计报表")
    return StatisticsReport.objects.create(
        organization=organization,
        as_of=day,
        revision=(last["revision"] or 0) + 1,
        figures=to_data(found.figures),
        members=found.figures.members,
        checks_held=len(judged) - failed,
        checks_failed=failed,
        explanation=explanation.strip(),
        made_by=by,
    )
