"""The sheet of one record: as .docx on the committee's form or the portal's own, and as a page to print."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from activities.forms.paper import LayoutForm
from activities.models import ActivityRecord
from activities.paper.codes import code_words
from activities.paper.form_values import form_values
from activities.paper.sheet import (
    DATE_BLANK,
    NO_ROLL,
    SIGNED_BY,
    facts,
    history,
    numbered,
    parts,
    sheet_docx,
    subject,
)
from activities.queries.paper import template_for
from activities.queries.reach import reaches
from activities.queries.records import visible_record
from activities.queries.sheet import sheet_of
from activities.queries.subjects import record_url
from activities.rules.sheet import RecordSheet
from branch_portal.codes import code_path
from branch_portal.docx_forms import filled
from branch_portal.files import FileRefused, read_file
from branch_portal.permissions import Permission
from members.actions.audit import record_access

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _sheet_for(request, uid) -> tuple[ActivityRecord, RecordSheet]:
    """As the record's page shows it: officers with the roll, plain members with the counts and their own row."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    shown = reaches(request.user, Permission.VIEW_ROLLS, record)
    return record, sheet_of(record, roll_shown=shown, own_member_id=request.user.member_id)


@require_safe
def download(request, uid):
    """The .docx. A committee's form that cannot be filled in says so and offers the portal's own layout."""
    record, sheet = _sheet_for(request, uid)
    own_layout = LayoutForm(request.GET).values().get("layout") == "portal"
    template = None if own_layout else template_for(record)
    try:
        content = _on_form(template, sheet) if template else sheet_docx(sheet)
    except FileRefused:
        messages.error(
            request,
            f"上级模板“{template.name}”无法填写，请联系上级党组织；可从“更多”下载平台版式的记录表。",
        )
        return redirect(record_url(record))
    if sheet.roll:
        record_access(
            by=request.user,
            action="export",
            field=f"{sheet.kind_label}记录表（Word）",
            reason="下载记录表",
            ip=request.META.get("REMOTE_ADDR", ""),
            branch_id=record.branch_id,
            row_count=len(sheet.roll),
        )
    return docx_response(content, f"{sheet.file_name}.docx")


def _on_form(template, sheet: RecordSheet) -> bytes:
    content = read_file(template.stored_name)
    if content is None:
        raise FileRefused("模板文件不在了。")
    return filled(content, form_values(sheet))


@require_safe
def print_view(request, uid):
    """The same sheet as an A4 page."""
    record, sheet = _sheet_for(request, uid)
    context = {
        "page_title": sheet.form_title,
        "sheet": sheet,
        "subject": subject(sheet),
        "facts": facts(sheet),
        "parts": [
            (f"{numbered(place)}{heading}", lines) for place, (heading, lines) in enumerate(parts(sheet))
        ],
        "no_roll": NO_ROLL,
        "signed_by": SIGNED_BY,
        "date_blank": DATE_BLANK.strip("\u3000"),
        "history": history(sheet),
        "back_url": record_url(record),
        "code": code_path(sheet.code) if sheet.code else None,
        "code_words": code_words(sheet.code, sheet.content_hash) if sheet.code else [],
    }
    return render(request, "activities/sheet_print.html", context)
