"""附件 of a notice: added and removed while it is a draft, downloaded by its sender and its addressees."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from branch_portal.files import file_response
from branch_portal.once import earlier_result, remember_result
from notices.actions.errors import NoticeRefused
from notices.actions.notice_files import add_files, remove_file
from notices.actions.notices import notice_url
from notices.forms.notices import NoticeFilesForm
from notices.models import NoticeAttachment
from notices.views.notice_target import own_notice

_PART = "#attachments"


@require_POST
def add(request, uid):
    """上传 to a draft: the good ones are kept whatever the others are."""
    row = own_notice(request, uid)
    url = notice_url(row) + _PART
    form = NoticeFilesForm(request.POST, request.FILES, user=request.user)
    if not row.is_draft:
        messages.error(request, "通知已经发出，请在“更正”里补充附件。")
        return redirect(url)
    if not form.is_valid() or not form.cleaned_data["files"]:
        messages.error(request, "没有上传：请先选择文件，再点“上传”。")
        return redirect(url)
    with transaction.atomic():
        key = form.cleaned_data["submission_key"]
        if earlier_result(key, request.user):
            return redirect(url)
        remember_result(key, url)
        kept, refused = add_files(by=request.user, notice=row, files=form.cleaned_data["files"])
    if kept:
        messages.success(request, f"已保存 {len(kept)} 个附件。")
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect(url)


@require_safe
def download(request, uid):
    """The file, always as a download."""
    found = get_object_or_404(NoticeAttachment.objects.visible_to(request.user).kept(), uid=uid)
    response = file_response(found.stored_name, file_name=found.file_name, content_type=found.content_type)
    if response is None:
        raise Http404
    return response


@require_POST
def remove(request, uid):
    """移除 from a draft."""
    rows = NoticeAttachment.objects.visible_to(request.user).kept().select_related("notice")
    found = get_object_or_404(rows, uid=uid)
    if not NoticeAttachment.objects.editable_by(request.user).filter(pk=found.pk).exists():
        raise PermissionDenied
    try:
        remove_file(by=request.user, attachment=found)
        messages.success(request, "附件已移除。")
    except NoticeRefused as error:
        messages.error(request, str(error))
    return redirect(notice_url(found.notice) + _PART)
