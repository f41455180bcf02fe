"""附件 of a record: upload, small picture, download, caption, removal."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from activities.actions.attachments import (
    AttachmentsClosed,
    add_attachments,
    describe_attachment,
    remove_attachment,
)
from activities.forms.attachments import AttachmentsForm, CaptionForm
from activities.models import Attachment
from activities.queries.reach import may_log
from activities.queries.records import visible_record
from activities.queries.subjects import record_url
from branch_portal.files import file_response
from branch_portal.once import earlier_result, remember_result

_CLOSED = "记录已确认，附件不能再增减或修改。"
_PART = "#attachments"


@require_POST
def add(request, uid):
    """上传: several files at once; the good ones are kept whatever the others are."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    if not may_log(request.user, record):
        raise PermissionDenied
    url = record_url(record) + _PART
    form = AttachmentsForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid() or not form.cleaned_data["files"]:
        messages.error(request, "没有上传：请先选择文件，再点“上传”。")
        return redirect(url)
    with transaction.atomic():
        key = form.cleaned_data["submission_key"]
        if earlier_result(key, request.user):
            return redirect(url)
        remember_result(key, url)
        try:
            kept, refused = add_attachments(by=request.user, record=record, files=form.cleaned_data["files"])
        except AttachmentsClosed:
            kept, refused = [], [_CLOSED]
    if kept:
        messages.success(request, f"已保存 {len(kept)} 个附件。")
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect(url)


@require_safe
def download(request, uid):
    """The file, always as a download: nothing of a foreign file is shown inside the portal's own pages."""
    return _sent(_visible(request, uid))


@require_safe
def thumb(request, uid):
    """The small copy that was drawn here, for the list."""
    attachment = _visible(request, uid)
    if not attachment.is_picture:
        raise Http404
    return _sent(attachment, small=True)


@require_POST
def caption(request, uid):
    """保存说明."""
    attachment = _editable(request, uid)
    form = CaptionForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "没有保存说明：最多 100 字，请缩短。")
        return redirect(record_url(attachment.record) + _PART)
    return _changed(
        request,
        attachment,
        "说明已保存。",
        lambda: describe_attachment(by=request.user, attachment=attachment, **form.cleaned_data),
    )


@require_POST
def remove(request, uid):
    """移除, before the record is confirmed."""
    attachment = _editable(request, uid)
    return _changed(
        request,
        attachment,
        "附件已移除。",
        lambda: remove_attachment(by=request.user, attachment=attachment),
    )


def _changed(request, attachment: Attachment, done: str, action):
    try:
        action()
        messages.success(request, done)
    except AttachmentsClosed:
        messages.error(request, _CLOSED)
    return redirect(record_url(attachment.record) + _PART)


def _sent(attachment: Attachment, *, small: bool = False):
    png = attachment.thumb_name.endswith(".png")
    response = file_response(
        attachment.thumb_name if small else attachment.stored_name,
        file_name=attachment.file_name,
        content_type=("image/png" if png else "image/jpeg") if small else attachment.content_type,
        inline=small,
    )
    if response is None:
        raise Http404
    return response


def _visible(request, uid) -> Attachment:
    rows = Attachment.objects.visible_to(request.user).kept().select_related("record__branch", "record__cell")
    return get_object_or_404(rows, uid=uid)


def _editable(request, uid) -> Attachment:
    attachment = _visible(request, uid)
    if not may_log(request.user, attachment.record):
        raise PermissionDenied
    return attachment
