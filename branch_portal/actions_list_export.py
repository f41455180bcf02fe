"""导出 of any list of the admin site: its columns, its filter, by a worker, scoped when it runs and when it is fetched."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.module_loading import import_string

from branch_portal import actions_exports as exports
from branch_portal.dates import to_local
from branch_portal.disk import refuse_without_room
from branch_portal.jobs import JobRefused, JobResult, Progress, enqueue, job
from branch_portal.models import Job, ListExport
from branch_portal.permissions import Permission
from branch_portal.retention import hours_kept
from branch_portal.tables import xlsx_bytes

JOB_KIND = "admin.export"
#: More than this is no list that somebody reads; statistics are made elsewhere.
MOST_ROWS = 100_000
_CHUNK = 1000
# Named by dotted string: plumbing imports no domain.
_RECORD = "members.actions.audit.record_access"
_MARKED = list(Permission)


def list_of(request: HttpRequest, app_label: str, model_name: str):
    """The admin class of a list that the asker may open: 404 where there is none, 403 where it is not theirs."""
    for model, handler in admin.site._registry.items():
        if (model._meta.app_label, model._meta.model_name) == (app_label, model_name):
            if not handler.has_view_permission(request):
                raise PermissionDenied
            return handler
    raise Http404


def listing_of(handler, request: HttpRequest):
    """The list as its page would show it; a filter that cannot be read is no list."""
    try:
        return handler.get_changelist_instance(request)
    except IncorrectLookupParameters as error:
        raise Http404 from error


@transaction.atomic
def queue_list_export(*, by, handler, query: str, chosen: list[int] | None, reason: str, ip: str) -> Job:
    """Have a worker write the rows of a list; the file waits a day for whoever asked. JobRefused when there is no room."""
    refuse_without_room()
    export = ListExport.objects.create(
        owner=by,
        model_label=handler.opts.label_lower,
        asked=json.dumps({"query": query, "chosen": chosen}, ensure_ascii=False),
        reason=reason,
        ip=ip or None,
    )
    title = f"导出{handler.opts.verbose_name_plural}"
    return enqueue(by=by, kind=JOB_KIND, title=title[:120], arguments={"export": str(export.uid)})


@job(JOB_KIND)
def run_list_export(job: Job, progress: Progress) -> JobResult:
    """Ask for the list anew with the rights of this moment, write it, and record what goes out."""
    export = ListExport.objects.filter(uid=job.arguments["export"], owner=job.owner).first()
    if export is None or not export.asked:
        raise JobRefused(exports.GONE)
    said = json.loads(str(export.asked))
    request = _request_of(job.owner, said["query"])
    try:
        handler = list_of(request, *export.model_label.split("."))
        rows = listing_of(handler, request).queryset
    except (Http404, PermissionDenied) as error:
        raise JobRefused(exports.RIGHTS) from error
    if said["chosen"] is not None:
        rows = rows.filter(pk__in=said["chosen"])
    count = rows.order_by()[: MOST_ROWS + 1].count()
    if count > MOST_ROWS:
        raise JobRefused(f"超过 {MOST_ROWS} 条，请先缩小筛选（组织范围、年份或状态）再导出。")
    progress.start(count)
    name = f"{handler.opts.verbose_name_plural}.xlsx"
    book = _workbook(handler, request, rows, progress, _notes(export, handler, count))
    _record(export, handler, count)
    exports.keep_workbook(export, book=book, name=name, count=count, mark=exports.mark_of(job.owner, _MARKED))
    return JobResult(
        figures={"summary": f"共 {count} 条，文件保留 {hours_kept('list_exports')} 小时。"},
        url=reverse("admin:export-file", args=[export.uid]),
    )


def file_of(export: ListExport, request: HttpRequest) -> bytes:
    """The file for whoever asked, while they may read what they might when it was written."""
    list_of(request, *export.model_label.split("."))
    return exports.workbook_of(export, mark=exports.mark_of(request.user, _MARKED))


def _request_of(user, query: str) -> HttpRequest:
    """A request as the list itself would get it, so that the file and the page cannot differ."""
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", user, QueryDict(query)
    return request


def _workbook(handler, request: HttpRequest, rows, progress: Progress, notes) -> bytes:
    columns = handler.get_list_display(request)
    headers = [str(label_for_field(column, handler.model, model_admin=handler)) for column in columns]

    def lines() -> Iterator[list[Any]]:
        for number, row in enumerate(rows.iterator(chunk_size=_CHUNK), 1):
            yield [number, *(_plain(handler, column, row) for column in columns)]
            if number % _CHUNK == 0:
                progress.step(number)

    return xlsx_bytes(
        ["序号", *headers],
        lines(),
        sheet=str(handler.opts.verbose_name_plural),
        notes=notes,
        streamed=True,
    )


def _plain(handler, column, row) -> Any:
    """A cell as a value: words for codes, days and numbers as such, no markup."""
    try:
        field, _, value = lookup_field(column, row, handler)
    except ObjectDoesNotExist:
        return None
    if field is not None and field.flatchoices:
        return dict(field.flatchoices).get(value, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, int | float | datetime.date):
        return value
    return strip_tags(str(value)) if hasattr(value, "__html__") else str(value)


def _notes(export: ListExport, handler, count: int) -> list[tuple[str, Any]]:
    return [
        ("列表", str(handler.opts.verbose_name_plural)),
        ("条数", count),
        ("导出人", f"{export.owner.display_name}（{export.owner.username}）"),
        ("导出时间", f"{to_local(timezone.now()):%Y-%m-%d %H:%M}"),
        ("导出事由", export.reason),
        ("编号", str(export.uid)),
    ]


def _record(export: ListExport, handler, count: int) -> None:
    import_string(_RECORD)(
        by=export.owner,
        action="export",
        field=f"后台列表：{handler.opts.verbose_name_plural}",
        reason=export.reason,
        ip=export.ip or "",
        row_count=count,
    )
