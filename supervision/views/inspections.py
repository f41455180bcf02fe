"""检查: by hand or out of a spot check, its findings, the report on paper."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.views.sheets import docx_response
from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.tables import xlsx_response
from members.models import PartyOrganization
from supervision.actions.inspections import (
    InspectionConflict,
    InspectionRefused,
    change_inspection,
    inspection_from_check,
    raise_finding,
    write_inspection,
)
from supervision.forms.checks import CheckListFilter
from supervision.forms.inspections import (
    ChangeInspectionForm,
    FromCheckForm,
    InspectionForm,
    RaiseFindingForm,
)
from supervision.models import Finding, InspectedBranch, Inspection, SpotCheck
from supervision.paper.inspection import inspection_docx, report_of
from supervision.queries.inspections import listed_inspections
from supervision.tables.checks import findings_table, inspections_table
from supervision.views.access import admin_context
from supervision.views.spot_checks import inspector_page

TITLE = "检查"
MOST_BRANCHES = 500
EXPORT_LIMIT = 5000


def _crumbs(*last):
    return [(TITLE, reverse("supervision:inspections")), *last]


@inspector_page
@require_safe
def inspections(request):
    page = keyset_page(
        listed_inspections(request.user),
        cursor=CheckListFilter(request.GET).values().get("cursor"),
        fields=("-pk",),
        size=25,
    )
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        page=page,
        table=inspections_table(page.rows),
        new_url=reverse("supervision:inspection-new"),
        new_label="登记检查",
        export_url=reverse("supervision:inspections-export"),
        empty_title="还没有检查",
        empty_text="登记对党支部的检查，或者由抽查形成。",
    )
    return render(request, "supervision/checks_list.html", context)


@inspector_page
@require_safe
def inspections_export(request):
    rows = listed_inspections(request.user).order_by("-pk")[:EXPORT_LIMIT]
    return xlsx_response(inspections_table(rows), TITLE, sheet=TITLE)


@inspector_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_inspection(request):
    """One branch, or all branches of a part of the tree."""
    initial = {"on_date": today_shanghai(), "inspectors": request.user.display_name}
    form = InspectionForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        below = PartyOrganization.objects.visible_to(request.user).filter(path__startswith=form.root.path)
        branches = list(below.branches().existing_on(form.cleaned_data["on_date"])[:MOST_BRANCHES])
        url = _once(
            request,
            form,
            lambda: write_inspection(by=request.user, facts=form.facts(), branches=branches),
        )
        if url:
            return redirect(url)
    return _form_page(request, form, "登记检查", reverse("supervision:inspections"))


@inspector_page
@require_http_methods(["GET", "HEAD", "POST"])
def from_check(request, uid):
    """由抽查形成检查: each problem becomes a finding."""
    check = get_object_or_404(
        SpotCheck.objects.visible_to(request.user).select_related("organization"), uid=uid
    )
    initial = {
        "title": check.title,
        "on_date": today_shanghai(),
        "inspectors": request.user.display_name,
    }
    form = FromCheckForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        url = _once(
            request,
            form,
            lambda: inspection_from_check(by=request.user, check=check, facts=form.facts(), due_on=due_on),
        )
        if url:
            return redirect(url)
    return _form_page(request, form, "由抽查形成检查", reverse("supervision:check", args=[check.uid]))


def _once(request, form, write) -> str | None:
    """Write it once and say where it is; None when it was refused, which stands above the form."""
    key = form.cleaned_data["submission_key"]
    try:
        with transaction.atomic():
            if earlier := earlier_result(key, request.user):
                return earlier
            row = write()
            inspection = row.inspection if isinstance(row, Finding) else row
            url = reverse("supervision:inspection", args=[inspection.uid])
            remember_result(key, url)
    except InspectionRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(
        request, "已保存；有问题的党支部已收到通知。" if isinstance(row, Finding) else "已保存。"
    )
    return url


def _form_page(request, form, title: str, back_url: str, lead: str = ""):
    context = admin_context(
        request,
        title=title,
        crumbs=_crumbs((title, None)),
        form=form,
        submit="保存",
        back_url=back_url,
        lead=lead,
    )
    return render(request, "supervision/checks_form.html", context)


def _inspection_or_404(request, uid) -> Inspection:
    rows = Inspection.objects.visible_to(request.user).select_related(
        "organization", "spot_check__root", "created_by"
    )
    return get_object_or_404(rows, uid=uid)


def _visited(request, row: Inspection) -> list[InspectedBranch]:
    rows = InspectedBranch.objects.visible_to(request.user).filter(inspection=row).select_related("branch")
    return list(rows.order_by("branch__sort_number", "branch__path"))


def _findings(request, row: Inspection):
    found = Finding.objects.visible_to(request.user).filter(inspection=row)
    return found.select_related("branch", "inspection").order_by("number")


@inspector_page
@require_safe
def inspection(request, uid):
    row = _inspection_or_404(request, uid)
    context = admin_context(
        request,
        title=row.title,
        crumbs=_crumbs((row.title, None)),
        inspection=row,
        visited=_visited(request, row),
        table=findings_table(_findings(request, row), today_shanghai(), "supervision:finding"),
    )
    return render(request, "supervision/inspections_detail.html", context)


@inspector_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit_inspection(request, uid):
    row = _inspection_or_404(request, uid)
    back = reverse("supervision:inspection", args=[row.uid])
    form = ChangeInspectionForm(
        request.POST or None, user=request.user, inspection=row, visited=_visited(request, row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_inspection(
                by=request.user,
                inspection=row,
                version=form.cleaned_data["version"],
                facts=form.facts(),
                opinions=form.opinions(),
            )
            messages.success(request, "已保存。")
            return redirect(back)
        except InspectionConflict:
            form.add_error(None, "打开页面以后，这次检查已被他人保存过。请复制您填写的内容，返回核对后再改。")
    return _form_page(request, form, "修改检查", back)


@inspector_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_finding(request, uid):
    """提出问题."""
    row = _inspection_or_404(request, uid)
    branches = [visited.branch for visited in _visited(request, row)]
    form = RaiseFindingForm(request.POST or None, user=request.user, branches=branches)
    if request.method == "POST" and form.is_valid():
        url = _once(request, form, lambda: raise_finding(by=request.user, inspection=row, facts=form.facts()))
        if url:
            return redirect(url)
    lead = "保存后通知该党支部的支委会成员，并列入支部工作台，直到整改。"
    return _form_page(request, form, "提出问题", reverse("supervision:inspection", args=[row.uid]), lead)


@inspector_page
@require_safe
def report(request, uid):
    """The report as .docx."""
    found = report_of(_inspection_or_404(request, uid))
    return docx_response(inspection_docx(found), f"{found.title}检查情况报告.docx")


@inspector_page
@require_safe
def report_print(request, uid):
    """The same as an A4 page."""
    row = _inspection_or_404(request, uid)
    context = {
        "page_title": "检查情况报告",
        "report": report_of(row),
        "back_url": reverse("supervision:inspection", args=[row.uid]),
    }
    return render(request, "supervision/inspections_print.html", context)
