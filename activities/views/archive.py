"""归档: one record from its page, or a branch's year at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from activities.actions.archive import archive_record, archive_year
from activities.forms.paper import ArchiveYearForm, YearForm
from activities.queries.archive import state_counts
from activities.queries.records import visible_record
from activities.queries.subjects import record_url
from activities.rules.states import CONFIRMED, RECORD, STATE_LABELS, TransitionError
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission


@require_POST
def archive(request, uid):
    """归档 of one record."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    if not request.user.access.may(Permission.CONFIRM_RECORDS, record.branch):
        raise PermissionDenied
    try:
        archive_record(by=request.user, record=record)
        messages.success(request, "记录已归档，打印的记录表上有查验码。")
    except TransitionError as refused:
        messages.error(request, str(refused))
    return redirect(record_url(record))


@require_http_methods(["GET", "HEAD", "POST"])
def year(request):
    """年度归档: what of the year is confirmed and what is not yet, and one button."""
    if not request.user.may(Permission.CONFIRM_RECORDS):
        raise PermissionDenied
    form = ArchiveYearForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _archived(request, **form.cleaned_data)
    branches = list(form.fields["branch"].queryset[:200])
    branch, chosen = _asked(YearForm(request.GET).values(), branches)
    counts = state_counts(branch, chosen) if branch else {}
    context = {
        "page_title": "年度归档",
        "breadcrumbs": [("工作台", "/"), ("组织生活", "/activities/"), ("年度归档", None)],
        "branches": branches,
        "branch": branch,
        "year": chosen,
        "years": [value for value, _ in form.fields["year"].choices],
        "ready": counts.get(CONFIRMED, 0),
        "facts": [
            (label, f"{counts[state]} 条") for state, label in STATE_LABELS[RECORD].items() if state in counts
        ],
    }
    return render(request, "activities/archive_year.html", context)


def _asked(values: dict, branches: list) -> tuple:
    """The branch and year to look at: what was asked for, else the first one and this year."""
    first = branches[0] if branches else None
    branch = next((row for row in branches if row.uid == values.get("branch")), first)
    return branch, values.get("year") or today_shanghai().year


def _archived(request, branch, year: int):
    count = archive_year(by=request.user, branch=branch, year=year)
    if count:
        messages.success(request, f"已归档 {branch} {year}年的 {count} 条记录。")
    else:
        messages.info(request, f"{branch} {year}年没有已确认而未归档的记录。")
    query = urlencode({"branch": branch.uid, "year": year})
    return redirect(f"{reverse('activities:archive-year')}?{query}")
