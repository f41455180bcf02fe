"""Importing a roster: keep what was uploaded, ask what its columns mean, show what it would do, then do it all or its good part."""

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any, BinaryIO

from django.db import transaction

from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job
from branch_portal.permissions import Permission
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.imported_statuses import set_imported_statuses
from members.actions.people import STATUS_FIELDS, create_members_bulk, update_members_bulk
from members.imports.columns import COLUMNS
from members.imports.headers import Header, find_header, guess_header, signature_of
from members.imports.plan import Plan, Start, make_plan
from members.imports.reader import FileRefused, Sheet, read_workbook
from members.imports.rows import ReadBook, read_rows
from members.imports.shown import shown_plan
from members.imports.workbook import error_workbook
from members.models import Affiliation, ColumnMapping, ImportBatch, PartyOrganization, User
from members.queries.imports import remembered_mapping
from members.signals import members_moved

JOB_KIND = "members.import"
CHECK_KIND = "members.check-import"
#: Longer files are judged and written by a worker.
IN_REQUEST_ROWS = 500
_CHUNK = 1000
_GONE = "这次上传已导入或已失效，请重新上传。"


def headers_of(sheets: list[Sheet], mapping: Mapping[str, str] | None = None) -> list[Header]:
    """The headers of the visible sheets; where no sheet has one that is known, the rows that look like one."""
    shown = [sheet for sheet in sheets if not sheet.hidden]
    known = [header for sheet in shown if (header := find_header(sheet.rows, sheet.merged, mapping))]
    return known or [header for sheet in shown if (header := guess_header(sheet.rows))]


@transaction.atomic
def start_import(
    *,
    by: User,
    branch: PartyOrganization,
    file: BinaryIO,
    file_name: str,
    since: datetime.date,
    gain: str = "",
) -> ImportBatch:
    """Read an upload and keep its cells sealed for the preview; FileRefused (words) when it cannot be read.

    What was said before about the same header is taken over. A file without a known header is kept if there is a row to ask about.
    """
    sheets = read_workbook(file)
    headers = headers_of(sheets)
    mapping = remembered_mapping(branch, signature_of(headers)) if headers else {}
    rows = 0
    if not headers or any(header.usable for header in headers_of(sheets, mapping)):
        rows = len(read_rows(sheets, mapping).rows)
    return ImportBatch.objects.create(
        owner=by,
        branch=branch,
        file_name=file_name[:200],
        since=since,
        gain=gain,
        mapping=mapping,
        preview={"rows": rows},
        content=json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False, separators=(",", ":")),
    )


def sheets_of(batch: ImportBatch) -> list[Sheet]:
    """The uploaded cells, while they are kept."""
    if not batch.content:
        raise ActionRefused(_GONE)
    return [Sheet(**sheet) for sheet in json.loads(str(batch.content))]


def unknown_columns(batch: ImportBatch) -> list[str]:
    """Header texts that stand for nothing by themselves: what the mapping page asks. All texts when no header is known."""
    headers = headers_of(sheets_of(batch))
    known = any(header.usable for header in headers)
    names = [
        name
        for header in headers
        for name in (header.unknown if known else [header.written[c] for c in sorted(header.written)])
    ]
    return list(dict.fromkeys(names))


@transaction.atomic
def set_columns(*, by: User, batch: ImportBatch, mapping: Mapping[str, str]) -> ImportBatch:
    """Say what the columns mean ("" for nothing), for this upload and for the organisation's next one with this header."""
    unknown = set(mapping.values()) - {"", *COLUMNS}
    if unknown:
        raise TypeError(f"not columns of the import: {sorted(unknown)}")
    locked = _pending(by, batch)
    sheets = sheets_of(locked)
    try:
        rows = read_rows(sheets, mapping).rows
    except FileRefused as refused:
        raise ActionRefused(str(refused)) from refused
    locked.mapping, locked.preview = dict(mapping), {"rows": len(rows)}
    locked.save(update_fields=["mapping", "preview"])
    ColumnMapping.objects.update_or_create(
        organization=locked.branch,
        signature=signature_of(headers_of(sheets)),
        defaults={"mapping": dict(mapping)},
    )
    return locked


def plan_import(
    *, batch: ImportBatch, lock: bool = False, step: Callable[[int], None] = lambda done: None
) -> Plan:
    """What the batch would do now; the preview and the real run both come from here."""
    try:
        book = read_rows(sheets_of(batch), batch.mapping)
    except FileRefused as refused:
        raise ActionRefused(str(refused)) from refused
    return plan_book(
        book,
        target=batch.branch,
        start=Start(batch.since, batch.gain),
        by=batch.owner,
        lock=lock,
        step=step,
    )


def plan_book(book: ReadBook, *, target: PartyOrganization, start: Start, by: User | None, **more) -> Plan:
    return make_plan(book, target=target, start=start, by=by, **more)


