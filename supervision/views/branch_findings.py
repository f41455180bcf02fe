"""检查问题 as the branch sees them: its own, and what it has done about each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.files import FileRefused, file_response
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from supervision.actions.findings import branch_url, rectify_finding
from supervision.forms.checks import CheckListFilter
from supervision.forms.inspections import RectifyForm
from supervision.models import Finding, FindingStep
from supervision.queries.inspections import finding_parts
from supervision.rules.findings import FindingRefused, steps_from
from supervision.tables.checks import findings_table

TITLE = "检查问题"
CRUMBS = [("工作台", "/")]


@require_safe
def findings(request):
    """What was found of the branches whose officer one is, the one that is due first on top."""
    if not request.user.may(Permission.LOG_GATHERINGS):
        raise PermissionDenied
    found = Finding.objects.permitted(request.user, Permission.LOG_GATHERINGS).select_related(
        "branch", "inspection"
    )
    page = keyset_page(
        found, cursor=CheckListFilter(request.GET).values().get("cursor"), fields=("-pk",), size=25
    )
    context = {
        "page_title": TITLE,
        "breadcrumbs": [*CRUMBS, (TITLE, None)],
        "page": page,
        "table": findings_table(page.rows, today_shanghai(), "supervised:finding"),
    }
    return render(request, "supervision/branch_findings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding(request, uid):
    """The finding with what was said of it; the branch says what it has done."""
    row = get_object_or_404(
        finding_parts(Finding.objects.permitted(request.user, Permission.LOG_GATHERINGS)), uid=uid
    )
    form = RectifyForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _rectified(request, row, form):
        return redirect(branch_url(row))
    context = {
        "page_title": f"{row.inspection.title}第 {row.number} 项",
        "breadcrumbs": [*CRUMBS, (TITLE, "/supervision/findings/"), (f"第 {row.number} 项", None)],
        "finding": row,
        "overdue": row.is_overdue(today_shanghai()),
        "form": form if "rectify" in steps_from(row.state) else None,
    }
    return render(request, "supervision/branch_finding.html", context)


def _rectified(request, row: Finding, form: RectifyForm) -> bool:
    """False leaves the page with what was typed."""
    try:
        rectify_finding(by=request.user, finding=row, **form.cleaned_data)
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return False
    except FindingRefused as refused:
        messages.warning(request, str(refused))
        return True
    messages.success(request, "整改情况已提交，等上级党组织核验。")
    return True


@require_safe
def step_file(request, uid):
    """The file with a branch's answer, for both sides."""
    step = get_object_or_404(FindingStep.objects.visible_to(request.user).exclude(stored_name=""), uid=uid)
    response = file_response(step.stored_name, file_name=step.file_name, content_type=step.content_type)
    if response is None:
        raise Http404
    return response
