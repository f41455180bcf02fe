"""民主评议党员: the sheet of a record, its print view and export, and the days of feedback.

Who keeps the branch's records reads and writes the sheet; the committee looks into it with a reason, which is recorded; a
member reads the own result on the own card, once fed back.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.appraisal import Refused, give_feedback, save_appraisal
from activities.actions.records import Conflict, NotEditable
from activities.appraisal_tables import sheet_columns, summary
from activities.forms.appraisal import AppraisalForm, FeedbackForm, LookForm
from activities.models import ActivityRecord
from activities.queries.appraisal import SheetRows, keeps_appraisals, sheet_rows, visible_appraisal
from activities.queries.subjects import record_url
from activities.rules.appraisal import APPRAISAL_EXCELLENT_BASE, BASE_LABELS
from activities.rules.states import DRAFT, EDITABLE
from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_response
from members.actions.audit import record_access

_METHODS = ["GET", "HEAD", "POST"]
_CONFLICT = (
    "打开页面以后，有人先保存过这张评议表。您填写的内容都还在下面，请与最新内容核对；再次保存以您填写的为准。"
)
_NOT_EDITABLE = "记录已确认，评议结果不能再修改。"


@require_http_methods(_METHODS)
def appraisal(request, uid):
    """The sheet: a form before the record is confirmed, a table afterwards, and for the committee a question first."""
    record = _record(request, uid)
    if not keeps_appraisals(request.user, record.branch):
        return _looked_into(request, record)
    found = sheet_rows(record)
    if record.state not in EDITABLE:
        if request.method == "POST":
            messages.error(request, _NOT_EDITABLE)
            return redirect(appraisal_url(record))
        return render(request, "activities/appraisal.html", _shown(record, found, keeps=True))
    form = _form(request, found)
    if request.method == "POST" and form.is_valid() and not form.fills and _saved(request, record, form):
        messages.success(request, f"评议表已保存。{form.caps.sentence}。")
        return redirect(appraisal_url(record))
    return render(
        request,
        "activities/appraisal_form.html",
        _page(record, "民主评议表") | {"form": form, "found": found},
    )


@require_safe
def appraisal_print(request, uid):
    """民主评议党员汇总表 on A4, for whoever keeps it; place for the signatures of chair and recorder."""
    record = _kept_record(request, uid)
    context = _shown(record, sheet_rows(record), keeps=True) | {
        "page_title": f"{record.assessment_year}年度民主评议党员登记汇总表",
        "back_url": appraisal_url(record),
        "landscape": True,
        "day": format_date_cn(record.on_date).partition("（")[0],
    }
    return render(request, "activities/appraisal_print.html", context)


@require_http_methods(_METHODS)
def appraisal_export(request, uid):
    """The sheet as .xlsx; a reason is asked and what goes out is recorded."""
    record = _record(request, uid)
    form = LookForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        found = sheet_rows(record)
        _note(request, record, "export", form.cleaned_data["reason"], len(found.rows))
        name = f"{record.branch}{record.assessment_year}年度民主评议党员汇总表"
        return xlsx_response(Table(sheet_columns(), found.rows, numbered=False), name, sheet="民主评议")
    context = _page(record, "导出民主评议表") | {"form": form, "button": "导出 .xlsx", "repeatable": True}
    return render(request, "activities/appraisal_reason.html", context)


@require_http_methods(_METHODS)
def appraisal_feedback(request, uid):
    """反馈: from the day on which a member was told, the member reads the own result."""
    record = _kept_record(request, uid)
    waiting = [row for row in sheet_rows(record).rows if row.pk and row.grade and row.fed_back_on is None]
    form = FeedbackForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        entries=waiting,
        since=record.on_date,
        initial={"day": today_shanghai(), "entries": [row.uid.hex for row in waiting]},
    )
    if request.method == "POST" and form.is_valid():
        return _told(request, record, form)
    context = _page(record, "登记反馈") | {"form": form, "waiting": waiting, "draft": record.state == DRAFT}
    return render(request, "activities/appraisal_feedback.html", context)


def appraisal_url(record: ActivityRecord) -> str:
    return reverse("activities:appraisal", args=[record.uid])


def _record(request, uid) -> ActivityRecord:
    """404 for what the user may not read at all, 403 for who may read the record but no grades."""
    record = get_object_or_404(visible_appraisal(request.user), uid=uid)
    if not request.user.access.may(Permission.VIEW_APPRAISALS, record.branch):
        raise PermissionDenied
    return record


def _kept_record(request, uid) -> ActivityRecord:
    record = _record(request, uid)
    if not keeps_appraisals(request.user, record.branch):
        raise PermissionDenied
    return record


def _looked_into(request, record: ActivityRecord):
    form = LookForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        found = sheet_rows(record)
        _note(request, record, "reveal", form.cleaned_data["reason"], len(found.rows))
        return render(request, "activities/appraisal.html", _shown(record, found, keeps=False))
    context = _page(record, "查看民主评议表") | {"form": form, "button": "查看评议结果", "repeatable": False}
    return render(request, "activities/appraisal_reason.html", context)


def _note(request, record: ActivityRecord, action: str, reason: str, rows: int) -> None:
    record_access(
        by=request.user,
        action=action,
        field=f"{record.assessment_year}年度民主评议结果",
        reason=reason,
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=record.branch_id,
        row_count=rows,
    )


def _form(request, found: SheetRows) -> AppraisalForm:
    sheet = found.sheet
    base = sheet.excellent_base if sheet else APPRAISAL_EXCELLENT_BASE
    names = ("ballots_issued", "ballots_collected", "committee_opinion", "over_cap_reason", "version")
    initial = {name: getattr(sheet, name) for name in names} if sheet else {"version": 0}
    data = request.POST if request.method == "POST" else None
    return AppraisalForm(data, user=request.user, rows=found.rows, base=base, initial=initial)


def _saved(request, record: ActivityRecord, form: AppraisalForm) -> bool:
    """Whether it could be saved; what stands against it is said on the form."""
    try:
        save_appraisal(
            by=request.user,
            record=record,
            version=form.cleaned_data["version"],
            facts=form.facts,
            opinions=form.values,
        )
    except Refused as refused:
        form.refuse(refused.findings)
        return False
    except NotEditable:
        form.add_error(None, _NOT_EDITABLE)
        return False
    except Conflict:
        sheet = sheet_rows(record).sheet
        form.data = form.data.copy()
        form.data["version"] = sheet.version if sheet else 0
        form.add_error(None, _CONFLICT)
        return False
    return True


def _told(request, record: ActivityRecord, form: FeedbackForm):
    try:
        told = give_feedback(
            by=request.user,
            record=record,
            day=form.cleaned_data["day"],
            entries=form.cleaned_data["entries"],
        )
        messages.success(request, f"已登记向 {len(told)} 名党员反馈，本人可在自己的卡片上查看。")
    except NotEditable:
        messages.error(request, "没有登记：活动记录还是草稿，请先保存记录。")
    return redirect(appraisal_url(record))


def _page(record: ActivityRecord, title: str) -> dict:
    return {
        "page_title": title,
        "record": record,
        "back_url": record_url(record),
        "breadcrumbs": [
            ("工作台", "/"),
            ("组织生活", "/activities/"),
            (record.title, record_url(record)),
            (title, None),
        ],
    }


def _shown(record: ActivityRecord, found: SheetRows, *, keeps: bool) -> dict:
    rows, sheet = found.rows, found.sheet
    base = sheet.excellent_base if sheet else APPRAISAL_EXCELLENT_BASE
    return _page(record, "民主评议表") | {
        "sheet": sheet,
        "keeps": keeps,
        "base_label": BASE_LABELS[base],
        "table": Table(sheet_columns(), rows if sheet else [], caption="民主评议表", numbered=False),
        **summary(rows if sheet else [], base),
    }
