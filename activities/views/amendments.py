"""更正: choose a text, write it anew with its reason, sign or withdraw."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.amendments import (
    AmendmentRefused,
    propose_amendment,
    sign_amendment,
    text_of,
    withdraw_amendment,
)
from activities.forms.paper import AmendmentForm
from activities.models import ActivityRecord, Amendment
from activities.queries.reach import reaches
from activities.queries.records import visible_record
from activities.queries.subjects import record_url
from activities.rules.amendments import FIELDS
from activities.rules.states import CONFIRMED_STATES, TransitionError
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission


def _record_or_403(request, uid) -> ActivityRecord:
    record = get_object_or_404(visible_record(request.user), uid=uid)
    if not reaches(request.user, Permission.LOG_GATHERINGS, record):
        raise PermissionDenied
    return record


def _crumbs(record: ActivityRecord, *more):
    return [("工作台", "/"), ("组织生活", "/activities/"), (record.title, record_url(record)), *more]


@require_safe
def choose(request, uid):
    """Which text is to be put right."""
    record = _record_or_403(request, uid)
    context = {
        "page_title": "更正",
        "record": record,
        "confirmed": record.state in CONFIRMED_STATES,
        "fields": [
            (info.label, text_of(record, info.key), reverse("activities:amend", args=[record.uid, info.key]))
            for info in FIELDS.values()
        ],
        "back_url": record_url(record),
        "breadcrumbs": _crumbs(record, ("更正", None)),
    }
    return render(request, "activities/amend_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request, uid, field):
    """One text, pre-filled as it stands."""
    record = _record_or_403(request, uid)
    info = FIELDS.get(field)
    if info is None:
        raise Http404
    form = AmendmentForm(
        request.POST or None, user=request.user, info=info, initial={"new_text": text_of(record, field)}
    )
    if request.method == "POST" and form.is_valid() and _proposed(request, form, record, field):
        return redirect(record_url(record))
    context = {
        "page_title": f"更正：{info.label}",
        "record": record,
        "form": form,
        "old_text": text_of(record, field),
        "back_url": reverse("activities:amend-choose", args=[record.uid]),
        "breadcrumbs": _crumbs(
            record, ("更正", reverse("activities:amend-choose", args=[record.uid])), (info.label, None)
        ),
    }
    return render(request, "activities/amend.html", context)


def _proposed(request, form: AmendmentForm, record: ActivityRecord, field: str) -> bool:
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier_result(cleaned["submission_key"], request.user) is None:
                propose_amendment(
                    by=request.user,
                    record=record,
                    field=field,
                    new_text=cleaned["new_text"],
                    reason=cleaned["reason"],
                )
                remember_result(cleaned["submission_key"], record_url(record))
    except AmendmentRefused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, "更正已提出，待有确认权限的人签署后生效。")
    return True


def _amendment(request, uid, permission: Permission) -> Amendment:
    """404 outside the scope, 403 inside it without the permission."""
    row = get_object_or_404(
        Amendment.objects.visible_to(request.user).select_related("record__branch", "record__cell"), uid=uid
    )
    allowed = (
        request.user.access.may(permission, row.record.branch)
        if permission == Permission.CONFIRM_RECORDS
        else reaches(request.user, permission, row.record)
    )
    if not allowed:
        raise PermissionDenied
    return row


@require_POST
def sign(request, uid):
    row = _amendment(request, uid, Permission.CONFIRM_RECORDS)
    try:
        sign_amendment(by=request.user, amendment=row)
        messages.success(request, "更正已签署，记录已按更正后的内容显示，原文保留在本页。")
    except (AmendmentRefused, TransitionError) as refused:
        messages.error(request, str(refused))
    return redirect(record_url(row.record))


@require_POST
def withdraw(request, uid):
    row = _amendment(request, uid, Permission.LOG_GATHERINGS)
    try:
        withdraw_amendment(by=request.user, amendment=row)
        messages.success(request, "更正已撤回，记录没有改动。")
    except TransitionError as refused:
        messages.error(request, str(refused))
    return redirect(record_url(row.record))
