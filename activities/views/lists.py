"""活动记录: the list with filters, its print view and export."""

from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from activities.forms.lists import RecordFilterForm
from activities.models import ActivityKind, ActivityRecord
from activities.paper_links import list_links
from activities.queries.records import filtered, listed_records, visible_branches
from activities.rules.states import RECORD, STATE_LABELS
from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table, xlsx_response

ORDER = ("-on_date", "-pk")
PAGE_SIZE = 25
#: Counted up to here: of a district's years, counting more would cost ten times the page.
COUNTED = 1000
PRINT_LIMIT = 500
EXPORT_LIMIT = 10_000

KIND_LABELS = dict(ActivityKind.choices)
STATE_CLASSES = {
    "draft": "is-plain",
    "recorded": "is-wait",
    "confirmed": "is-done",
    "returned": "is-late",
    "archived": "is-done",
}


def state_badge(record: ActivityRecord):
    return format_html(
        '<span class="status {}">{}</span>', STATE_CLASSES[record.state], STATE_LABELS[RECORD][record.state]
    )


def _open(record: ActivityRecord):
    return format_html(
        '<a href="{}" aria-label="查看 {} {}">查看</a>',
        reverse("activities:record", args=[record.uid]),
        record.on_date.isoformat(),
        KIND_LABELS[record.kind],
    )


def record_columns(*, several: bool) -> list[Column]:
    """日期, 类型, … as the screen, paper and spreadsheet show them; the branch only where several are listed."""
    branch = [Column("党支部", lambda r: str(r.branch))] if several else []
    return [
        Column("日期", lambda r: r.on_date),
        *branch,
        Column("类型", lambda r: KIND_LABELS[r.kind] + (f"（{r.cell}）" if r.cell else "")),
        Column("主题", lambda r: r.title),
        Column("应到", lambda r: r.share.expected_count, numeric=True),
        Column("实到", lambda r: r.share.present_count, numeric=True),
        Column("状态", lambda r: STATE_LABELS[RECORD][r.state], cell=state_badge),
        Column("操作", lambda r: "", cell=_open, export=False),
    ]


def _asked(request: HttpRequest):
    branches = visible_branches(request.user, Permission.VIEW_RECORDS)
    form = RecordFilterForm(request.GET, branches=branches)
    values = form.values()
    found = filtered(listed_records(request.user), values, user=request.user)
    return form, values, found, len(branches) > 1


@require_safe
def records(request):
    """One page of the records within reach."""
    form, values, found, several = _asked(request)
    page = keyset_page(found, cursor=values.get("cursor"), fields=ORDER, size=PAGE_SIZE, cap=COUNTED)
    context = {
        "page_title": "活动记录",
        "breadcrumbs": [("工作台", "/"), ("组织生活", None)],
        "form": form,
        "page": page,
        "table": Table(record_columns(several=several), page.rows, caption="活动记录"),
        "filtered": any(values.get(name) for name in ("year", "kind", "state", "branch", "text")),
        "may_log": request.user.may(Permission.LOG_GATHERINGS),
        "links": list_links(request),
    }
    return render(request, "activities/records.html", context)


@require_safe
def records_print(request):
    """The same list on paper."""
    _, _, found, several = _asked(request)
    rows = list(found.order_by(*ORDER)[:PRINT_LIMIT])
    columns = [column for column in record_columns(several=several) if column.header != "操作"]
    context = {
        "page_title": "组织生活活动记录一览表",
        "table": Table(columns, rows, caption="活动记录"),
        "unit": request.acting.organization_name if request.acting else "",
        "today": today_shanghai(),
        "back_url": reverse("activities:records"),
        "landscape": True,
        "capped": len(rows) == PRINT_LIMIT,
    }
    return render(request, "activities/records_print.html", context)


@require_safe
def records_export(request):
    """The same list as .xlsx."""
    _, _, found, several = _asked(request)
    rows = list(found.order_by(*ORDER)[:EXPORT_LIMIT])
    return xlsx_response(Table(record_columns(several=several), rows), "活动记录", sheet="活动记录")
