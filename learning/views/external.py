"""学习强国等年度记录: a year's file of 学习强国 or another platform, from the upload to what it counts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.forms import CursorFilter
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from learning.actions.external import (
    apply_file,
    choose_people,
    marked_workbook,
    problems_of,
    upload_file,
    withdraw_file,
)
from learning.external.workbooks import template_bytes
from learning.forms.external import (
    ApplyExternalForm,
    ChoosePeopleForm,
    ExternalUploadForm,
    WithdrawExternalForm,
)
from learning.keepers import confirms, keeps, keeps_any
from learning.models import ExternalFile
from learning.models.external import ExternalSource
from learning.presentation import tabs
from learning.queries.external import (
    candidates_of,
    counted_hours,
    files_of,
    open_rows,
    own_rows,
    rows_of,
    why_counted,
)
from learning.tables_external import file_columns, own_columns, row_columns
from members.actions.errors import ActionRefused
from members.imports.reader import FileRefused

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_PROBLEMS, SHOWN_ROWS = 200, 500


def _crumbs(*more):
    trail = [("工作台", reverse("workbench")), ("学习", reverse("learning:my-year"))]
    return [*trail, ("学习强国等年度记录", reverse("learning:external") if more else None), *more]


def _require_keeper(request) -> None:
    if not keeps_any(request.user):
        raise PermissionDenied


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _kept_file(request, uid) -> ExternalFile:
    file = _visible_file(request, uid)
    if not keeps(request.user, file.organization):
        raise PermissionDenied
    return file


def _visible_file(request, uid) -> ExternalFile:
    return get_object_or_404(files_of(request.user), uid=uid)


@require_safe
def files(request):
    """The files of the organisations that the reader reads, and what is recorded of the reader."""
    member = request.user.member if request.user.member_id else None
    cursor = CursorFilter(request.GET).values().get("cursor")
    page = keyset_page(files_of(request.user), cursor=cursor, fields=("-year", "-pk"))
    year = today_shanghai().year
    keeper = keeps_any(request.user)
    context = {
        "page_title": "学习强国等年度记录",
        "breadcrumbs": _crumbs(),
        "tabs": tabs(request.user, "external"),
        "reasons": [(label, why_counted(source, year)) for source, label in ExternalSource.choices],
        "page": page,
        "table": Table(file_columns(), page.rows, caption="年度记录文件"),
        "own": Table(own_columns(), own_rows(member), caption="我的年度记录", numbered=False)
        if member
        else None,
        "keeper": keeper,
        "new_url": reverse("learning:external-new") if keeper else "",
    }
    return render(request, "learning/external.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request):
    _require_keeper(request)
    form = ExternalUploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            # One savepoint for key and upload: a file that is refused leaves the key free for the mended one.
            with transaction.atomic():
                return redirect(_uploaded(request, form.cleaned_data))
        except FileRefused as refused:
            form.add_error("file", str(refused))
    context = {"page_title": "上传年度记录", "breadcrumbs": _crumbs(("上传", None)), "form": form}
    return render(request, "learning/external_upload.html", context)


def _uploaded(request, cleaned) -> str:
    if earlier := earlier_result(cleaned["submission_key"], request.user):
        return earlier
    file = upload_file(
        by=request.user,
        organization=cleaned["organization"],
        source=cleaned["source"],
        year=cleaned["year"],
        file=cleaned["file"],
        file_name=cleaned["file"].name,
    )
    url = reverse("learning:external-file", args=[file.uid])
    remember_result(cleaned["submission_key"], url)
    return url


@require_safe
def template(request):
    """The empty workbook."""
    _require_keeper(request)
    return _download(template_bytes(), "学习强国等年度记录模板.xlsx")


@require_safe
def detail(request, uid):
    """What the upload would record; afterwards, what it recorded and counts."""
    file = _visible_file(request, uid)
    kept = keeps(request.user, file.organization)
    return render(request, "learning/external_file.html", _context(request, file, kept))


def _context(request, file: ExternalFile, kept: bool, form: ChoosePeopleForm | None = None) -> dict:
    pending, applied = file.state == file.State.PENDING, file.state == file.State.APPLIED
    rows = list(rows_of(file))
    problems = problems_of(file) if pending and kept else []
    undecided = list(open_rows(file)) if pending and kept else []
    if undecided and form is None:
        form = ChoosePeopleForm(user=request.user, rows=undecided, people=candidates_of(undecided))
    table = Table(row_columns(counted_hours(file), applied=applied), rows[:SHOWN_ROWS], caption="记录")
    return {
        "page_title": f"{file.get_source_display()} {file.year} 年记录",
        "breadcrumbs": _crumbs((file.file_name, None)),
        "file": file,
        "pending": pending,
        "applied": applied,
        "kept": kept,
        "confirms": confirms(request.user, file.organization),
        "why": why_counted(file.source, file.year),
        "stats": _stats(file, rows),
        "matched": sum(row.state == row.State.MATCHED for row in rows),
        "asks": bool(problems) or any(row.state == row.State.AMBIGUOUS for row in rows),
        "problems": problems[:SHOWN_PROBLEMS],
        "problem_count": len(problems),
        "choose_form": form,
        "apply_form": ApplyExternalForm(user=request.user),
        "table": table,
        "not_shown": max(len(rows) - SHOWN_ROWS, 0),
    }


def _stats(file: ExternalFile, rows) -> list[dict]:
    """How many rows of each kind: of the rows while they wait, of the figures afterwards."""
    pending = file.state == file.State.PENDING
    states = [row.state for row in rows]
    found = {
        state: states.count(state) if pending else file.figures.get(state, 0)
        for state in ("matched", "ambiguous", "skipped", "unmatched", "taken")
    }
    tiles = [
        ("已对应", found["matched"], False),
        ("请选择", found["ambiguous"], True),
        ("不登记", found["skipped"], False),
        ("没有对应的党员", found["unmatched"], pending),
        ("其他党组织已登记", found["taken"], False),
        ("有错误", file.figures.get("bad", 0), pending),
    ]
    return [
        {
            "label": label,
            "value": value,
            "unit": "人" if label != "有错误" else "行",
            "late": late and value > 0,
        }
        for label, value, late in tiles
        if value or label == "已对应"
    ]


@require_POST
def choose(request, uid):
    """Say whom the doubtful rows mean."""
    file = _kept_file(request, uid)
    rows = list(open_rows(file)) if file.state == file.State.PENDING else []
    form = ChoosePeopleForm(request.POST, user=request.user, rows=rows, people=candidates_of(rows))
    if form.is_valid():
        try:
            many = choose_people(by=request.user, file=file, choices=form.choices())
            messages.success(request, f"已选择 {many} 行。")
            return redirect("learning:external-file", uid=file.uid)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "learning/external_file.html", _context(request, file, True, form))


@require_safe
def errors(request, uid):
    """The uploaded sheets with the cells marked that cannot be taken, without telephone numbers."""
    file = _kept_file(request, uid)
    try:
        content = marked_workbook(file)
    except ActionRefused as refused:
        messages.warning(request, str(refused))
        return redirect("learning:external-file", uid=file.uid)
    return _download(content, f"{file.file_name.rsplit('.', 1)[0]}（需要修改）.xlsx")


@require_POST
def apply(request, uid):
    """确认登记: by who signs for the organisation."""
    file = _kept_file(request, uid)
    if not confirms(request.user, file.organization):
        raise PermissionDenied
    form = ApplyExternalForm(request.POST, user=request.user)
    only_good = form.is_valid() and form.cleaned_data["only_good"]
    try:
        applied = apply_file(by=request.user, file=file, only_good=only_good)
        messages.success(
            request, f"已登记 {applied.figures['matched']} 人。{why_counted(file.source, file.year)}"
        )
    except ActionRefused as refused:
        messages.warning(request, str(refused))
    return redirect("learning:external-file", uid=file.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, uid):
    file = _kept_file(request, uid)
    if not confirms(request.user, file.organization):
        raise PermissionDenied
    form = WithdrawExternalForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_file(by=request.user, file=file, reason=form.cleaned_data["reason"])
            messages.success(request, "已撤回，记入的学时已冲销。")
            return redirect("learning:external-file", uid=file.uid)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "page_title": "撤回年度记录",
        "subtitle": file.file_name,
        "breadcrumbs": _crumbs(
            (file.file_name, reverse("learning:external-file", args=[file.uid])), ("撤回", None)
        ),
        "form": form,
        "lead": "撤回后，这份文件记入的学时全部冲销，对应的记录删除。",
        "submit": "撤回",
        "back_url": reverse("learning:external-file", args=[file.uid]),
    }
    return render(request, "learning/training_small.html", context)
