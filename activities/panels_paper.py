"""Paper on a record's page: its sheet, its amendments, its place in the archive."""

from typing import Any

from django.urls import reverse

from activities.models import ActivityRecord
from activities.page_panels import PageLink, record_link, record_panel
from activities.queries.amendments import amendments_of
from activities.queries.paper import template_for
from activities.queries.reach import reaches
from activities.rules.amendments import label_of
from activities.rules.states import ARCHIVED, CONFIRMED, CONFIRMED_STATES, DRAFT, PROPOSED
from branch_portal.codes import code_path, code_url
from branch_portal.permissions import Permission
from branch_portal.registries import Panel
from branch_portal.verification import shown_code


@record_link
def word_sheet(request: Any, record: ActivityRecord) -> PageLink | None:
    """The .docx; a committee's form where there is one."""
    return PageLink("下载记录表（Word）", reverse("activities:sheet", args=[record.uid]), "download", 10)


@record_link
def portal_layout(request: Any, record: ActivityRecord) -> PageLink | None:
    """The portal's own layout, where a superior's form would be used."""
    if template_for(record) is None:
        return None
    url = reverse("activities:sheet", args=[record.uid]) + "?layout=portal"
    return PageLink("下载记录表（平台版式）", url, "download", 11)


@record_link
def printed_sheet(request: Any, record: ActivityRecord) -> PageLink | None:
    return PageLink("打印记录表", reverse("activities:sheet-print", args=[record.uid]), "print", 12)


@record_link
def amend(request: Any, record: ActivityRecord) -> PageLink | None:
    """更正, once the record is confirmed, for who keeps it."""
    if record.state not in CONFIRMED_STATES or not reaches(request.user, Permission.LOG_GATHERINGS, record):
        return None
    return PageLink("更正", reverse("activities:amend-choose", args=[record.uid]), "pencil", 30)


@record_panel
def amendments(request: Any, record: ActivityRecord) -> Panel | None:
    """Before and after, with what may follow; drafts have none."""
    if record.state == DRAFT:
        return None
    rows = amendments_of(record)
    if not rows:
        return None
    access = request.user.access
    lines = [
        {
            "row": row,
            "label": label_of(row.field),
            "open": row.state == PROPOSED,
            "css": {"proposed": "is-wait", "signed": "is-done"}.get(row.state, "is-plain"),
        }
        for row in rows
    ]
    context = {
        "lines": lines,
        "may_sign": access.may(Permission.CONFIRM_RECORDS, record.branch),
        "may_withdraw": reaches(request.user, Permission.LOG_GATHERINGS, record),
    }
    return Panel("activities/_panel_amendments.html", context, order=60)


@record_panel
def archive(request: Any, record: ActivityRecord) -> Panel | None:
    """归档: the button for who may, then code and seals for everybody who reads the record."""
    may_archive = request.user.access.may(Permission.CONFIRM_RECORDS, record.branch)
    if record.state == CONFIRMED and may_archive:
        return Panel("activities/_panel_archive.html", {"record": record, "ready": True}, order=140)
    if record.state != ARCHIVED:
        return None
    context = {
        "record": record,
        "ready": False,
        "code": shown_code(record.verify_code),
        "url": code_url(record.verify_code),
        "qr": code_path(record.verify_code),
        "seals": list(record.seals.select_related("amendment").order_by("-pk")),
    }
    return Panel("activities/_panel_archive.html", context, order=140)
