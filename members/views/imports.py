"""名册导入: upload → preview with every cell that cannot be taken → confirm."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.jobs import JobRefused, enqueue
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.actions.imports import JOB_KIND, apply_import, plan_import, queue_import, start_import
from members.forms.imports import ConfirmForm, UploadForm
from members.imports.reader import FileRefused
from members.imports.template import template_bytes
from members.models import ImportBatch

IN_REQUEST_ROWS = 500
_SHOWN_PROBLEMS, _SHOWN_ROWS = 200, 10


def _crumbs(*more):
    trail = [("工作台", reverse("workbench")), ("党员", reverse("members:roster"))]
    upload = reverse("members:import") if more else None
    return [*trail, ("导入名册", upload), *more]


def _require_editor(request) -> None:
    if not request.user.may(Permission.EDIT_ROSTER):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request):
    _require_editor(request)
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            # One savepoint for key and upload: a file that is refused leaves the key free for the mended one.
            with transaction.atomic():
                if earlier := earlier_result(cleaned["submission_key"], request.user):
                    return redirect(earlier)
                batch = start_import(
                    by=request.user,
                    branch=cleaned["branch"],
                    file=cleaned["file"],
                    file_name=cleaned["file"].name,
                    since=cleaned["since"],
                )
                url = reverse("members:import-preview", args=[batch.uid])
                remember_result(cleaned["submission_key"], url)
                return redirect(url)
        except FileRefused as refused:
            form.add_error("file", str(refused))
    return render(
        request, "members/import.html", {"page_title": "导入名册", "form": form, "breadcrumbs": _crumbs()}
    )


@require_safe
def template(request):
    """The portal's own empty workbook, with the words that each column takes."""
    _require_editor(request)
    response = HttpResponse(
        template_bytes(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, "党员名册导入模板.xlsx")
    return response


def _batch_or_404(request, uid) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.visible_to(request.user).select_related("branch"), uid=uid)


@require_safe
def preview(request, uid):
    """What the upload would do; after it was done, what it did."""
    _require_editor(request)
    batch = _batch_or_404(request, uid)
    context = {
        "page_title": "核对名册" if batch.state == ImportBatch.State.PENDING else "导入结果",
        "batch": batch,
        "breadcrumbs": _crumbs((batch.file_name, None)),
    }
    if batch.state == ImportBatch.State.PENDING:
        plan = plan_import(batch=batch)
        context |= {
            "plan": plan,
            "figures": plan.figures,
            "problems": plan.problems[:_SHOWN_PROBLEMS],
            "warnings": plan.warnings[:_SHOWN_PROBLEMS],
            "new_rows": plan.new[:_SHOWN_ROWS],
            "changes": plan.changed[:_SHOWN_ROWS],
            "form": ConfirmForm(user=request.user),
        }
    else:
        context["figures"] = batch.figures
    return render(request, "members/import_preview.html", context)


@require_POST
def confirm(request, uid):
    """确认导入: small files at once, larger ones by a worker."""
    _require_editor(request)
    batch = _batch_or_404(request, uid)
    here = reverse("members:import-preview", args=[batch.uid])
    form = ConfirmForm(request.POST, user=request.user)
    only_good = form.is_valid() and form.cleaned_data["only_good"]
    try:
        if batch.state == ImportBatch.State.PENDING and plan_import(batch=batch).good_rows > IN_REQUEST_ROWS:
            return redirect("jobs:progress", uid=_queue(request, batch, only_good=only_good, url=here).uid)
        applied = apply_import(by=request.user, batch=batch, only_good=only_good)
    except (ActionRefused, JobRefused) as refused:
        messages.warning(request, str(refused))
    else:
        figures = applied.figures
        messages.success(request, f"导入完成：新增 {figures['new']} 人，修改 {figures['changed']} 人。")
    return redirect(here)


@transaction.atomic
def _queue(request, batch: ImportBatch, *, only_good: bool, url: str):
    queue_import(by=request.user, batch=batch)
    return enqueue(
        by=request.user,
        kind=JOB_KIND,
        title=f"导入名册 {batch.branch}",
        arguments={"batch": str(batch.uid), "only_good": only_good, "url": url},
    )
