"""附件 of a card: upload, download, remove."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.files import FileRefused, read_file
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.audit import record_access
from members.actions.errors import ActionRefused
from members.actions.files import add_file, remove_file
from members.forms.commendations import RemovalForm
from members.forms.files import FileForm
from members.models import MemberFile
from members.views.cards import crumbs, may_on
from members.views.small_forms import editable_or_403, small_form


def _add_once(request, form: FileForm, member, url: str) -> bool:
    """Whether the upload was kept, now or when this form arrived first."""
    cleaned = form.cleaned_data
    try:
        # One savepoint for key and file: a file that is refused leaves the key free for the mended one.
        with transaction.atomic():
            if earlier_result(cleaned["submission_key"], request.user):
                return True
            add_file(
                by=request.user,
                member=member,
                title=cleaned["title"],
                file=cleaned["file"],
                name=cleaned["file"].name,
            )
            remember_result(cleaned["submission_key"], url)
    except (FileRefused, ActionRefused) as refused:
        form.add_error("file", str(refused))
        return False
    messages.success(request, "附件已保存。")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, uid):
    member = editable_or_403(request, uid)
    url = f"{reverse('members:card', args=[member.uid])}?tab=files"
    form = FileForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _add_once(request, form, member, url):
        return redirect(url)
    context = {
        "page_title": "上传附件",
        "member": member,
        "form": form,
        "back_url": url,
        "breadcrumbs": crumbs(request, member, ("上传附件", None)),
    }
    return render(request, "members/file_form.html", context)


def _file_or_404(request, uid) -> MemberFile:
    rows = MemberFile.objects.visible_to(request.user).kept().select_related("member__branch")
    return get_object_or_404(rows, uid=uid)


@require_safe
def download(request, uid):
    """The bytes, always as a download: nothing of a foreign file is ever shown inside the portal's own pages."""
    file = _file_or_404(request, uid)
    content = read_file(file.stored_name)
    if content is None:
        raise Http404
    if file.member_id != request.user.member_id:
        record_access(
            by=request.user,
            action="reveal",
            field=f"附件 {file.title}",
            reason="下载附件",
            ip=request.META.get("REMOTE_ADDR", ""),
            member_uid=file.member.uid,
            branch_id=file.member.branch_id,
        )
    response = HttpResponse(content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.file_name)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, uid):
    file = _file_or_404(request, uid)
    if not may_on(request, Permission.EDIT_ROSTER, file.member):
        raise PermissionDenied
    return small_form(
        request,
        file.member,
        RemovalForm(request.POST or None, user=request.user),
        title=f"移除附件“{file.title}”",
        button="移除",
        tab="files",
        act=lambda cleaned: remove_file(by=request.user, file=file, **cleaned),
    )