@transaction.atomic
def write_plan(
    *, by: User | None, plan: Plan, source: str, step: Callable[[int], None] = lambda done: None
) -> None:
    """Write the good rows of a plan made under locks: a few statements per 1 000 rows and branch."""
    note_reason(f"名册导入：{source}")
    done, entered = 0, []
    ordered = sorted(plan.new, key=lambda addition: addition.branch.pk)
    for _, of_branch in groupby(ordered, key=lambda addition: addition.branch.pk):
        additions = list(of_branch)
        for first in range(0, len(additions), _CHUNK):
            chunk = additions[first : first + _CHUNK]
            rows = [addition.new for addition in chunk]
            entered += [member.pk for member in create_members_bulk(by=by, branch=chunk[0].branch, rows=rows)]
            done += len(chunk)
            step(done)
    if entered:
        members_moved.send(sender=Affiliation, member_ids=entered)
    for first in range(0, len(plan.changed), _CHUNK):
        changes = [(change.member, change.values) for change in plan.changed[first : first + _CHUNK]]
        statuses = [
            (member, values) for member, values in changes if not values.keys().isdisjoint(STATUS_FIELDS)
        ]
        if statuses:
            set_imported_statuses(by=by, changes=statuses)
        update_members_bulk(by=by, changes=changes)
        done += len(changes)
        step(done)


@transaction.atomic
def apply_import(
    *,
    by: User,
    batch: ImportBatch,
    only_good: bool,
    progress: Progress | None = None,
) -> ImportBatch:
    """Write what the preview showed, once. With errors in the file nothing is written unless `only_good`."""
    locked = _pending(by, batch, ImportBatch.State.PENDING, ImportBatch.State.QUEUED)
    if not by.access.may(Permission.EDIT_ROSTER, locked.branch):
        raise ActionRefused("您已没有修改该党组织名册的权限。")
    # The organisation's row is the lock: two imports into one branch follow each other. Without its key, so that whoever only
    # writes a row that names the organisation does not wait for a long file.
    PartyOrganization.objects.select_for_update(no_key=True).get(pk=locked.branch_id)
    plan = plan_import(batch=locked, lock=True, step=_stepper(progress, 0))
    if plan.bad_rows and not only_good:
        raise ActionRefused(f"有 {plan.bad_rows} 行需要修改，没有导入任何内容。")
    rows = plan.good_rows + plan.same + plan.bad_rows
    if progress is not None:
        progress.start(rows + plan.good_rows)
    write_plan(by=by, plan=plan, source=locked.file_name, step=_stepper(progress, rows))
    locked.state = ImportBatch.State.APPLIED
    locked.figures = plan.figures
    # The cells of who was refused are kept for the error workbook until the day is over.
    locked.content = locked.content if plan.bad_rows else ""
    locked.save(update_fields=["state", "figures", "content"])
    return locked


def _stepper(progress: Progress | None, before: int) -> Callable[[int], None]:
    return lambda done: progress.step(before + done) if progress is not None else None


def _pending(by: User, batch: ImportBatch, *states: str) -> ImportBatch:
    locked = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("branch", "owner")
        .get(pk=batch.pk, owner_id=by.pk)
    )
    if locked.state not in (states or (ImportBatch.State.PENDING,)):
        raise ActionRefused(_GONE)
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


@transaction.atomic
def queue_work(*, by: User, batch: ImportBatch, kind: str, url: str, **arguments: Any) -> Job:
    """Have a worker judge (CHECK_KIND) or write (JOB_KIND) a long file."""
    if kind == JOB_KIND:
        queue_import(by=by, batch=batch)
    verb = "导入名册" if kind == JOB_KIND else "核对名册"
    return enqueue(
        by=by,
        kind=kind,
        title=f"{verb} {batch.branch}",
        arguments={"batch": str(batch.uid), "url": url, **arguments},
    )


def errors_of(batch: ImportBatch) -> bytes:
    """The error workbook of what is refused now."""
    plan = plan_import(batch=batch)
    return error_workbook(sheets_of(batch), plan.problems, batch.mapping)


def _batch_of(job: Job) -> ImportBatch:
    batch = ImportBatch.objects.select_related("branch", "owner").filter(uid=job.arguments["batch"]).first()
    if batch is None:
        raise JobRefused(_GONE)
    return batch


@job(CHECK_KIND)
def run_check(job: Job, progress: Progress) -> JobResult:
    """Judge a long file and keep what the preview shows of it."""
    batch = _batch_of(job)
    progress.start(batch.preview.get("rows", 0))
    try:
        plan = plan_import(batch=batch, step=progress.step)
        locked = _pending(job.owner, batch)
    except ActionRefused as refused:
        raise JobRefused(str(refused)) from refused
    locked.preview = shown_plan(plan)
    locked.save(update_fields=["preview"])
    figures = plan.figures
    return JobResult(
        figures={
            "summary": f"可导入 {plan.good_rows} 行，错误 {figures['bad']} 行，不变 {figures['same']} 行。"
        },
        url=job.arguments["url"],
    )


@job(JOB_KIND)
def run_import(job: Job, progress: Progress) -> JobResult:
    """The same action, in a worker."""
    batch = _batch_of(job)
    progress.start(2 * batch.preview.get("rows", 0))
    try:
        applied = apply_import(
            by=job.owner, batch=batch, only_good=job.arguments["only_good"], progress=progress
        )
    except ActionRefused as refused:
        raise JobRefused(str(refused)) from refused
    figures = applied.figures
    return JobResult(
        figures={"summary": f"新增 {figures['new']} 人，修改 {figures['changed']} 人。"},
        url=job.arguments["url"],
    )
