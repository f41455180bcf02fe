"""Steps of a record after it was written: the chair confirms, the committee returns."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from activities.actions.drafts import discard_draft
from activities.actions.records import Conflict, NotEditable, confirm_record, return_record
from activities.forms.gathering import ConfirmRecordForm, ReturnForm
from activities.models import ActivityRecord
from activities.queries.records import visible_record
from activities.queries.subjects import record_url
from activities.rules.states import TransitionError
from activities.views.target import target_of_record
from branch_portal.permissions import Permission


def _permitted_record(request, uid, permission: Permission) -> ActivityRecord:
    """404 outside the user's scope, 403 inside it without the permission."""
    record = get_object_or_404(
        ActivityRecord.objects.visible_to(request.user).select_related("branch"), uid=uid
    )
    if not request.user.access.may(permission, record.branch):
        raise PermissionDenied
    return record


@require_POST
def confirm(request, uid):
    """确认: the chair signs."""
    record = _permitted_record(request, uid, Permission.CONFIRM_RECORDS)
    form = ConfirmRecordForm(request.POST, user=request.user)
    try:
        if not form.is_valid():
            raise Conflict
        confirm_record(by=request.user, record=record, version=form.cleaned_data["version"])
        messages.success(request, "记录已确认，学时同时转为已确认。")
    except Conflict:
        messages.warning(request, "没有确认：您打开页面以后记录又有修改，请核对下面的最新内容再确认。")
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect(record_url(record))


@require_POST
def discard(request, uid):
    """删除草稿: begun twice or by mistake."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    target_of_record(request, record)
    try:
        discard_draft(by=request.user, record=record)
    except NotEditable:
        messages.error(request, "没有删除：这条记录已经保存，或者活动已通知过党员。")
        return redirect(record_url(record))
    messages.success(request, f"草稿已删除：{record.title}。")
    return redirect("activities:records")


@require_http_methods(["GET", "HEAD", "POST"])
def return_to_branch(request, uid):
    """退回修改: the committee says what is to be mended."""
    record = _permitted_record(request, uid, Permission.RETURN_RECORDS)
    form = ReturnForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return_record(by=request.user, record=record, **form.cleaned_data)
            messages.success(request, "已退回党支部修改，并通知支委会成员；意见和期限显示在记录页面。")
        except TransitionError as error:
            messages.error(request, str(error))
        return redirect(record_url(record))
    context = {
        "page_title": "退回修改",
        "breadcrumbs": [("组织生活", "/activities/"), (record.title, record_url(record)), ("退回修改", None)],
        "lead": f"{record.title}：由党支部按退回意见修改后重新提交。",
        "form": form,
        "submit": "退回修改",
        "back_url": record_url(record),
    }
    return render(request, "activities/reason_form.html", context)
