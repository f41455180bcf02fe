"""The four requests of an upload in parts (static/js/upload.js): begin, how much is there, one part, give up. All JSON.

POST lessons/<uid>/uploads/   name, size, modified    → 200 {url, part_url, received, size}   422 {error}
GET  uploads/<uid>/                                   → 200 {received, size, done}
POST uploads/<uid>/part/?offset=N   the bytes         → 200 {received, size, done}   409 {received, error}
                                                        413, 422, 507 {error}
"""

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from branch_portal.files import MARKED, FileRefused
from branch_portal.markings import REFUSAL
from learning.actions.uploads import (
    PART_BYTES,
    DiskFull,
    PartRefused,
    add_part,
    begin_upload,
    cancel_upload,
)
from learning.forms.lessons import BeginUploadForm, PartForm
from learning.models import LessonUpload
from learning.views.lesson_reach import files_url, managed_lesson


@require_POST
def begin(request, uid):
    """Begin, or find what the same person began of the same file."""
    row = managed_lesson(request, uid)
    form = BeginUploadForm(request.POST, user=request.user)
    if not form.is_valid():
        marked = any(REFUSAL in errors for errors in form.errors.values())
        return _refused(MARKED if marked else "浏览器没有说明是什么文件，请重新选择。", 422)
    try:
        upload = begin_upload(by=request.user, lesson=row, **form.cleaned_data)
    except FileRefused as refused:
        return _refused(str(refused), 422)
    return JsonResponse(
        _state(upload)
        | {
            "url": reverse("learning:upload", args=[upload.uid]),
            "part_url": reverse("learning:upload-part", args=[upload.uid]),
        }
    )


@require_safe
def state(request, uid):
    """How much is there."""
    return JsonResponse(_state(_own(request, uid)))


@require_POST
def part(request, uid):
    """One part; its bytes are read from the request as they come and never all at once."""
    upload = _own(request, uid)
    form = PartForm(request.GET, user=request.user)
    length = request.headers.get("Content-Length", "")
    if not form.is_valid() or not length.isascii() or not length.isdigit():
        return _refused("请求不完整，请刷新页面后重新选择文件。", 422)
    if int(length) > PART_BYTES:
        return _refused("一段超过 8 MB，请刷新页面后重新选择文件。", 413)
    return _added(request, upload, form.cleaned_data["offset"], int(length))


def _added(request: HttpRequest, upload: LessonUpload, offset: int, length: int) -> JsonResponse:
    try:
        upload = add_part(by=request.user, upload=upload, offset=offset, length=length, read=request.read)
    except PartRefused as refused:
        return JsonResponse({"error": str(refused), "received": refused.received}, status=409)
    except FileRefused as refused:
        # What is no lesson's file is not kept for another try.
        cancel_upload(by=request.user, upload=upload)
        return _refused(str(refused), 422)
    except DiskFull as full:
        return _refused(str(full), 507)
    if upload.finished_at is not None:
        messages.success(request, f"“{upload.file_name}”已上传。")
    return JsonResponse(_state(upload))


@require_POST
def cancel(request, uid):
    """取消上传."""
    upload = _own(request, uid)
    cancel_upload(by=request.user, upload=upload)
    messages.success(request, "已取消上传。")
    return redirect(files_url(upload.lesson))


def _own(request: HttpRequest, uid) -> LessonUpload:
    """The asker's own upload to a lesson that the asker still manages."""
    rows = LessonUpload.objects.visible_to(request.user).select_related("lesson")
    upload = get_object_or_404(rows, uid=uid)
    managed_lesson(request, upload.lesson.uid)
    return upload


def _state(upload: LessonUpload) -> dict:
    return {"received": upload.received, "size": upload.size, "done": upload.finished_at is not None}


def _refused(words: str, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)
