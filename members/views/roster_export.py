"""导出名册: a reason is asked, what goes out is recorded, and the file says who took it out and why."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.jobs import JobRefused
from branch_portal.retention import hours_kept
from members.actions.errors import ActionRefused
from members.actions.exports import IN_REQUEST_ROWS, export_roster, file_of, queue_export
from members.forms.roster import ExportForm
from members.fresh import fresh_sign_in
from members.models import RosterExport
from members.roster_file import file_name
from members.views.roster import RosterPage, asked_roster

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def export(request):
    page = asked_roster(request)
    asked = page.roster
    form = ExportForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid() and (answer := _taken_out(request, page, form)):
        return answer
    return render(
        request,
        "members/export.html",
        {
            "page_title": f"导出{asked.title}",
            "asked": asked,
            "form": form,
            "filters": _filters(page),
            "keep_hours": hours_kept("roster_exports"),
            "back_url": page.url("members:roster"),
            "breadcrumbs": [
                ("工作台", reverse("workbench")),
                ("党员", page.url("members:roster")),
                ("导出名册", None),
            ],
        },
    )


def _taken_out(request, page: RosterPage, form) -> HttpResponse | None:
    """The file, the page of the job that writes it, or None with the refusal on the form."""
    said = {
        "by": request.user,
        "asked": page.roster,
        "reason": form.cleaned_data["reason"],
        "filters": _filters(page),
        "ip": request.META.get("REMOTE_ADDR", ""),
    }
    content = form.cleaned_data["content"]
    try:
        if content == "masked" and page.roster.is_longer_than(IN_REQUEST_ROWS):
            return redirect("jobs:progress", uid=queue_export(**said).uid)
        return _download(export_roster(content=content, **said), file_name(page.roster))
    except (ActionRefused, JobRefused) as refused:
        form.add_error(None, str(refused))
        return None


def _filters(page: RosterPage) -> str:
    """The filter in words, as it stood on the form."""
    words = []
    for name, field in page.form.fields.items():
        value = page.roster.asked.get(name)
        if value and name not in ("cursor", "day"):
            labels = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
            words.append(f"{field.label}：{labels.get(value, value)}")
    return "；".join(words) or "无"


@require_safe
def export_file(request, uid):
    """A long roster that a worker wrote, for whoever asked for it."""
    found = get_object_or_404(RosterExport.objects.visible_to(request.user), uid=uid)
    try:
        return _download(file_of(found, request.user), found.file_name)
    except ActionRefused as refused:
        context = {
            "page_title": "导出名册",
            "refusal": str(refused),
            "breadcrumbs": [("工作台", reverse("workbench")), ("导出名册", None)],
        }
        return render(request, "members/export_gone.html", context)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
