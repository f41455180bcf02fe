"""问题整改: the committee's list, and closing a finding or asking for more."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.tables import xlsx_response
from supervision.actions.findings import close_finding, committee_url, reopen_finding
from supervision.forms.inspections import CloseFindingForm, FindingsForm, ReopenFindingForm
from supervision.models import Finding
from supervision.queries.inspections import finding_parts, listed_findings
from supervision.rules.findings import FindingRefused, steps_from
from supervision.tables.checks import findings_table
from supervision.views.access import admin_context
from supervision.views.spot_checks import inspector_page

TITLE = "问题整改"
ORDER = ("due_on", "pk")
EXPORT_LIMIT = 5000


def _found(request, form: FindingsForm):
    state = form.values().get("state") or ""
    return listed_findings(request.user, day=today_shanghai(), root=form.root, state=state)


@inspector_page
@require_safe
def findings(request):
    """The one that is due first comes first."""
    form = FindingsForm(request.GET, user=request.user)
    page = keyset_page(_found(request, form), cursor=form.values().get("cursor"), fields=ORDER, size=25)
    asked = {name: value for name, value in form.values().items() if value and name not in ("cursor", "page")}
    day = today_shanghai()
    everything = listed_findings(request.user, day=day, root=form.root)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        page=page,
        figures=[
            ("待整改", everything.filter(state=Finding.State.OPEN).count()),
            ("其中逾期", everything.overdue(day).count()),
            ("待核验", everything.filter(state=Finding.State.RECTIFIED).count()),
        ],
        table=findings_table(page.rows, day, "supervision:finding"),
        export_url=f"{reverse('supervision:findings-export')}?{urlencode(asked)}",
    )
    return render(request, "supervision/findings_list.html", context)


@inspector_page
@require_safe
def findings_export(request):
    form = FindingsForm(request.GET, user=request.user)
    rows = _found(request, form).order_by(*ORDER)[:EXPORT_LIMIT]
    return xlsx_response(findings_table(rows, today_shanghai(), "supervision:finding"), TITLE, sheet=TITLE)


def _finding_or_404(request, uid) -> Finding:
    return get_object_or_404(finding_parts(Finding.objects.visible_to(request.user)), uid=uid)


def _may_decide(request, row: Finding) -> bool:
    return Finding.objects.editable_by(request.user).filter(pk=row.pk).exists()


@inspector_page
@require_safe
def finding(request, uid):
    """What was found, what the branch says, and what may follow."""
    return _page(request, _finding_or_404(request, uid))


def _page(request, row: Finding, close_form=None, reopen_form=None):
    steps = steps_from(row.state) if _may_decide(request, row) else []
    context = admin_context(
        request,
        title=f"{row.inspection.title}第 {row.number} 项",
        crumbs=[(TITLE, reverse("supervision:findings")), (f"第 {row.number} 项", None)],
        finding=row,
        overdue=row.is_overdue(today_shanghai()),
        close_form=(close_form or CloseFindingForm(user=request.user)) if "close" in steps else None,
        reopen_form=(reopen_form or ReopenFindingForm(user=request.user)) if "reopen" in steps else None,
        inspection_url=_inspection_url(request, row),
    )
    return render(request, "supervision/findings_detail.html", context)


def _inspection_url(request, row: Finding) -> str:
    """A lower committee reads what was found of its branch, not the whole inspection."""
    scope = row.inspection.__class__.objects.visible_to(request.user).filter(pk=row.inspection_id)
    return reverse("supervision:inspection", args=[row.inspection.uid]) if scope.exists() else ""


def _decidable(request, uid) -> Finding:
    row = _finding_or_404(request, uid)
    if not _may_decide(request, row):
        raise PermissionDenied
    return row


@inspector_page
@require_POST
def close(request, uid):
    """办结."""
    row = _decidable(request, uid)
    form = CloseFindingForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, row, close_form=form)
    try:
        close_finding(by=request.user, finding=row, text=form.cleaned_data["text"])
        messages.success(request, "已办结，并通知党支部。")
    except FindingRefused as refused:
        messages.error(request, str(refused))
    return redirect(committee_url(row))


@inspector_page
@require_http_methods(["POST"])
def reopen(request, uid):
    """要求继续整改."""
    row = _decidable(request, uid)
    form = ReopenFindingForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, row, reopen_form=form)
    try:
        reopen_finding(by=request.user, finding=row, **form.cleaned_data)
        messages.success(request, "已要求继续整改，并通知党支部。")
    except FindingRefused as refused:
        messages.error(request, str(refused))
    return redirect(committee_url(row))
