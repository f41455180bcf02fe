"""学时证明: issued by the member or by who may read the hours; read, printed and taken out as Word."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from branch_portal.codes import code_path
from branch_portal.once import earlier_result, remember_result
from branch_portal.tables import Column, Table
from branch_portal.verification import shown_code
from learning.actions.certificates import NothingToCertify, issue_certificate
from learning.forms.certificates import IssueForm
from learning.models import StudyCertificate
from learning.paper.certificate import (
    CATEGORY_HEADS,
    ROW_HEADS,
    TITLE,
    certificate_docx,
    code_lines,
    file_name,
    issued_in_words,
    statement,
)
from learning.queries.certificates import standing_of
from learning.views.reach import own_member, readable_member
from members.actions.audit import record_access
from members.models import Member

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_POST
def issue_own(request):
    member = own_member(request)
    if member is None:
        raise PermissionDenied
    return _issue(request, member, reverse("learning:my-year"))


@require_POST
def issue(request, uid):
    return _issue(request, readable_member(request, uid), reverse("learning:member-year", args=[uid]))


def _issue(request: HttpRequest, member: Member, back_url: str):
    form = IssueForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "没有开具：页面已过期，请再点一次“开具学时证明”。")
        return redirect(back_url)
    key, year = form.cleaned_data["submission_key"], form.cleaned_data["year"]
    if url := earlier_result(key, request.user):
        return redirect(url)
    try:
        certificate = issue_certificate(by=request.user, member=member, year=year)
    except NothingToCertify:
        messages.warning(request, f"{year} 年还没有已确认的学时，暂不能开具证明；待确认的学时经确认后再开。")
        return redirect(f"{back_url}?year={year}")
    url = reverse("learning:certificate", args=[certificate.uid])
    remember_result(key, url)
    messages.success(request, "学时证明已开具，内容不再变动；以后有更正的，查验时会提示。")
    return redirect(url)


def _visible(request: HttpRequest, uid) -> StudyCertificate:
    rows = StudyCertificate.objects.visible_to(request.user).select_related("member", "issued_by")
    return get_object_or_404(rows, uid=uid)


@require_safe
def page(request, uid):
    certificate = _visible(request, uid)
    own = certificate.member_id == request.user.member_id
    back = (
        reverse("learning:my-year") if own else reverse("learning:member-year", args=[certificate.member.uid])
    )
    context = _paper_context(certificate) | {
        "page_title": TITLE,
        "breadcrumbs": [
            ("工作台", reverse("workbench")),
            ("学习", f"{back}?year={certificate.year}"),
            (TITLE, None),
        ],
        "standing": standing_of(certificate),
        "shown_code": shown_code(certificate.code),
        "issued_by": certificate.issued_by.display_name,
    }
    return render(request, "learning/certificate.html", context)


@require_safe
def print_view(request, uid):
    certificate = _visible(request, uid)
    context = _paper_context(certificate) | {
        "page_title": TITLE,
        "code": code_path(certificate.code),
        "back_url": reverse("learning:certificate", args=[uid]),
    }
    return render(request, "learning/certificate_print.html", context)


@require_safe
def download(request, uid):
    """The .docx; taking out another's is recorded."""
    certificate = _visible(request, uid)
    if certificate.member_id != request.user.member_id:
        record_access(
            by=request.user,
            action="export",
            field="党员学时证明（Word）",
            reason="下载学时证明",
            ip=request.META.get("REMOTE_ADDR", ""),
            member_uid=certificate.member.uid,
            branch_id=certificate.branch_id,
            row_count=1,
        )
    response = HttpResponse(certificate_docx(certificate), content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(certificate))
    return response


def _paper_context(certificate: StudyCertificate) -> dict:
    return {
        "certificate": certificate,
        "statement": statement(certificate),
        "issued_on": issued_in_words(certificate),
        "categories": _table(CATEGORY_HEADS, certificate.content["categories"], "分类合计"),
        "rows": _table(ROW_HEADS, certificate.content["rows"], "学时明细"),
        "code_lines": code_lines(certificate),
    }


def _table(heads, rows, caption: str) -> Table:
    """Frozen values in their order: nothing here is worked out anew."""
    columns = [Column(head, lambda row, place=place: row[place]) for place, head in enumerate(heads)]
    return Table(columns, rows, caption=caption, numbered=False)
