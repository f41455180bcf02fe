"""云端党课 of a record: make one out of its materials, link one, take a link off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from activities.actions.lessons import lesson_from_record, link_lesson, unlink_lesson
from activities.forms.lessons import LinkLessonForm
from activities.models import ActivityRecord
from activities.queries.lessons import lessons_of, linkable_lessons
from activities.queries.reach import may_log
from activities.queries.records import visible_record
from activities.queries.subjects import record_url
from branch_portal.files import FileRefused
from branch_portal.permissions import Permission
from learning.actions.lessons import LessonRefused

_PART = "#lessons"


def _record(request, uid) -> ActivityRecord:
    record = get_object_or_404(visible_record(request.user), uid=uid)
    if not may_log(request.user, record):
        raise PermissionDenied
    return record


@require_POST
def make(request, uid):
    """用本次党课的材料开设云端党课."""
    record = _record(request, uid)
    if not request.user.access.may(Permission.MANAGE_LESSONS, record.branch):
        raise PermissionDenied
    try:
        lesson = lesson_from_record(by=request.user, record=record)
    except (FileRefused, LessonRefused) as refused:
        messages.error(request, str(refused))
        return redirect(record_url(record) + _PART)
    messages.success(
        request,
        "已存为课程草稿，请核对后发布。课程本身不另计学时：到会的已按点名计入，缺席的随补课计入。",
    )
    return redirect(reverse("learning:lesson", args=[lesson.uid]))


@require_POST
def link(request, uid):
    """关联."""
    record = _record(request, uid)
    form = LinkLessonForm(request.POST, user=request.user, lessons=linkable_lessons(record, request.user))
    if form.is_valid():
        try:
            link_lesson(by=request.user, record=record, lesson=form.chosen)
            messages.success(request, "已关联课程。")
        except LessonRefused as refused:
            messages.error(request, str(refused))
    else:
        messages.error(request, "没有关联：请先在列表中选择课程。")
    return redirect(record_url(record) + _PART)


@require_POST
def unlink(request, uid):
    """取消关联; the lesson itself stays."""
    record = _record(request, uid)
    form = LinkLessonForm(request.POST, user=request.user, lessons=lessons_of(record, request.user))
    if form.is_valid():
        unlink_lesson(by=request.user, record=record, lesson=form.chosen)
        messages.success(request, "已取消关联，课程仍保留。")
    else:
        messages.error(request, "没有改动：这门课没有关联。")
    return redirect(record_url(record) + _PART)
