"""Whose lesson it is: out of sight is 404, in sight without the right to change is 403. And the way to a page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from branch_portal.permissions import Permission
from learning.models import Lesson, LessonSeries
from members.models import Member


def visible_lesson(request: HttpRequest, uid) -> Lesson:
    rows = Lesson.objects.visible_to(request.user).select_related("organization", "series")
    return get_object_or_404(rows, uid=uid)


def may_manage(user, row: Lesson | LessonSeries) -> bool:
    return user.access.may(Permission.MANAGE_LESSONS, row.organization)


def managed_lesson(request: HttpRequest, uid) -> Lesson:
    lesson = visible_lesson(request, uid)
    if not may_manage(request.user, lesson):
        raise PermissionDenied
    return lesson


def managed_series(request: HttpRequest, uid) -> LessonSeries:
    rows = LessonSeries.objects.visible_to(request.user).select_related("organization")
    series = get_object_or_404(rows, uid=uid)
    if not may_manage(request.user, series):
        raise PermissionDenied
    return series


def own_member(request: HttpRequest) -> Member:
    """The asker as a member; who is none has nothing to complete."""
    member = request.user.member if request.user.member_id else None
    if member is None:
        raise PermissionDenied
    return member


def require_manager(request: HttpRequest) -> None:
    if not request.user.may(Permission.MANAGE_LESSONS):
        raise PermissionDenied


def lesson_url(lesson: Lesson) -> str:
    return reverse("learning:lesson", args=[lesson.uid])


def files_url(lesson: Lesson) -> str:
    return reverse("learning:lesson-files", args=[lesson.uid])


def crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    catalogue = reverse("learning:lessons") if more else None
    return [
        ("工作台", reverse("workbench")),
        ("学习", reverse("learning:my-year")),
        ("云端党课", catalogue),
        *more,
    ]
