"""导出 of a list of the admin site: a page that asks why, and the file once a worker has written it."""

from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.actions_exports import ExportGone
from branch_portal.actions_list_export import file_of, list_of, listing_of, queue_list_export
from branch_portal.forms_admin import ListExportForm
from branch_portal.jobs import JobRefused
from branch_portal.models import ListExport
from branch_portal.once import earlier_result, remember_result
from branch_portal.retention import hours_kept

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Named by dotted string: plumbing imports no domain.
_FRESH = "members.fresh.fresh_sign_in"


@require_http_methods(["GET", "HEAD", "POST"])
def list_export(request, app_label: str, model_name: str):
    """All rows that the list's filter leaves, or those that were chosen. A list of people asks who is at the desk."""
    handler = list_of(request, app_label, model_name)
    return (import_string(_FRESH)(_export) if handler.personal else _export)(request, handler)


def _export(request, handler) -> HttpResponse:
    form = ListExportForm(
        request.POST if request.method == "POST" else None, user=request.user, personal=handler.personal
    )
    if form.is_valid() and (answer := _queued(request, handler, form)):
        return answer
    count = listing_of(handler, request).total_label
    return export_page(request, handler, form, count=count)


def _queued(request, handler, form: ListExportForm) -> HttpResponse | None:
    """The page of the job that writes the file, or None with the refusal on the form."""
    said = form.cleaned_data
    try:
        # A refusal gives the one-time key back: the same form may be sent again.
        with transaction.atomic():
            if earlier := earlier_result(said["submission_key"], request.user):
                return redirect(earlier)
            job = queue_list_export(
                by=request.user,
                handler=handler,
                query=request.META.get("QUERY_STRING", ""),
                chosen=said["chosen"],
                reason=said["reason"],
                ip=request.META.get("REMOTE_ADDR", ""),
            )
            remember_result(said["submission_key"], url := reverse("jobs:progress", args=[job.uid]))
    except JobRefused as refused:
        form.add_error(None, str(refused))
        return None
    return redirect(url)


def export_page(request, handler, form: ListExportForm, *, count: str) -> HttpResponse:
    """The page that asks; also what the action 导出所选 leads to."""
    query = request.META.get("QUERY_STRING", "")
    here = [handler.opts.app_label, handler.opts.model_name]
    context = admin.site.each_context(request) | {
        "title": f"导出{handler.opts.verbose_name_plural}",
        "opts": handler.opts,
        "form": form,
        "count": count,
        "keep_hours": hours_kept("list_exports"),
        "personal": handler.personal,
        "export_url": f"{reverse('admin:list-export', args=here)}?{query}",
        "back_url": f"{reverse('admin:{}_{}_changelist'.format(*here))}?{query}",
    }
    return render(request, "admin/list_export.html", context, status=422 if form.is_bound else 200)


@require_safe
def export_file(request, uid):
    """A list that a worker wrote, for whoever asked for it."""
    found = get_object_or_404(ListExport.objects.visible_to(request.user), uid=uid)
    try:
        content = file_of(found, request)
    except ExportGone as gone:
        context = admin.site.each_context(request) | {"title": "不能下载", "refusal": str(gone)}
        return render(request, "admin/export_gone.html", context)
    response = HttpResponse(content, content_type=_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.file_name)
    return response
