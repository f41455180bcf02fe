"""决议事项: what was resolved and is still to be done, over all meetings, and saying what became of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.minutes import close_resolution, reopen_resolution
from activities.forms.resolutions import CloseResolutionForm, ResolutionFilterForm
from activities.models import Resolution
from activities.queries.reach import may_log
from activities.queries.records import visible_branches
from activities.queries.subjects import record_url
from activities.rules.kinds import KINDS
from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table, xlsx_response

EXPORT_LIMIT = 5000
CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]


@require_safe
def listing(request):
    """Open ones first; all of them on demand."""
    form, found, several = _asked(request)
    # Sorted by entry: a due day may be missing, and keyset paging wants columns that are never empty.
    page = keyset_page(found, cursor=form.values().get("cursor"), fields=("-pk",), size=25)
    context = {
        "page_title": "决议事项",
        "breadcrumbs": [*CRUMBS, ("决议事项", None)],
        "form": form,
        "page": page,
        "table": Table(columns(several=several), page.rows, caption="决议事项"),
    }
    return render(request, "activities/resolutions.html", context)


@require_safe
def export(request):
    """The same list as .xlsx."""
    _, found, several = _asked(request)
    table = Table(columns(several=several), list(found.order_by("-pk")[:EXPORT_LIMIT]))
    return xlsx_response(table, "决议事项", sheet="决议事项")


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, uid):
    """登记办理情况."""
    resolution = _permitted(request, uid)
    form = CloseResolutionForm(
        request.POST or None,
        user=request.user,
        initial={
            "outcome": resolution.outcome or "done",
            "on_date": resolution.closed_on or today_shanghai(),
            "note": resolution.closing_note,
        },
        not_before=resolution.record.on_date,
    )
    if request.method == "POST" and form.is_valid():
        close_resolution(by=request.user, resolution=resolution, **form.values())
        messages.success(request, "办理情况已登记。")
        return redirect(record_url(resolution.record))
    context = {
        "page_title": "登记办理情况",
        "breadcrumbs": [
            *CRUMBS,
            (resolution.record.title, record_url(resolution.record)),
            ("登记办理情况", None),
        ],
        "resolution": resolution,
        "form": form,
        "kind": KINDS[resolution.record.kind].label,
        "back_url": record_url(resolution.record),
    }
    return render(request, "activities/resolution.html", context)


@require_POST
def reopen(request, uid):
    """It was closed by mistake."""
    resolution = _permitted(request, uid)
    reopen_resolution(by=request.user, resolution=resolution)
    messages.success(request, "已改回办理中。")
    return redirect("activities:resolution", uid=resolution.uid)


def columns(*, several: bool) -> list[Column]:
    """决议, whose and by when, as screen and spreadsheet show them."""
    branch = [Column("党支部", lambda r: str(r.branch))] if several else []
    return [
        *branch,
        Column("决议内容", lambda r: r.text),
        Column("责任人", lambda r: r.owner_name),
        Column("完成时限", lambda r: r.due_on),
        Column("会议", lambda r: f"{r.record.on_date:%Y-%m-%d} {KINDS[r.record.kind].label}", cell=_meeting),
        Column("办理情况", _outcome, cell=_outcome_cell),
        Column("操作", lambda r: "", cell=_open, export=False),
    ]


def _asked(request):
    form = ResolutionFilterForm(request.GET)
    values = form.values()
    found = (
        Resolution.objects.editable_by(request.user)
        .exclude(record__state="draft")
        .select_related("branch", "record")
    )
    state = values.get("state") or "open"
    if state == "open":
        found = found.filter(closed_on=None)
    elif state == "late":
        found = found.filter(closed_on=None, due_on__lt=today_shanghai())
    elif state == "closed":
        found = found.exclude(closed_on=None)
    if year := values.get("year"):
        found = found.filter(record__on_date__year=year)
    return form, found, len(visible_branches(request.user, Permission.LOG_GATHERINGS)) > 1


def _permitted(request, uid) -> Resolution:
    """404 outside of what the user reads, 403 inside without the permission."""
    resolution = get_object_or_404(
        Resolution.objects.visible_to(request.user)
        .exclude(record__state="draft")
        .select_related("branch", "record__branch", "record__cell"),
        uid=uid,
    )
    if not may_log(request.user, resolution.record):
        raise PermissionDenied
    return resolution


def _outcome(row: Resolution) -> str:
    if row.closed_on is None:
        return "办理中" if row.due_on is None or row.due_on >= today_shanghai() else "逾期"
    return f"{row.get_outcome_display()}：{row.closing_note}"


def _outcome_cell(row: Resolution):
    word = _outcome(row)
    style = "is-done" if row.closed_on else "is-late" if word == "逾期" else "is-wait"
    label = row.get_outcome_display() if row.closed_on else word
    return format_html('<span class="status {}">{}</span> {}', style, label, row.closing_note)


def _meeting(row: Resolution):
    return format_html(
        '<a href="{}">{}</a>',
        record_url(row.record),
        f"{row.record.on_date.month}月{row.record.on_date.day}日{KINDS[row.record.kind].label}",
    )


def _open(row: Resolution):
    words = "修改" if row.closed_on else "登记"
    return format_html(
        '<a href="{}" aria-label="{} {}">{}</a>',
        reverse("activities:resolution", args=[row.uid]),
        words,
        row.text[:20],
        words,
    )
