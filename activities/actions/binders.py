"""记录册: asked for on the web, written by a worker, kept for a day for who asked."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from activities.models import Binder
from activities.queries.paper import bound_records
from activities.queries.sheet import sheets_of
from branch_portal.dates import today_shanghai
from branch_portal.disk import refuse_without_room
from branch_portal.files import keep_made_file
from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job
from branch_portal.permissions import Permission
from branch_portal.retention import hours_kept
from members.actions.audit import record_access
from members.models import PartyOrganization

JOB_KIND = "activities.binder"
MOST_RECORDS = 400


@transaction.atomic
def ask_for_binder(*, by, branch: PartyOrganization, year: int, quarter: int | None) -> Job:
    """Queue it; JobRefused when there is nothing to bind or too much is waiting."""
    count = bound_records(branch, year, quarter).count()
    if not count:
        raise JobRefused("这一时段还没有已保存的记录，请换一个年度或季度。")
    if count > MOST_RECORDS:
        raise JobRefused(f"这一时段有 {count} 份记录，超过 {MOST_RECORDS} 份，请按季度生成。")
    refuse_without_room()
    period = Binder(year=year, quarter=quarter).period_label
    return enqueue(
        by=by,
        kind=JOB_KIND,
        title=f"{branch} {period}组织生活记录册"[:120],
        arguments={"branch": str(branch.uid), "year": year, "quarter": quarter},
    )


@job(JOB_KIND)
def make_binder(work: Job, progress: Progress) -> JobResult:
    """Write the document; rights are asked again, because they may have ended since."""
    branch = PartyOrganization.objects.filter(uid=work.arguments["branch"]).first()
    if branch is None or not work.owner.access.may(Permission.VIEW_ROLLS, branch):
        raise JobRefused("您已没有查看该党支部到会名单的权限。")
    year, quarter = work.arguments["year"], work.arguments["quarter"]
    records = list(bound_records(branch, year, quarter)[:MOST_RECORDS])
    if not records:
        raise JobRefused("这一时段还没有已保存的记录，请换一个年度或季度。")
    refuse_without_room()
    progress.start(len(records))
    sheets = sheets_of(records)
    binder = Binder(
        branch=branch,
        owner=work.owner,
        year=year,
        quarter=quarter,
        record_count=len(records),
        person_count=sum(len(sheet.roll) for sheet in sheets),
        created_at=timezone.now(),
    )
    from activities.paper.binder import binder_docx, made_on  # the Word library takes 7 MB of every process

    content = binder_docx(
        branch=sheets[-1].branch,
        period=binder.period_label,
        made_on=made_on(today_shanghai()),
        sheets=sheets,
        step=progress.step,
    )
    binder.file_name = f"{sheets[-1].branch}{binder.period_label}组织生活记录册.docx"[-120:]
    binder.stored_name = keep_made_file(content, folder="binders", suffix=".docx")
    binder.save(force_insert=True)
    return JobResult(
        {"summary": f"共 {len(records)} 份记录，{hours_kept('binders')} 小时内可以下载。"},
        reverse("activities:binders"),
    )


@transaction.atomic
def note_download(*, by, binder: Binder, ip: str) -> None:
    """Whoever takes people's rolls out is written down."""
    record_access(
        by=by,
        action="export",
        field="组织生活记录册（Word）",
        reason=f"下载{binder.period_label}组织生活记录册",
        ip=ip,
        branch_id=binder.branch_id,
        row_count=binder.person_count,
    )
