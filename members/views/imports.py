"""名册导入: upload → what unknown columns mean → preview with every cell that cannot be taken → confirm; errors as a workbook."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.jobs import JobRefused
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.actions.imports import (
    CHECK_KIND,
    IN_REQUEST_ROWS,
    JOB_KIND,
    apply_import,
    errors_of,
    plan_import,
    queue_work,
    set_columns,
    start_import,
    unknown_columns,
)
from members.forms.imports import ColumnsForm, ConfirmForm, UploadForm
from members.imports.reader import FileRefused
from members.imports.shown import shown_plan
from members.imports.template import template_bytes
from members.models import ImportBatch

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _crumbs(*more):
    trail = [("工作台", reverse("workbench")), ("党员", reverse("members:roster"))]
    upload = reverse("members:import") if more else None
    return [*trail, ("导入名册", upload), *more]


def _require_editor(request) -> None:
    if not request.user.may(Permission.EDIT_ROSTER):
        raise PermissionDenied


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


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
                    gain=cleaned["gain"],
                )
                asks = not batch.mapping and bool(unknown_columns(batch))
                url = reverse(
                    "members:import-columns" if asks else "members:import-preview", args=[batch.uid]
                )
                remember_result(cleaned["submission_key"], url)
            return redirect(url) if asks else _to_preview(request, batch)
        except FileRefused as refused:
            form.add_error("file", str(refused))
    return render(
        request, "members/import.html", {"page_title": "导入名册", "form": form, "breadcrumbs": _crumbs()}
    )


def _is_long(batch: ImportBatch) -> bool:
    return batch.preview.get("rows", 0) > IN_REQUEST_ROWS


def _to_preview(request, batch: ImportBatch):
    """A long file is judged by a worker first, whose page leads on to the preview."""
    here = reverse("members:import-preview", args=[batch.uid])
    if not _is_long(batch):
        return redirect(here)
    try:
        return redirect(
            "jobs:progress", uid=queue_work(by=request.user, batch=batch, kind=CHECK_KIND, url=here).uid
        )
    except JobRefused as refused:
        messages.warning(request, str(refused))
        return redirect(here)


@require_safe
def template(request):
    """The portal's own empty workbook, with the words that each column takes."""
    _require_editor(request)
    return _download(template_bytes(), "党员名册导入模板.xlsx")


def _batch_or_404(request, uid) -> ImportBatch:
    return get_object_or_404(
        ImportBatch.objects.visible_to(request.user).select_related("branch", "owner"), uid=uid
    )


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request, uid):
    """列的对应: what the columns mean that the portal does not know by name; remembered for the next file with this header."""
    _require_editor(request)
    batch = _batch_or_404(request, uid)
    here = reverse("members:import-preview", args=[batch.uid])
    if batch.state != ImportBatch.State.PENDING or not batch.content:
        return redirect(here)
    names = unknown_columns(batch)
    form = ColumnsForm(request.POST or None, user=request.user, names=names, mapping=batch.mapping)
    if request.method == "POST" and form.is_valid():
        try:
            return _to_preview(request, set_columns(by=request.user, batch=batch, mapping=form.mapping))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    return render(
        request,
        "members/import_columns.html",
        {
            "page_title": "列的对应",
            "batch": batch,
            "form": form,
            "back_url": reverse("members:import"),
            "breadcrumbs": _crumbs((batch.file_name, None)),
        },
    )


@require_safe
def preview(request, uid):
    """What the upload would do; after it was done, what it did."""
    _require_editor(request)
    batch = _batch_or_404(request, uid)
    pending = batch.state == ImportBatch.State.PENDING
    context = {
        "page_title": "核对名册" if pending else "导入结果",
        "batch": batch,
        "figures": batch.figures,
        "breadcrumbs": _crumbs((batch.file_name, None)),
    }
    if not pending:
        return render(request, "members/import_preview.html", context)
    if _is_long(batch):
        shown = batch.preview
    else:
        try:
            shown = shown_plan(plan_import(batch=batch))
        except ActionRefused:
            # No column was told to be the name yet.
            return redirect("members:import-columns", uid=batch.uid)
    context |= {
        "plan": shown if "figures" in shown else None,
        "waits_for_check": "figures" not in shown,
        "figures": shown.get("figures"),
        "asks": bool(batch.mapping or shown.get("ignored")),
        "form": ConfirmForm(user=request.user),
    }
    return render(request, "members/import_preview.html", context)


@require_POST
def check(request, uid):
    """核对: ask a worker again to judge a long file."""
    _require_editor(request)
    return _to_preview(request, _batch_or_404(request, uid))


@require_safe
def errors(request, uid):
    """The uploaded sheets with the cells marked that cannot be taken, as long as they are kept."""
    _require_editor(request)
    batch = _batch_or_404(request, uid)
    try:
        content = errors_of(batch)
    except ActionRefused as refused:
        messages.warning(request, str(refused))
        return redirect("members:import-preview", uid=batch.uid)
    return _download(content, f"{batch.file_name.rsplit('.', 1)[0]}（需要修改）.xlsx")


@require_POST
def confirm(request, uid):
    """确认导入: small files at once, larger ones by a worker."""
    _require_editor(request)
    batch = _batch_or_404(request, uid)
    here = reverse("members:import-preview", args=[batch.uid])
    form = ConfirmForm(request.POST, user=request.user)
    only_good = form.is_valid() and form.cleaned_data["only_good"]
    try:
        if batch.state == ImportBatch.State.PENDING and _is_long(batch):
            work = queue_work(by=request.user, batch=batch, kind=JOB_KIND, url=here, only_good=only_good)
            return redirect("jobs:progress", uid=work.uid)
        applied = apply_import(by=request.user, batch=batch, only_good=only_good)
    except (ActionRefused, JobRefused) as refused:
        messages.warning(request, str(refused))
    else:
        figures = applied.figures
        messages.success(request, f"导入完成：新增 {figures['new']} 人，修改 {figures['changed']} 人。")
    return redirect(here)
