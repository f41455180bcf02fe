"""Importing a roster: keep what was uploaded, show what it would do, then do it all or not at all."""

import datetime
import json
from dataclasses import asdict
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from branch_portal.jobs import JobRefused, JobResult, Progress, job
from branch_portal.models import Job
from branch_portal.permissions import Permission
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.people import create_members_bulk, update_members_bulk
from members.imports.plan import Plan, make_plan
from members.imports.reader import Sheet, read_workbook
from members.imports.rows import read_rows
from members.models import ImportBatch, PartyOrganization, User

JOB_KIND = "members.import"
KEEP_HOURS = 24
_GONE = "这次上传已导入或已失效，请重新上传。"


@transaction.atomic
def start_import(
    *, by: User, branch: PartyOrganization, file: BinaryIO, file_name: str, since: datetime.date
) -> ImportBatch:
    """Read an upload and keep its cells sealed for the preview; FileRefused (a ValueError of words) when it cannot be read."""
    sheets = read_workbook(file)
    read_rows(sheets)
    expire_imports(now=timezone.now())
    return ImportBatch.objects.create(
        owner=by,
        branch=branch,
        file_name=file_name[:200],
        since=since,
        content=json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False),
    )


def plan_import(*, batch: ImportBatch, lock: bool = False) -> Plan:
    """What the batch would do now; the preview and the real run both come from here."""
    if not batch.content:
        raise ActionRefused(_GONE)
    sheets = [Sheet(**sheet) for sheet in json.loads(str(batch.content))]
    return make_plan(read_rows(sheets), branch=batch.branch, since=batch.since, lock=lock)


@transaction.atomic
def apply_import(*, by: User, batch: ImportBatch, only_good: bool) -> ImportBatch:
    """Write what the preview showed, once. With errors in the file nothing is written unless `only_good`."""
    locked = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("branch")
        .get(pk=batch.pk, owner_id=by.pk)
    )
    if locked.state not in (ImportBatch.State.PENDING, ImportBatch.State.QUEUED):
        raise ActionRefused(_GONE)
    if not by.access.may(Permission.EDIT_ROSTER, locked.branch):
        raise ActionRefused("您已没有修改该党支部名册的权限。")
    # The branch's row is the lock: two imports into one branch follow each other.
    PartyOrganization.objects.select_for_update().get(pk=locked.branch_id)
    plan = plan_import(batch=locked, lock=True)
    if plan.bad_rows and not only_good:
        raise ActionRefused(f"有 {plan.bad_rows} 行需要修改，没有导入任何内容。")
    note_reason(f"名册导入：{locked.file_name}")
    create_members_bulk(by=by, branch=locked.branch, rows=[new for _, new in plan.new])
    update_members_bulk(by=by, changes=[(change.member, change.values) for change in plan.changed])
    locked.state = ImportBatch.State.APPLIED
    locked.figures = plan.figures
    locked.content = ""
    locked.save(update_fields=["state", "figures", "content"])
    return locked


@transaction.atomic
def queue_import(*, by: User, batch: ImportBatch) -> None:
    """Mark a batch as waiting for a worker; refused when it is not the first time."""
    claimed = (
        ImportBatch.objects.pending()
        .filter(pk=batch.pk, owner_id=by.pk)
        .update(state=ImportBatch.State.QUEUED)
    )
    if claimed != 1:
        raise ActionRefused(_GONE)


def expire_imports(*, now: datetime.datetime) -> int:
    """Empty uploads that nobody confirmed within a day; returns how many."""
    return (
        ImportBatch.objects.exclude(state__in=[ImportBatch.State.APPLIED, ImportBatch.State.EXPIRED])
        .filter(created_at__lt=now - datetime.timedelta(hours=KEEP_HOURS))
        .update(state=ImportBatch.State.EXPIRED, content=b"")
    )


@job(JOB_KIND)
def run_import(job: Job, progress: Progress) -> JobResult:
    """The same action, in a worker."""
    batch = ImportBatch.objects.select_related("branch").filter(uid=job.arguments["batch"]).first()
    if batch is None:
        raise JobRefused(_GONE)
    try:
        applied = apply_import(by=job.owner, batch=batch, only_good=job.arguments["only_good"])
    except ActionRefused as refused:
        raise JobRefused(str(refused)) from refused
    figures = applied.figures
    progress.start(figures["new"] + figures["changed"])
    return JobResult(
        figures={"summary": f"新增 {figures['new']} 人，修改 {figures['changed']} 人。"},
        url=job.arguments["url"],
    )
