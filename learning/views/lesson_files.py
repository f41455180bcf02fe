"""Files of lessons: sending them to who may open the lesson, and keeping them."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.files import FileRefused
from branch_portal.media import media_response
from branch_portal.once import earlier_result, remember_result
from learning.actions.lesson_files import add_attachment, put_main_file, remove_lesson_file
from learning.actions.lessons import LessonRefused
from learning.actions.uploads import PART_BYTES
from learning.forms.lessons import AttachmentForm, MainFileForm
from learning.models import Lesson, LessonFile, LessonUpload
from learning.views.lesson_reach import crumbs, files_url, lesson_url, managed_lesson


@require_safe
def send(request, uid):
    """Shown in the page or by the browser itself; office files are only downloaded."""
    return _sent(request, uid, inline=True)


@require_safe
def download(request, uid):
    return _sent(request, uid, inline=False)


def _sent(request, uid, *, inline: bool):
    rows = LessonFile.objects.visible_to(request.user).kept()
    file = get_object_or_404(rows, uid=uid)
    shown = (
        file.content_type.startswith(("video/", "audio/", "image/")) or file.content_type == "application/pdf"
    )
    response = media_response(
        request,
        file.stored_name,
        file_name=file.file_name,
        content_type=file.content_type,
        version=f"{file.uid.hex}-{file.size}",
        inline=inline and shown,
    )
    if response is None:
        raise Http404
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def files(request, uid):
    """课件和附件: in parts with the script, by an ordinary form up to 20 MB without."""
    row = managed_lesson(request, uid)
    form = MainFileForm(request.POST or None, request.FILES or None, user=request.user, lesson=row)
    if request.method == "POST" and form.is_valid() and _kept_once(request, row, form, put_main_file):
        return redirect(files_url(row))
    return _page(request, row, form, AttachmentForm(user=request.user))


@require_POST
def attach(request, uid):
    """添加附件."""
    row = managed_lesson(request, uid)
    form = AttachmentForm(request.POST, request.FILES, user=request.user)
    if form.is_valid() and _kept_once(request, row, form, add_attachment):
        return redirect(files_url(row))
    return _page(request, row, MainFileForm(user=request.user, lesson=row), form)


def _kept_once(request, row: Lesson, form, action) -> bool:
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier_result(cleaned["submission_key"], request.user):
                return True
            remember_result(cleaned["submission_key"], files_url(row))
            action(by=request.user, lesson=row, file=cleaned["file"], name=cleaned["file"].name)
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return False
    messages.success(request, "文件已保存。")
    return True


def _page(request, row: Lesson, main_form, attachment_form):
    kept = list(LessonFile.objects.visible_to(request.user).kept().filter(lesson=row).order_by("pk"))
    context = {
        "page_title": "课件和附件",
        "breadcrumbs": crumbs((row.title, lesson_url(row)), ("课件和附件", None)),
        "lesson": row,
        "main": next((file for file in kept if file.role == LessonFile.Role.MAIN), None),
        "attachments": [file for file in kept if file.role == LessonFile.Role.ATTACHMENT],
        "main_form": main_form,
        "attachment_form": attachment_form,
        "part_bytes": PART_BYTES,
        "largest": settings.PORTAL_MEDIA_MAX_MB,
        "uploads": LessonUpload.objects.visible_to(request.user)
        .unfinished()
        .filter(lesson=row)
        .order_by("pk"),
    }
    return render(request, "learning/lesson_files.html", context)


@require_POST
def remove(request, uid):
    """移除, or replaced by the next upload."""
    rows = LessonFile.objects.visible_to(request.user).kept().select_related("lesson")
    file = get_object_or_404(rows, uid=uid)
    row = managed_lesson(request, file.lesson.uid)
    try:
        remove_lesson_file(by=request.user, file=file)
        messages.success(request, "文件已移除。")
    except LessonRefused as refused:
        messages.error(request, str(refused))
    return redirect(files_url(row))
