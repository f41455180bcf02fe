"""批注 on a record: written, answered, mended and taken back; they stand on the record's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from activities.models import ActivityRecord
from activities.queries.subjects import record_url
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from supervision.actions.comments import (
    CommentRefused,
    answer_comment,
    mend_comment,
    take_back_comment,
    write_comment,
)
from supervision.forms.inspections import CommentForm, MendCommentForm
from supervision.models import RecordComment


def _visible(request):
    return RecordComment.objects.visible_to(request.user).select_related(
        "record__branch", "record__cell", "answers_to__record__branch", "answers_to__author", "author"
    )


def _page(request, form, record: ActivityRecord, title: str, lead: str):
    context = {
        "page_title": title,
        "breadcrumbs": [("组织生活", "/activities/"), (record.title, record_url(record)), (title, None)],
        "lead": lead,
        "form": form,
        "submit": title,
        "back_url": record_url(record),
    }
    return render(request, "supervision/comment_form.html", context)


def _said(request, form: CommentForm, record: ActivityRecord, write) -> bool:
    """Said once, however often the form arrives; False leaves the page with what was typed."""
    key = form.cleaned_data["submission_key"]
    try:
        with transaction.atomic():
            if earlier_result(key, request.user) is None:
                write()
                remember_result(key, record_url(record))
    except CommentRefused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, "已发表，对方已收到通知；一小时内可以修改或撤回。")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request, uid):
    """批注 by who inspects the branch."""
    record = get_object_or_404(
        ActivityRecord.objects.visible_to(request.user).select_related("branch", "cell"), uid=uid
    )
    if not request.user.access.may(Permission.INSPECT, record.branch):
        raise PermissionDenied
    form = CommentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if _said(request, form, record, lambda: write_comment(by=request.user, record=record, text=text)):
            return redirect(record_url(record))
    return _page(request, form, record, "批注", "只有该党支部的支委会成员看得到，可以答复；党员看不到。")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, uid):
    """答复 a comment."""
    row = get_object_or_404(_visible(request), uid=uid)
    form = CommentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if _said(request, form, row.record, lambda: answer_comment(by=request.user, comment=row, text=text)):
            return redirect(record_url(row.record))
    return _page(request, form, row.record, "答复批注", f"批注：{row.text}")


def _own(request, uid) -> RecordComment:
    """404 for what one may not see, 403 for another's."""
    row = get_object_or_404(_visible(request), uid=uid)
    if row.author_id != request.user.pk:
        raise PermissionDenied
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def mend(request, uid):
    """修改 one's own within the hour."""
    row = _own(request, uid)
    form = MendCommentForm(request.POST or None, user=request.user, initial={"text": row.text})
    if request.method == "POST" and form.is_valid():
        try:
            mend_comment(by=request.user, comment=row, text=form.cleaned_data["text"])
            messages.success(request, "已修改。")
            return redirect(record_url(row.record))
        except CommentRefused as refused:
            form.add_error(None, str(refused))
    return _page(request, form, row.record, "修改批注", "发表后一小时内、没有答复以前可以修改。")


@require_POST
def take_back(request, uid):
    """撤回 one's own within the hour."""
    row = _own(request, uid)
    try:
        take_back_comment(by=request.user, comment=row)
        messages.success(request, "已撤回。")
    except CommentRefused as refused:
        messages.error(request, str(refused))
    return redirect(record_url(row.record))
