"""导出名册: written at once, or by a worker when it is long; either way a reason is asked and what goes out is recorded."""

import json
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from branch_portal import actions_exports as exports
from branch_portal.dates import local_datetime, today_shanghai
from branch_portal.disk import refuse_without_room
from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job
from branch_portal.permissions import Permission
from branch_portal.retention import hours_kept
from members.actions.audit import record_access
from members.actions.errors import ActionRefused
from members.models import Member, PersonalDataAccess, RosterExport, User
from members.queries.asked_roster import AskedRoster, OutOfReach, roster_again
from members.queries.erasure import STOPPED, stopped_among
from members.queries.lines import RosterLine
from members.queries.organizations import reach_of
from members.roster_file import CONTENT, file_name, roster_workbook

JOB_KIND = "members.export"
#: Longer rosters are written by a worker.
IN_REQUEST_ROWS = 5000
#: People whose full data one user may take out in a day (reliability 5.5); more would need a second person's approval.
FULL_PER_DAY = 5000


@transaction.atomic
def export_roster(*, by: User, asked: AskedRoster, content: str, reason: str, filters: str, ip: str) -> bytes:
    """The workbook of at most IN_REQUEST_ROWS people; `content` is "masked" or "full"."""
    lines = asked.first_lines(IN_REQUEST_ROWS + 1)
    if content == "full":
        _check_full(by, asked)
        _open(by, lines)
    elif len(lines) > IN_REQUEST_ROWS:
        raise ActionRefused(f"超过 {IN_REQUEST_ROWS} 人的名册请在后台导出。")
    _record(by, asked, content, reason, ip, len(lines))
    return roster_workbook(
        asked, [lines], by=by, content=content, reason=reason, filters=filters, count=len(lines)
    )


@transaction.atomic
def queue_export(*, by: User, asked: AskedRoster, reason: str, filters: str, ip: str) -> Job:
    """Have a worker write a long masked roster; its file waits a day for whoever asked. JobRefused when there is no room."""
    refuse_without_room()
    export = RosterExport.objects.create(
        owner=by,
        day=asked.day,
        asked=json.dumps({"filter": asked.stored(), "words": filters}, ensure_ascii=False),
        reason=reason,
        ip=ip or None,
    )
    return enqueue(
        by=by, kind=JOB_KIND, title=f"导出{asked.title}"[:120], arguments={"export": str(export.uid)}
    )


@job(JOB_KIND)
def run_export(job: Job, progress: Progress) -> JobResult:
    """Write the file with the rights of this moment, and record it like an export that was written at once."""
    export = RosterExport.objects.filter(uid=job.arguments["export"], owner=job.owner).first()
    if export is None or not export.asked:
        raise JobRefused(exports.GONE)
    said = json.loads(str(export.asked))
    try:
        asked = roster_again(job.owner, said["filter"], export.day)
    except OutOfReach as error:
        raise JobRefused(exports.RIGHTS) from error
    count = asked.count()
    progress.start(count)

    def chunks() -> Iterator[list[RosterLine]]:
        done = 0
        for lines in asked.all_lines():
            yield lines
            done += len(lines)
            progress.step(done)

    book = roster_workbook(
        asked, chunks(), by=job.owner, content="masked", reason=export.reason, filters=said["words"],
        count=count, streamed=True,
    )  # fmt: skip
    _record(job.owner, asked, "masked", export.reason, export.ip or "", count)
    exports.keep_workbook(export, book=book, name=file_name(asked), count=count, mark=_mark_of(job.owner))
    return JobResult(
        figures={"summary": f"共 {count} 人，文件保留 {hours_kept('roster_exports')} 小时。"},
        url=reverse("members:export-file", args=[export.uid]),
    )


def file_of(export: RosterExport, user: User) -> bytes:
    """The file, while it is kept and its owner may read what they might when it was written."""
    try:
        return exports.workbook_of(export, mark=_mark_of(user))
    except exports.ExportGone as gone:
        raise ActionRefused(str(gone)) from gone


def _mark_of(user: User) -> str:
    return exports.mark_of(user, [Permission.VIEW_ROSTER])


def _check_full(by: User, asked: AskedRoster) -> None:
    """Refused beyond the day's measure. The user's row is the lock, so that two at once are not both the last."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    today = PersonalDataAccess.objects.filter(
        user_id=by.pk, action="export", field=_field("full"), at__gte=local_datetime(today_shanghai())
    )
    taken = today.aggregate(rows=Sum("row_count"))["rows"] or 0
    count = asked.count()
    if taken + count > FULL_PER_DAY:
        raise ActionRefused(
            f"每人每天最多导出 {FULL_PER_DAY} 人的完整信息，今天已导出 {taken} 人，这次有 {count} 人。"
            "请缩小筛选、改日再导，或选择遮盖的内容。"
        )


def _open(by: User, lines: list[RosterLine]) -> None:
    """Put open members into the lines: for all of them or for none."""
    allowed = Member.objects.permitted(by, Permission.REVEAL_PERSONAL_DATA)
    opened = {member.pk: member for member in allowed.filter(pk__in=[line.member.pk for line in lines])}
    if beyond := sum(line.member.pk not in opened for line in lines):
        raise ActionRefused(
            f"名单中有 {beyond} 人不在您可以查看完整信息的范围内，请缩小筛选，或选择遮盖的内容。"
        )
    stopped = stopped_among(opened)
    for line in lines:
        line.member = opened[line.member.pk]
        if line.member.pk in stopped:
            for name in Member.SEALED_FIELDS:
                setattr(line.member, name, STOPPED)


def _field(content: str) -> str:
    return f"党员名册（{CONTENT[content]}）"


def _record(by: User, asked: AskedRoster, content: str, reason: str, ip: str, count: int) -> None:
    organization = asked.organization or reach_of(by)
    record_access(
        by=by,
        action="export",
        field=_field(content),
        reason=reason,
        ip=ip,
        branch_id=organization.pk if organization else None,
        row_count=count,
    )
