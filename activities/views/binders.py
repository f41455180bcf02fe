"""记录册: ask for a branch's quarter or year as one .docx, see one's own, download them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.binders import ask_for_binder, note_download
from activities.forms.paper import BinderForm
from activities.models import Binder
from activities.views.sheets import docx_response
from branch_portal.dates import to_local
from branch_portal.files import read_file
from branch_portal.jobs import JobRefused
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from branch_portal.retention import hours_kept
from branch_portal.tables import Column, Table


@require_http_methods(["GET", "HEAD", "POST"])
def binders(request):
    if not request.user.may(Permission.VIEW_ROLLS):
        raise PermissionDenied
    form = BinderForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid() and (url := _asked(request, form)):
        return redirect(url)
    rows = Binder.objects.visible_to(request.user).select_related("branch").order_by("-pk")[:20]
    context = {
        "page_title": "组织生活记录册",
        "breadcrumbs": [("工作台", "/"), ("组织生活", "/activities/"), ("记录册", None)],
        "form": form,
        "keep_hours": hours_kept("binders"),
        "table": Table(_COLUMNS, rows, caption="已生成的记录册"),
    }
    return render(request, "activities/binders.html", context)


def _asked(request, form: BinderForm) -> str | None:
    """Where the work is followed; None when it was refused, which stands above the form."""
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier := earlier_result(cleaned["submission_key"], request.user):
                return earlier
            work = ask_for_binder(
                by=request.user, branch=cleaned["branch"], year=cleaned["year"], quarter=cleaned["quarter"]
            )
            url = reverse("jobs:progress", args=[work.uid])
            remember_result(cleaned["submission_key"], url)
    except JobRefused as refused:
        form.add_error(None, str(refused))
        return None
    return url


@require_safe
def download(request, uid):
    """The bytes, for who asked, while they are kept."""
    binder = get_object_or_404(Binder.objects.visible_to(request.user).select_related("branch"), uid=uid)
    content = read_file(binder.stored_name) if binder.stored_name else None
    if content is None:
        raise Http404
    note_download(by=request.user, binder=binder, ip=request.META.get("REMOTE_ADDR", ""))
    return docx_response(content, binder.file_name)


def _get(binder: Binder):
    if not binder.stored_name:
        return "已过期，请重新生成"
    url = reverse("activities:binder", args=[binder.uid])
    return format_html('<a href="{}" download aria-label="下载 {}">下载</a>', url, binder.file_name)


_COLUMNS = [
    Column("党支部", lambda b: str(b.branch)),
    Column("时段", lambda b: b.period_label),
    Column("记录数", lambda b: b.record_count, numeric=True),
    Column("生成时间", lambda b: f"{to_local(b.created_at):%Y-%m-%d %H:%M}"),
    Column("操作", lambda b: "", cell=_get, export=False),
]
